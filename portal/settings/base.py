"""What every installation shares. What differs between them is read here, from the environment."""

import logging
from pathlib import Path

from csp.constants import NONCE, NONE, SELF
from environs import Env

from portal import languages

from . import passkeys
from .logging import logging_config

BASE_DIR = Path(__file__).resolve().parent.parent.parent
env = Env()


def secret(name: str, default: str | None = None) -> str:
    """A secret from the variable ``name``, or from the file that ``name_FILE`` points at (Docker and systemd style).

    Raises:
        environs.EnvError: if neither is set and there is no default.
    """
    path = env.path(f"{name}_FILE", None)
    if path is not None:
        return path.read_text(encoding="utf-8").strip()
    return env.str(name, default) if default is not None else env.str(name)


DEBUG = False
VAR_DIR = env.path("VAR_DIR", BASE_DIR / "var")
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", [])
BASE_URL = env.str("BASE_URL", "http://127.0.0.1:8000")

INSTALLED_APPS = [
    "portal",
    "portal.audit",
    "portal.vault",
    "portal.accounts",
    "consent",
    "dossiers",
    "pages",
    "wagtail_localize",
    "wagtail_localize.locales",
    "wagtail.contrib.settings",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_otp",
    "django_otp_webauthn",
    "axes",
    "simple_history",
    "csp",
    "django_tasks_db",
    "django_structlog",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "qsessions",
    "django.contrib.sitemaps",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]
# Django's own admin at /django-admin/: the region's map, to look at. Off unless asked for; see portal.django_admin.
DJANGO_ADMIN = env.bool("DJANGO_ADMIN", False)
DJANGO_ADMIN_APPS = ["django.contrib.admin.apps.SimpleAdminConfig", "portal.django_admin"]
if DJANGO_ADMIN:
    INSTALLED_APPS += DJANGO_ADMIN_APPS

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portal.proxies.ClientAddressMiddleware",
    "portal.request_log.RequestLogMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "csp.middleware.CSPMiddleware",
    "qsessions.middleware.SessionMiddleware",
    "portal.accounts.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "portal.accounts.middleware.ActorMiddleware",
    # The gate stands before the CSRF check, which reads the body: nobody's upload is read before it is known who asks.
    "portal.accounts.middleware.GateMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "csp.context_processors.nonce",
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.accounts.context_processors.actor",
                "portal.accounts.session_context.session_end",
            ],
        },
    },
]

DATABASES = {"default": env.dj_db_url("DATABASE_URL", f"sqlite:///{VAR_DIR / 'portal.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # IMMEDIATE: a transaction takes the write lock at its start, so that "read, decide, write" cannot deadlock.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        # secure_delete: a key that was deleted leaves no copy in the free pages of the file.
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA secure_delete=ON;"
        ),
    }
else:
    DATABASES["default"].setdefault("CONN_MAX_AGE", env.int("CONN_MAX_AGE", 60))
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {"default": env.dj_cache_url("CACHE_URL", "locmem://")}

# Signing in
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "django_otp_webauthn.backends.WebAuthnBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "portal.accounts.passwords.LengthValidator"},
    {"NAME": "portal.accounts.passwords.LeakedPasswordValidator"},
    {"NAME": "portal.accounts.passwords.PersonalPasswordValidator"},
]
# A link to choose a new password; it asks a second factor as well.
PASSWORD_RESET_TIMEOUT = 60 * 60
LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "dossiers:start"
PERSON_HOME_URL = "my:overview"
SECOND_FACTOR_FRESH_SECONDS = 15 * 60
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_IDLE_SECONDS = 30 * 60
# By role, in seconds: idle, and in all. Whoever has several roles gets the shortest of them.
SESSION_LIMITS_BY_ROLE: dict[str, tuple[int, int]] = {"person": (15 * 60, 2 * 60 * 60)}
# What open pages ask by themselves does not keep a session alive (Wagtail saves drafts while one types; that does).
SESSION_UNATTENDED = [r"/cms/editing-sessions/ping/", r"/dossiers/packages/[^/]+/state/"]
# Each session is a row with its user, device and address, so that its owner can see and end it.
SESSION_ENGINE = "qsessions.backends.db"
# Knows a browser again that somebody signed in with: no mail about a new device, a count of wrong passwords of its own.
DEVICE_COOKIE_NAME = "device"
DEVICE_COOKIE_AGE = 365 * 24 * 60 * 60
DEVICE_COOKIE_SECURE = False
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
# What a page says once ("saved") is kept in the session: no cookie more.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
OTP_TOTP_ISSUER = env.str("OTP_ISSUER", "Doorlopende lijn")
# Passkeys hold for the name of this site: changing it makes all of them useless.
PASSKEY_ORIGIN = env.str("PASSKEY_ORIGIN", passkeys.origin_of(BASE_URL))
OTP_WEBAUTHN_RP_ID = passkeys.domain_of(PASSKEY_ORIGIN)
OTP_WEBAUTHN_RP_NAME = OTP_TOTP_ISSUER
OTP_WEBAUTHN_ALLOWED_ORIGINS = [PASSKEY_ORIGIN]
OTP_WEBAUTHN_ALLOW_PASSWORDLESS_LOGIN = True
OTP_WEBAUTHN_HELPER_CLASS = "portal.accounts.passkeys.Helper"
# Our own proxies, as addresses or networks with commas between them; "unix" for one that comes in by a socket. Only
# what these say in X-Forwarded-For is believed: see portal.proxies.
TRUSTED_PROXIES: list[str] = env.list("TRUSTED_PROXIES", [])
# Wrong passwords in a quarter of an hour: for one account from one address, and from one address for all accounts.
AXES_FAILURE_LIMIT = 10
LOCKOUT_ADDRESS_LIMIT = 50
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"], "ip_address"]
AXES_HANDLER = "portal.accounts.lockout.LockoutHandler"
AXES_USERNAME_CALLABLE = "portal.accounts.lockout.counted_name_of"
AXES_USERNAME_FORM_FIELD = "email"
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
# Who signed in, and who tried, is in the audit log; axes only counts. Trying on while locked out does not prolong it.
AXES_DISABLE_ACCESS_LOG = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_CLIENT_IP_CALLABLE = "portal.accounts.lockout.address_of"
AXES_LOCKOUT_CALLABLE = "portal.accounts.lockout.locked_out"

