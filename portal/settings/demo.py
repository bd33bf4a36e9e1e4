"""The demo on one machine: SQLite and files under ``var/``, known accounts. Refuses anything but the loopback."""

from .base import *  # noqa: F403
from .base import INSTALLED_APPS, MIDDLEWARE, STORAGES, VAR_DIR, env
from .keys import load_or_make

IS_DEMO = True
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
SECRET_KEY = load_or_make(VAR_DIR / "keys", "django")
AUDIT_SIGNING_KEY = load_or_make(VAR_DIR / "keys", "audit")
VAULT_KEYS = load_or_make(VAR_DIR / "keys", "vault")
BLIND_INDEX_KEY = load_or_make(VAR_DIR / "keys", "blind-index")
ACCOUNTS_SECRETS_KEY = load_or_make(VAR_DIR / "keys", "accounts")

INSTALLED_APPS = [*INSTALLED_APPS]
MIDDLEWARE = ["portal.accounts.middleware.LoopbackOnlyMiddleware", *MIDDLEWARE]
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}}
CLAMD_URL = env.str("CLAMD_URL", f"unix://{VAR_DIR / 'clamd' / 'clamd.sock'}")
# A demo asks nobody anything.
LINK_CHECK = False
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = VAR_DIR / "mail"
PASSWORD_HASHERS = ["portal.accounts.hashers.DemoPasswordHasher"]
