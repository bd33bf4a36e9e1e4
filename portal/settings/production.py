"""Production: every key from the environment, HTTPS only, host-bound cookies."""

from . import passkeys
from .base import *  # noqa: F403
from .base import env, secret
from .logging import logging_config

ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
BASE_URL = env.str("BASE_URL")  # mails link to it
WAGTAILADMIN_BASE_URL = BASE_URL
PASSKEY_ORIGIN = env.str("PASSKEY_ORIGIN", passkeys.origin_of(BASE_URL))
OTP_WEBAUTHN_RP_ID = passkeys.domain_of(PASSKEY_ORIGIN)
OTP_WEBAUTHN_ALLOWED_ORIGINS = [PASSKEY_ORIGIN]
SECRET_KEY = secret("SECRET_KEY")
AUDIT_SIGNING_KEY = secret("AUDIT_SIGNING_KEY")
VAULT_KEYS = secret("VAULT_KEYS")
BLIND_INDEX_KEY = secret("BLIND_INDEX_KEY")
ACCOUNTS_SECRETS_KEY = secret("ACCOUNTS_SECRETS_KEY")

SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_NAME = "__Host-csrf"
DEVICE_COOKIE_NAME = "__Host-device"
DEVICE_COOKIE_SECURE = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", True)
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", 31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
if env.bool("BEHIND_PROXY", False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

LOGGING = logging_config(level=env.str("LOG_LEVEL", "INFO"), as_json=True)
