"""The test settings for a worker process of its own: its own database, tasks through the queue, one app more."""

from portal.settings.base import DATABASES, INSTALLED_APPS
from portal.settings.test import *  # noqa: F403

DATABASES = {**DATABASES}
INSTALLED_APPS = [*INSTALLED_APPS, "tests.background"]
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}
