"""What every page may ask about the session it is shown in."""

from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from portal.access import Proof

from . import sessions
from .actor import NOBODY, Actor


def session_end(request: HttpRequest) -> dict[str, object]:
    """``session_end``, and ``drafts`` for who is verified: lazy, so that a page that does not ask costs nothing."""
    visitor: Actor = getattr(request, "actor", NOBODY)

    def end() -> sessions.End | None:
        return sessions.end_of(request.session, roles=visitor.roles) if visitor.signed_in else None

    def drafts() -> dict[str, str]:
        return drafts_of(request) if visitor.proof >= Proof.SECOND_FACTOR else {}

    return {"session_end": end, "drafts": drafts}


def drafts_of(request: HttpRequest) -> dict[str, str]:
    """By which name and with which key the browser keeps unsent forms of this user: see ``session.js``.

    The key is the same in each session of the user until all of them are ended at once. It is on pages of a signed-in
    user only: after the session the browser has what was typed, and not the key to it.
    """
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    about = f"{user.public_id}\n{user.session_epoch}"
    return {
        name: salted_hmac(f"portal.accounts.drafts.{name}", about, algorithm="sha256").hexdigest()
        for name in ("owner", "key")
    }
