"""What every template may ask about the visitor."""

from django.http import HttpRequest

from .actor import NOBODY, Actor


def actor(request: HttpRequest) -> dict[str, Actor]:
    """``actor``: lazy on public pages, so that a template that does not ask costs nothing."""
    return {"actor": getattr(request, "actor", NOBODY)}
