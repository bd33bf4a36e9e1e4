"""One trip to a provider and back: what the session remembers of it, for ten minutes and for one return."""

import hmac
import secrets
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from portal.accounts import sessions
from portal.accounts.addresses import local_path
from portal.accounts.models import OidcProvider
from portal.accounts.sealing import seal, unseal

from .client import OidcError, authorization_address, exchange
from .tokens import Identity, validate

IN_SESSION = "oidc_trip"
LONGEST_SECONDS = 10 * 60


class Purpose(StrEnum):
    """What somebody goes to a provider for."""

    SIGN_IN = "sign_in"
    STEP_UP = "step_up"
    LINK = "link"
    INVITATION = "invitation"


@dataclass(frozen=True, kw_only=True)
class Trip:
    """What belongs to one trip. ``user_pk``: who left, if signed in; ``sealed_token``: an invitation's."""

    provider: str
    purpose: str
    state: str
    nonce: str
    verifier: str
    began_at: float
    next_path: str = ""
    user_pk: int | None = None
    sealed_token: str = ""

    @property
    def token(self) -> str:
        """The token of the invitation that the trip is for."""
        return unseal(self.sealed_token, owner=self.provider).decode() if self.sealed_token else ""


def depart(
    *, request: HttpRequest, provider: OidcProvider, purpose: Purpose, next_path: str = "", token: str = ""
) -> str:
    """Remember a trip in the session and return the address at the provider to send the browser to.

    A second departure takes the place of the first. A visitor's session that holds nothing else ends with the trip.

    Raises:
        OidcError: if the provider does not answer, or not as it should.
    """
    actor = request.actor  # type: ignore[attr-defined]
    trip = Trip(
        provider=str(provider.public_id),
        purpose=purpose.value,
        state=secrets.token_urlsafe(32),
        nonce=secrets.token_urlsafe(32),
        verifier=secrets.token_urlsafe(48),
        began_at=timezone.now().timestamp(),
        next_path=local_path(next_path),
        user_pk=actor.user_pk,
        sealed_token=seal(token.encode(), owner=str(provider.public_id)) if token else "",
    )
    address = authorization_address(
        provider, state=trip.state, nonce=trip.nonce, verifier=trip.verifier, again=purpose is Purpose.STEP_UP
    )
    request.session[IN_SESSION] = asdict(trip)
    if not actor.signed_in:
        request.session.set_expiry(LONGEST_SECONDS)
    return address


def arrive(*, request: HttpRequest, provider: OidcProvider) -> tuple[Trip, Identity]:
    """End a trip: the answer belongs to this browser and this departure, and the provider's word holds.

    Whatever comes of it, the same answer does not count a second time, nor twice at the same time.

    Raises:
        OidcError: ``no_trip`` if this browser waits for no such answer; else see :mod:`portal.accounts.oidc.tokens`.
    """
    trip = _read(sessions.take(request, IN_SESSION))
    state, code = request.GET.get("state", ""), request.GET.get("code", "")
    if trip is None or trip.provider != str(provider.public_id):
        raise OidcError("no_trip")
    if not hmac.compare_digest(trip.state.encode(), state.encode()):
        raise OidcError("no_trip")
    if not 0 <= timezone.now().timestamp() - trip.began_at <= LONGEST_SECONDS:
        raise OidcError("trip_too_long")
    actor = request.actor  # type: ignore[attr-defined]
    if actor.user_pk != trip.user_pk:
        raise OidcError("somebody_else_now")
    if request.GET.get("iss", provider.issuer) != provider.issuer:  # RFC 9207
        raise OidcError("other_issuer")
    if "error" in request.GET or not 1 <= len(code) <= 4096:
        raise OidcError("provider_said_no")
    id_token, access_token = exchange(provider, code=code, verifier=trip.verifier)
    again = trip.purpose == Purpose.STEP_UP
    return trip, validate(
        provider=provider, id_token=id_token, access_token=access_token, nonce=trip.nonce, again=again
    )


def _read(kept: Any) -> Trip | None:
    try:
        return Trip(**kept)
    except TypeError:
        return None
