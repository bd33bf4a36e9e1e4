"""What every template may ask about the visitor."""

from django.http import HttpRequest

from portal.access import Proof
from portal.navigation import menu

from .actor import NOBODY, Actor
from .messages.queries import COUNT_UP_TO, count_unread


def actor(request: HttpRequest) -> dict[str, object]:
    """``actor``, ``nav`` and ``unread_notices``: lazy, so that a public page that does not ask costs nothing."""
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

    return {"actor": visitor, "nav": nav, "unread_notices": unread_notices}
