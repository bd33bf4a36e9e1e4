"""Whose address a request carries. The one place where ``X-Forwarded-For`` is read."""

from collections.abc import Callable, Iterable
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# What gunicorn gives as the other side of a Unix socket is no address at all.
UNIX_SOCKET = "unix"
LONGEST_CHAIN = 50


def parse(text: str) -> Address | None:
    """The address in ``text``: without port, brackets or zone, and IPv4 as IPv4 even when IPv6 carries it."""
    text = text.strip().strip('"').partition("%")[0]
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def subscriber(text: str) -> str:
    """What stands for everybody who could use this address: of IPv6 the first 56 bits, because one subscriber has all
    the rest; of IPv4 the address. Empty for what is no address."""
    address = parse(text)
    if isinstance(address, IPv6Address):
        return str(IPv6Address(int(address) >> 72 << 72))
    return str(address or "")


@lru_cache(maxsize=8)
def networks(words: tuple[str, ...]) -> tuple[Network, ...]:
    """``TRUSTED_PROXIES`` as networks; the word ``unix`` stands beside them.

    Raises:
        ImproperlyConfigured: for a word that is no address and no network.
    """
    try:
        return tuple(ip_network(word, strict=False) for word in words if word != UNIX_SOCKET)
    except ValueError as error:
        raise ImproperlyConfigured(f"TRUSTED_PROXIES: {error}") from error


def client_address(remote: str, forwarded: str, trusted: Iterable[str]) -> str:
    """The address of who asks.

    Args:
        remote: the other side of the connection; empty for a Unix socket.
        forwarded: ``X-Forwarded-For``. Each proxy adds at the end whom it heard from; what stands before the last
            entry that one of ours wrote is the visitor's own words.
        trusted: addresses and networks of our own proxies.

    Returns:
        ``remote`` unless it is one of ours; else the rightmost entry that is not. An entry that is no address ends the
        search: the last of ours that is known stands for whoever hides behind it.
    """
    words = tuple(trusted)
    own = networks(words)

    def is_ours(address: Address | None) -> bool:
        return any(address in network for network in own) if address is not None else False

    connection = parse(remote)
    if not is_ours(connection) and not (remote == "" and UNIX_SOCKET in words):
        return str(connection) if connection is not None else ""
    nearest = connection
    for entry in reversed(forwarded.split(",")[-LONGEST_CHAIN:]):
        address = parse(entry)
        if address is None:
            break
        nearest = address
        if not is_ours(address):
            break
    return str(nearest) if nearest is not None else ""


class ClientAddressMiddleware:
    """Puts the visitor's address where everything looks for it: lockout, audit log, list of sessions, request bounds.

    The header itself is taken away, so that nothing further in can believe it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        forwarded = str(request.META.pop("HTTP_X_FORWARDED_FOR", ""))
        request.META["REMOTE_ADDR"] = client_address(
            str(request.META.get("REMOTE_ADDR") or ""), forwarded, settings.TRUSTED_PROXIES
        )
        return self.get_response(request)
