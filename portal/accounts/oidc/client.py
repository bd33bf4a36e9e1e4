"""What is asked of a provider over the network: little, from its own host only, in bounded time and size."""

import hashlib
import json
import time
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.cache import cache
from django.urls import reverse

from portal.accounts.demo import is_demo
from portal.accounts.models import OidcProvider
from portal.accounts.sealing import unseal

WAIT_SECONDS = 5  # for a connection, and for the next bytes
BUDGET_SECONDS = 10  # for a whole answer
ANSWER_BYTES = 256 * 1024
KEEP_SECONDS = 10 * 60
ASK_AGAIN_AFTER_SECONDS = 30
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class OidcError(Exception):
    """The provider's word does not count; ``code`` says why, for the audit log. It never holds what was said."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, kw_only=True)
class Metadata:
    """What is used of a discovery document (OpenID Connect Discovery 1.0, 3)."""

    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    secret_in_body: bool


def is_issuer(address: str) -> bool:
    """Whether an address may be an issuer: https, a host and a path; in a demo its own machine by http too."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return False
    if not parts.hostname or parts.username or parts.password or parts.query or parts.fragment or port == 0:
        return False
    if any(character <= " " or character in "\\?#\x7f" for character in address):
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and is_demo() and parts.hostname in LOOPBACK)


def _is_own(address: object, issuer: str) -> bool:
    """Whether an address is on the issuer's own host: no document sends our questions or secrets elsewhere."""
    if type(address) is not str or len(address) > 500:
        return False
    try:
        mine, theirs = urlsplit(issuer), urlsplit(address)
        same = (mine.scheme, mine.hostname, mine.port) == (theirs.scheme, theirs.hostname, theirs.port)
    except ValueError:
        return False
    return same and not theirs.username and not theirs.fragment and is_issuer(address.partition("?")[0])


def callback_address(provider: OidcProvider) -> str:
    """Where this provider sends people back. Each has its own: none answers for another (RFC 9700, 4.4)."""
    return settings.BASE_URL.rstrip("/") + reverse("accounts:oidc_callback", args=[provider.public_id])


def metadata_of(provider: OidcProvider) -> Metadata:
    """The provider's endpoints, kept for ten minutes.

    Raises:
        OidcError: if it does not answer, or its document is another issuer's or names another host.
    """
    key = _cache_key("metadata", provider)
    kept = cache.get(key)
    if kept == "down":
        raise OidcError("provider_down")
    if kept is None:
        try:
            kept = _read_metadata(provider)
        except OidcError:
            cache.set(key, "down", ASK_AGAIN_AFTER_SECONDS)
            raise
        cache.set(key, kept, KEEP_SECONDS)
    return Metadata(**kept)


