"""The ID token: whose word it is, for whom, from when to when, and what it says about the second factor."""

import hmac
import math
from dataclasses import dataclass
from typing import Any, cast

from django.conf import settings
from django.utils import timezone

from portal.accounts.models import OidcProvider

from .client import OidcError, keys_of

ALGORITHMS = ("RS256", "PS256", "ES256")
TOKEN_LENGTH = 16 * 1024
LEEWAY_SECONDS = 60
OLDEST_SECONDS = 10 * 60


@dataclass(frozen=True, kw_only=True)
class Identity:
    """Who the provider says is there.

    ``second_factor`` tells whether it vouches for one, as its row here defines that; ``authenticated_at`` is when the
    person showed it there, in seconds since 1970, or ``None`` if it does not say.
    """

    subject: str
    second_factor: bool
    authenticated_at: float | None


def validate(*, provider: OidcProvider, id_token: str, access_token: str, nonce: str, again: bool = False) -> Identity:
    """Validate an ID token (OpenID Connect Core 1.0, 3.1.3.7; RFC 8725).

    1. signed with a key of this provider, by an algorithm of :data:`ALGORITHMS` (never none, never with a shared key);
    2. from this issuer, for this client alone or with it as the authorized party;
    3. within its time, a minute of leeway, and made in the last ten minutes;
    4. with our nonce, and with the hash of the access token if it names one;
    5. with a subject of 1 to 255 ASCII characters;
    6. ``again``: shown anew at the provider in the last fifteen minutes.

    Raises:
        OidcError: if any of it does not hold.
    """
    try:
        header, claims = _open(provider, id_token)
        _check_claims(provider, header, claims, nonce=nonce, access_token=access_token)
    except OidcError:
        raise
    except Exception as error:  # a forged token breaks a parser in more ways than anybody lists
        raise OidcError("token_forged") from error
    now = timezone.now().timestamp()
    _check_times(claims, now)
    authenticated_at = _moment(claims, "auth_time") if "auth_time" in claims else None
    if authenticated_at is not None and authenticated_at > now + LEEWAY_SECONDS:
        raise OidcError("token_time")
    if again and (authenticated_at is None or now - authenticated_at > settings.SECOND_FACTOR_FRESH_SECONDS):
        raise OidcError("not_shown_anew")
    return Identity(
        subject=_subject(claims),
        second_factor=_vouches_for_second_factor(provider, claims),
        authenticated_at=authenticated_at,
    )


def _open(provider: OidcProvider, id_token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    from joserfc import jwt
    from joserfc.errors import InvalidKeyIdError
    from joserfc.jws import JWSRegistry

    if len(id_token) > TOKEN_LENGTH or id_token.count(".") != 2:
        raise OidcError("token_forged")
    registry = JWSRegistry(algorithms=list(ALGORITHMS), strict_check_header=False)
    try:
        token = jwt.decode(id_token, _key_set(keys_of(provider)), registry=registry)
    except InvalidKeyIdError:
        token = jwt.decode(id_token, _key_set(keys_of(provider, again=True)), registry=registry)
    if token.header.get("alg") not in ALGORITHMS:
        raise OidcError("token_forged")
    return dict(token.header), dict(token.claims)


def _key_set(keys: dict[str, Any]) -> Any:
    from joserfc.jwk import KeySet

    return KeySet.import_key_set(cast(Any, keys))


def _check_claims(
    provider: OidcProvider, header: dict[str, Any], claims: dict[str, Any], *, nonce: str, access_token: str
) -> None:
    from authlib.oidc.core import CodeIDToken

    audience = claims.get("aud")
    listed = audience if isinstance(audience, list) else [audience]
    if claims.get("iss") != provider.issuer or provider.client_id not in listed:
        raise OidcError("token_not_for_us")
    if len(listed) > 1 and claims.get("azp") != provider.client_id:
        raise OidcError("token_not_for_us")
    given = claims.get("nonce")
    if type(given) is not str or not hmac.compare_digest(given.encode(), nonce.encode()):
        raise OidcError("token_replayed")
    options = {
        "iss": {"essential": True, "value": provider.issuer},
        "aud": {"essential": True, "value": provider.client_id},
    }
    params = {"nonce": nonce, "client_id": provider.client_id, "access_token": access_token}
    # Without an access token there is nothing that a hash could be of: authlib then passes over it.
    if "at_hash" in claims and not access_token:
        raise OidcError("token_forged")
    CodeIDToken(claims, header, options, params).validate(now=int(timezone.now().timestamp()), leeway=LEEWAY_SECONDS)


def _moment(claims: dict[str, Any], name: str) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise OidcError("token_time")  # JSON's NaN and Infinity among them: neither is ever in the past
    return float(value)


def _check_times(claims: dict[str, Any], now: float) -> None:
    expires, issued = _moment(claims, "exp"), _moment(claims, "iat")
    if expires <= now - LEEWAY_SECONDS or issued > now + LEEWAY_SECONDS or now - issued > OLDEST_SECONDS:
        raise OidcError("token_time")
    if "nbf" in claims and _moment(claims, "nbf") > now + LEEWAY_SECONDS:
        raise OidcError("token_time")


def _subject(claims: dict[str, Any]) -> str:
    subject = claims.get("sub")
    if type(subject) is not str or not 1 <= len(subject) <= 255 or not subject.isascii() or not subject.isprintable():
        raise OidcError("no_subject")
    return subject


def _vouches_for_second_factor(provider: OidcProvider, claims: dict[str, Any]) -> bool:
    acr, amr = claims.get("acr"), claims.get("amr")
    by_acr = type(acr) is str and acr in provider.second_factor_acr
    by_amr = isinstance(amr, list) and any(value in provider.second_factor_amr for value in amr if type(value) is str)
    return by_acr or by_amr
