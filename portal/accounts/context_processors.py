"""What every template may ask about the visitor."""

from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import resolve_url

from portal.access import Proof
from portal.navigation import menu

from .actor import NOBODY, Actor
from .messages.queries import COUNT_UP_TO, count_unread


def actor(request: HttpRequest) -> dict[str, object]:
    """``actor``, ``nav``, ``unread_notices``, and ``actor_home``, where the name of the site leads.

    All lazy, so that a public page that does not ask costs nothing.
    """
    visitor: Actor = getattr(request, "actor", NOBODY)

    def nav() -> list[dict[str, object]]:
        if visitor.proof < Proof.SECOND_FACTOR:
            return []
        return menu(roles=visitor.roles, path=request.path)

    def unread_notices() -> str:
        if visitor.proof < Proof.SECOND_FACTOR or visitor.person_id is not None:
            return ""
        count = count_unread(visitor)
        return str(count) if count < COUNT_UP_TO else f"{COUNT_UP_TO - 1}+"

    def home() -> str:
        if not visitor.signed_in:
            return ""
        return resolve_url(settings.PERSON_HOME_URL if visitor.person_id is not None else "accounts:home")

    return {"actor": visitor, "actor_home": home, "nav": nav, "unread_notices": unread_notices}
