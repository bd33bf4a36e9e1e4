"""Probes for whoever runs the portal. They say yes or no, not what is inside."""

import logging

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.urls import path

logger = logging.getLogger(__name__)


def _answer(text: str, status: int = 200) -> HttpResponse:
    return HttpResponse(f"{text}\n", status=status, content_type="text/plain", headers={"Cache-Control": "no-store"})


def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers. Touches nothing, so that a slow database does not get the process killed."""
    return _answer("ok")


def readyz(request: HttpRequest) -> HttpResponse:
    """The database answers and has every migration."""
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        logger.exception("the database does not answer")
        return _answer("database", 503)
    return _answer("migrations", 503) if waiting else _answer("ready")


urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
]
