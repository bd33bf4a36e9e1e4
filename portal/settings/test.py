"""Settings of the test run: fresh keys, tasks at once, no network."""

import atexit
import shutil
import tempfile
from pathlib import Path

from .base import *  # noqa: F403
from .base import DATABASES, STORAGES, env
from .keys import make

IS_TEST = True
VAR_DIR = Path(tempfile.mkdtemp(prefix="portal-test-"))
atexit.register(shutil.rmtree, VAR_DIR, ignore_errors=True)
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
LINK_CHECK = False
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
WHITENOISE_AUTOREFRESH = True

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file and not memory: the threads of a live server each have a connection of their own, as in real life.
    DATABASES["default"]["TEST"] = {"NAME": env.str("TEST_DATABASE_FILE", str(VAR_DIR / "test.sqlite3"))}
    DATABASES["default"]["OPTIONS"]["init_command"] = (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA foreign_keys=ON; PRAGMA secure_delete=ON;"
    )