# Languages: Dutch is the source. See portal.languages.
languages.register()
LANGUAGE_CODE = languages.SOURCE
LANGUAGES = languages.LANGUAGES
LANGUAGES_BIDI = languages.RIGHT_TO_LEFT
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
# Of the languages that Django has no formats for; the others have their own.
DATE_FORMAT, DATETIME_FORMAT, TIME_FORMAT = "j F Y", "j F Y H:i", "H:i"
SHORT_DATE_FORMAT, SHORT_DATETIME_FORMAT = "d-m-Y", "d-m-Y H:i"
YEAR_MONTH_FORMAT, MONTH_DAY_FORMAT = "F Y", "j F"
FIRST_DAY_OF_WEEK = 1
WAGTAIL_I18N_ENABLED = True
WAGTAILLOCALIZE_SYNC_LIVE_STATUS_ON_TRANSLATE = False
# Machine translation: off unless named: "files" (see pages.translating.machine), or the dotted name of another plug-in.
MACHINE_TRANSLATION = env.str("MACHINE_TRANSLATION", "")
MACHINE_TRANSLATION_DIR = env.path("MACHINE_TRANSLATION_DIR", VAR_DIR / "machine-translation")
WAGTAILLOCALIZE_MACHINE_TRANSLATOR = (
    {
        "CLASS": {"files": "pages.translating.machine.FilesTranslator"}.get(MACHINE_TRANSLATION, MACHINE_TRANSLATION),
        "OPTIONS": {"folder": MACHINE_TRANSLATION_DIR},
    }
    if MACHINE_TRANSLATION
    else None
)
TIME_ZONE = "Europe/Amsterdam"
USE_TZ = True

