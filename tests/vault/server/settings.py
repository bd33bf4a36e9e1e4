"""The vault alone, with the folder and the database that the environment names."""

from portal.settings.base import *  # noqa: F403
from portal.settings.base import VAR_DIR
from portal.settings.keys import load_or_make

IS_TEST = True
ALLOWED_HOSTS = ["*"]
SECRET_KEY = load_or_make(VAR_DIR / "keys", "django")
VAULT_KEYS = load_or_make(VAR_DIR / "keys", "vault")
BLIND_INDEX_KEY = load_or_make(VAR_DIR / "keys", "blind-index")
INSTALLED_APPS = ["portal.vault", "tests.vault.server"]
MIDDLEWARE = ["django.middleware.csrf.CsrfViewMiddleware"]
AUTH_USER_MODEL = "auth.User"
ROOT_URLCONF = "tests.vault.server.urls"
WSGI_APPLICATION = "tests.vault.server.wsgi.application"
TEMPLATES = []
STORAGES = {"default": {"BACKEND": "django.core.files.storage.FileSystemStorage"}}
# The scan is asked for, as always, and waits: what is tested here is receiving.
TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
