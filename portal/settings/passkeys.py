"""For which origin passkeys are made (WebAuthn Level 3, 5.1.2: the relying party is a domain, never an address)."""

from ipaddress import ip_address
from urllib.parse import urlsplit


def origin_of(base_url: str) -> str:
    """The origin of the site; a loopback address such as ``127.0.0.1`` is called ``localhost``, on the same port."""
    parts = urlsplit(base_url)
    host = parts.hostname or "localhost"
    try:
        is_loopback = ip_address(host).is_loopback
    except ValueError:
        is_loopback = False
    if is_loopback:
        host = "localhost"
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{host}{port}"


def domain_of(origin: str) -> str:
    """The relying party: the domain of an origin."""
    return urlsplit(origin).hostname or "localhost"