# Static files, and what editors upload. Dossier bytes never go here: they live in the vault.
STATIC_URL = "/static/"
STATIC_ROOT = env.path("STATIC_ROOT", VAR_DIR / "static")
MEDIA_URL = "/media/"
MEDIA_ROOT = env.path("MEDIA_ROOT", VAR_DIR / "media")
STORAGE_URL = env.str("STORAGE_URL", f"file://{VAR_DIR / 'vault'}")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# A whole upload is streamed, so this only bounds form fields.
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
FILE_UPLOAD_PERMISSIONS = 0o600
FORM_MAX_BYTES = env.int("FORM_MAX_BYTES", 25 * 1024 * 1024)
FILE_UPLOAD_HANDLERS = [
    "portal.request_limits.RefuseLargeForms",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

# How many PDFs strangers may have made at a time on this machine; see portal.print.slots.
PRINT_AT_ONCE = env.int("PRINT_AT_ONCE", 2)

# Audit: an Ed25519 private key (32 bytes, base64) signs every tree head; heads are exported to a witness folder.
AUDIT_SIGNING_KEY = ""
# The origin names this log inside what is signed; the default folder differs per database, so that two databases on one
# machine are not taken for one log that was rewritten.
AUDIT_ORIGIN = env.str("AUDIT_ORIGIN", "doorlopende-lijn/audit")
AUDIT_WITNESS_DIR = env.path(
    "AUDIT_WITNESS_DIR",
    VAR_DIR
    / "witness"
    / "-".join([DATABASES["default"]["ENGINE"].split(".")[-1], Path(DATABASES["default"]["NAME"]).stem]),
)

# Vault
VAULT_KEYS = ""
VAULT_MAX_FILE_BYTES = env.int("VAULT_MAX_FILE_BYTES", 200 * 1024 * 1024)
VAULT_MAX_UNPACKED_BYTES = env.int("VAULT_MAX_UNPACKED_BYTES", 1024 * 1024 * 1024)
VAULT_ABANDONED_AFTER_SECONDS = env.int("VAULT_ABANDONED_AFTER_SECONDS", 60 * 60)
CLAMD_URL = env.str("CLAMD_URL", "unix:///run/clamav/clamd.ctl")

# Consent: key for blind indexes (find a V-number without storing it readable); accounts: key for TOTP seeds.
BLIND_INDEX_KEY = ""
ACCOUNTS_SECRETS_KEY = ""

# Mail: notices never carry content or a name.
EMAIL_CONFIG = env.dj_email_url("EMAIL_URL", "console://")
EMAIL_BACKEND = EMAIL_CONFIG["EMAIL_BACKEND"]
EMAIL_FILE_PATH = EMAIL_CONFIG.get("EMAIL_FILE_PATH") or None
EMAIL_HOST = EMAIL_CONFIG.get("EMAIL_HOST", "")
EMAIL_PORT = EMAIL_CONFIG.get("EMAIL_PORT") or 25
EMAIL_HOST_USER = EMAIL_CONFIG.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = EMAIL_CONFIG.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = EMAIL_CONFIG.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = EMAIL_CONFIG.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "portaal@example.org")
# The address whose mail is given to "manage.py take_bounce"; each message adds "+" and its id before the "@".
MAIL_BOUNCE_ADDRESS = env.str("MAIL_BOUNCE_ADDRESS", "")
# At which hour in TIME_ZONE the mail of the day is made, for those who chose one mail a day.
MAIL_DIGEST_HOUR = env.int("MAIL_DIGEST_HOUR", 7)

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}

# Wagtail
WAGTAIL_SITE_NAME = "Doorlopende lijn"
WAGTAILADMIN_BASE_URL = BASE_URL
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAILADMIN_LOGIN_URL = LOGIN_URL
WAGTAIL_FRONTEND_LOGIN_URL = LOGIN_URL
# A shared password is no second factor: private means signed in.
WAGTAIL_PRIVATE_PAGE_OPTIONS = {"SHARED_PASSWORD": False}
WAGTAIL_PRIVATE_COLLECTION_OPTIONS = {"SHARED_PASSWORD": False}
SECURITY_CONTACT = env.str("SECURITY_CONTACT", DEFAULT_FROM_EMAIL)
SECURITY_TXT_EXPIRES = env.str("SECURITY_TXT_EXPIRES", "2027-11-01T00:00:00Z")
# Whether the worker asks addresses elsewhere that pages link to. Never those of our own network, whoever types them.
LINK_CHECK = env.bool("LINK_CHECK", True)
LINK_CHECK_OWN_NETWORK = False
WAGTAILADMIN_RICH_TEXT_EDITORS = {"default": {"WIDGET": "pages.rich_text.RichTextArea"}}
WAGTAILDOCS_SERVE_METHOD = "serve_view"
# What may be uploaded, by content and not by name alone: see pages.uploads.
WAGTAILDOCS_DOCUMENT_FORM_BASE = "pages.uploads.DocumentForm"
WAGTAILIMAGES_IMAGE_FORM_BASE = "pages.uploads.ImageForm"
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 50_000_000
WAGTAILDOCS_EXTENSIONS = ["pdf", "docx", "xlsx", "odt", "mp4", "webm", "mp3", "m4a", "ogg", "vtt"]
WAGTAILDOCS_CONTENT_TYPES = {
    "vtt": "text/vtt",
    "mp4": "video/mp4",
    "webm": "video/webm",
    "mp3": "audio/mpeg",
    "m4a": "audio/mp4",
    "ogg": "audio/ogg",
}
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database", "AUTO_UPDATE": True}}

# The browser: nothing from elsewhere, nothing inline. The Wagtail admin gets a wider policy, see pages.csp.
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "base-uri": [NONE],
        "connect-src": [SELF],
        "font-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "img-src": [SELF, "data:"],
        "manifest-src": [SELF],
        "media-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "worker-src": [SELF],
    },
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    feature: []
    for feature in ("camera", "display-capture", "geolocation", "microphone", "payment", "usb", "browsing-topics")
}

# django-otp and the permission system have checks and codes of their own; ours are in tests/.
SILENCED_SYSTEM_CHECKS: list[str] = []

# The log: what went wrong, and from INFO on each request. No address of a visitor and no user: see portal.audit.
LOGGING = logging_config(level=env.str("LOG_LEVEL", "WARNING"), as_json=False)
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
DJANGO_STRUCTLOG_USER_ID_FIELD = ""
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = logging.DEBUG
DJANGO_STRUCTLOG_STATUS_4XX_LOG_LEVEL = logging.INFO
