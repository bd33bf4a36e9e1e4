"""Browsers that a user signed in with before, known again by a random value in a cookie of which a hash is kept.

Each user has a value of their own in the cookie, made after a complete sign-in: a value that somebody else put into the
browser never becomes a known device of whoever signs in there.
"""

import hashlib
import re
import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from ua_parser import parse

from portal.audit.actor import Who
from portal.audit.enums import Action, Event
from portal.audit.services import record

from .enums import MessageKind
from .messages import notify_user
from .models import KnownDevice, User

MOST_A_USER = 20
MOST_A_BROWSER = 8
TOKEN = re.compile(r"[A-Za-z0-9_-]{43}\Z")
NO_DEVICE = "0" * 64


def hash_device(token: str) -> str:
    """What is kept of a device's value. It is 256 random bits, so a plain hash does not give it away."""
    return hashlib.sha256(f"portal device {token}".encode()).hexdigest()


def tokens_of(request: HttpRequest) -> list[str]:
    """The values that the browser brought, one for each user who signed in with it, the newest last."""
    words = request.COOKIES.get(settings.DEVICE_COOKIE_NAME, "").split(".")
    return [word for word in words if TOKEN.match(word)][-MOST_A_BROWSER:]


def known_device(request: HttpRequest, *, email: str) -> str:
    """The hash of the device if the account with this address signed in with it before, else the empty string.

    The question is asked, and costs the same, for an address without an account and a browser without a cookie.
    """
    hashes = [hash_device(token) for token in tokens_of(request)] or [NO_DEVICE]
    found = KnownDevice.objects.filter(user__email=email, token_hash__in=hashes).values_list("token_hash", flat=True)
    return found.first() or ""


def recognise(request: HttpRequest, *, user: User) -> bool:
    """Note that ``user`` signed in completely with this browser; the response gives it a cookie if it was unknown.

    Returns:
        Whether it was unknown.
    """
    tokens, now = tokens_of(request), timezone.now()
    mine = KnownDevice.objects.filter(user=user)
    if mine.filter(token_hash__in=[hash_device(token) for token in tokens]).update(last_seen_at=now):
        return False
    token = secrets.token_urlsafe(32)
    label = describe(request.headers.get("User-Agent", ""))
    KnownDevice.objects.create(user=user, token_hash=hash_device(token), label=label[:120])
    kept = mine.order_by("-last_seen_at", "-pk").values_list("pk", flat=True)[:MOST_A_USER]
    mine.exclude(pk__in=list(kept)).delete()
    request.device_cookie = ".".join([*tokens, token][-MOST_A_BROWSER:])  # type: ignore[attr-defined]
    return True


def note_sign_in(request: HttpRequest, *, user: User, who: Who, first: bool) -> None:
    """After a complete sign-in, in its transaction: tell the owner, and the log, if the browser is a new one.

    Args:
        first: this sign-in made the user's first factor, so there is no owner to be told of somebody else.
    """
    if not recognise(request, user=user) or first:
        return
    notify_user(user=user, kind=MessageKind.NEW_DEVICE, path=reverse("accounts:sessions"))
    record(
        event=Event.DEVICE_NEW,
        action=Action.CREATE,
        who=who,
        object_type="user",
        object_id=str(user.public_id),
    )


def set_cookie(request: HttpRequest, response: HttpResponse) -> None:
    """Hand out what :func:`recognise` made."""
    value = getattr(request, "device_cookie", "")
    if value:
        response.set_cookie(
            settings.DEVICE_COOKIE_NAME,
            value,
            max_age=settings.DEVICE_COOKIE_AGE,
            secure=settings.DEVICE_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )


def describe(user_agent: str) -> str:
    """A browser in plain words, such as "Firefox op Windows". It is what the browser says of itself."""
    seen = parse(user_agent) if user_agent else None
    browser = seen.user_agent.family if seen is not None and seen.user_agent else ""
    system = seen.os.family if seen is not None and seen.os else ""
    if browser and system:
        return _("%(browser)s op %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("Onbekend apparaat")
