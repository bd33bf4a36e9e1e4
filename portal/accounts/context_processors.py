"""What every template may ask about the visitor."""

from django.http import HttpRequest

from portal.access import Proof
from portal.navigation import menu

from .actor import NOBODY, Actor


def actor(request: HttpRequest) -> dict[str, object]:
    """``actor`` and ``nav``: lazy, so that a public page that does not ask costs nothing."""
    visitor: Actor = getattr(request, "actor", NOBODY)

    def nav() -> list[dict[str, object]]:
        if visitor.proof < Proof.SECOND_FACTOR:
            return []
        return menu(roles=visitor.roles, path=request.path)

    return {"actor": visitor, "nav": nav}