def _read_metadata(provider: OidcProvider) -> dict[str, Any]:
    if not is_issuer(provider.issuer):
        raise OidcError("issuer_unfit")
    document = _get(provider, provider.issuer.rstrip("/") + "/.well-known/openid-configuration")
    if document.get("issuer") != provider.issuer:
        raise OidcError("other_issuer")
    addresses = {name: document.get(name) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")}
    if not all(_is_own(address, provider.issuer) for address in addresses.values()):
        raise OidcError("endpoint_elsewhere")
    methods = document.get("token_endpoint_auth_methods_supported")
    in_body = isinstance(methods, list) and "client_secret_basic" not in methods and "client_secret_post" in methods
    return asdict(Metadata(secret_in_body=in_body, **{name: str(value) for name, value in addresses.items()}))


def keys_of(provider: OidcProvider, *, again: bool = False) -> dict[str, Any]:
    """The provider's public keys for signatures (RFC 7517), kept for ten minutes.

    Args:
        again: ask anew, because a token names a key that was not there.

    Raises:
        OidcError: if it does not answer, or has no such keys.
    """
    key = _cache_key("keys", provider)
    kept: dict[str, Any] | None = None if again else cache.get(key)
    if kept is None:
        document = _get(provider, metadata_of(provider).jwks_uri)
        listed = document.get("keys")
        # Keys for one secret on both sides ("oct") have no business in a public document.
        keys = [
            row
            for row in (listed if isinstance(listed, list) else [])[:50]
            if isinstance(row, dict) and row.get("kty") in ("RSA", "EC") and row.get("use", "sig") == "sig"
        ]
        if not keys:
            raise OidcError("no_keys")
        kept = {"keys": keys}
        cache.set(key, kept, KEEP_SECONDS)
    return kept


def authorization_address(provider: OidcProvider, *, state: str, nonce: str, verifier: str, again: bool) -> str:
    """Where the browser goes to sign in at the provider.

    Args:
        verifier: the secret of PKCE (RFC 7636), of which only the hash goes along.
        again: ask for the password or second factor anew, whatever session there is.
    """
    extra = {"max_age": "0", "prompt": "login"} if again else {}
    if provider.acr_values:
        extra["acr_values"] = provider.acr_values
    metadata = metadata_of(provider)
    with _session(provider) as session:
        address, _state = session.create_authorization_url(
            metadata.authorization_endpoint, state=state, nonce=nonce, code_verifier=verifier, **extra
        )
    return str(address)


def exchange(provider: OidcProvider, *, code: str, verifier: str) -> tuple[str, str]:
    """Change a code for an ID token and an access token (which is used for nothing but the check of its hash).

    Raises:
        OidcError: if the provider does not take the code, or its answer cannot be read.
    """
    metadata = metadata_of(provider)
    try:
        with _session(provider, in_body=metadata.secret_in_body) as session:
            token = session.fetch_token(
                metadata.token_endpoint, grant_type="authorization_code", code=code, code_verifier=verifier
            )
        id_token, access_token = token.get("id_token"), token.get("access_token", "")
    except OidcError:
        raise
    except Exception as error:  # hostile answers break a parser in more ways than anybody lists
        raise OidcError("code_refused") from error
    if type(id_token) is not str or type(access_token) is not str:
        raise OidcError("no_id_token")
    return id_token, access_token


def _get(provider: OidcProvider, address: str) -> dict[str, Any]:
    try:
        with _session(provider) as session:
            response = session.get(address, withhold_token=True)
            document = json.loads(response.content) if response.status_code == 200 else None
    except OidcError:
        raise
    except Exception as error:  # see above
        raise OidcError("provider_down") from error
    if not isinstance(document, dict):
        raise OidcError("provider_unreadable")
    return document


def _cache_key(what: str, provider: OidcProvider) -> str:
    name = hashlib.sha256(f"{provider.public_id} {provider.issuer}".encode()).hexdigest()[:32]
    return f"accounts:oidc:{what}:{name}"


def _session(provider: OidcProvider, *, in_body: bool = False) -> Any:
    """A session of requests that follows no redirect, speaks to no netrc, and reads no more than is allowed."""
    from authlib.integrations.requests_client import OAuth2Session
    from requests.adapters import HTTPAdapter

    class BoundedAdapter(HTTPAdapter):
        def send(self, request: Any, stream: bool = False, timeout: Any = None, *args: Any, **kwargs: Any) -> Any:
            deadline = time.monotonic() + BUDGET_SECONDS
            response = super().send(request, True, (WAIT_SECONDS, WAIT_SECONDS), *args, **kwargs)
            try:
                response._content = _read(response.raw, deadline)
                response._content_consumed = True  # type: ignore[attr-defined]
            finally:
                response.close()
            return response

    class Session(OAuth2Session):  # type: ignore[misc]
        def get_redirect_target(self, resp: Any) -> None:
            return None

    secret = ""
    if provider.sealed_client_secret:
        secret = unseal(provider.sealed_client_secret, owner=str(provider.public_id)).decode()
    method = ("client_secret_post" if in_body else "client_secret_basic") if secret else "none"
    session = Session(
        provider.client_id,
        secret or None,
        token_endpoint_auth_method=method,
        scope=provider.scopes,
        redirect_uri=callback_address(provider),
        code_challenge_method="S256",
    )
    session.headers["Accept-Encoding"] = "identity"
    for scheme in ("https://", "http://"):
        session.mount(scheme, BoundedAdapter(max_retries=0))
    return session


def _read(raw: Any, deadline: float) -> bytes:
    if raw.headers.get("Content-Encoding", "identity") != "identity":
        raise OidcError("provider_unreadable")
    parts: list[bytes] = []
    size = 0
    while part := raw.read1(16 * 1024, decode_content=False):
        size += len(part)
        if size > ANSWER_BYTES or time.monotonic() > deadline:
            raise OidcError("answer_too_large_or_slow")
        parts.append(part)
    return b"".join(parts)
