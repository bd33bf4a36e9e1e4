"""Settings of the test run: fresh keys, tasks at once, no network."""

import tempfile
from pathlib import Path

from .base import *  # noqa: F403
from .base import STORAGES
from .keys import make

IS_TEST = True
VAR_DIR = Path(tempfile.mkdtemp(prefix="portal-test-"))
ALLOWED_HOSTS = ["*"]
SECRET_KEY = make("django")
AUDIT_SIGNING_KEY = make("audit")
VAULT_KEYS = make("vault")
BLIND_INDEX_KEY = make("blind-index")
ACCOUNTS_SECRETS_KEY = make("accounts")
AUDIT_WITNESS_DIR = VAR_DIR / "witness"
STORAGE_URL = f"file://{VAR_DIR / 'vault'}"
MEDIA_ROOT = VAR_DIR / "media"
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
WHITENOISE_AUTOREFRESH = True
