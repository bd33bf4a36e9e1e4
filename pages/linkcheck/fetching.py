"""Asking an address whether it is there: little, slowly, and never inside our own network.

An editor types the address, so it may point anywhere, also to machines behind our own wall (server-side request
forgery, OWASP A10:2021). Every name is resolved here, every address it has must be a public one, and the connection
goes to that address and not to the name again, which could answer differently the second time (DNS rebinding).
Redirects are followed one by one under the same rules.
"""

import ipaddress
import socket
import time
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin, urlsplit

import urllib3
from django.conf import settings
from django.utils import timezone
from urllib3.exceptions import HTTPError, MaxRetryError, SSLError
from urllib3.util import Timeout

AGENT = "DoorlopendeLijn-LinkCheck/1.0 (+{base}/)"
MOST_REDIRECTS = 5
WAIT_SECONDS = 8.0
WHOLE_SECONDS = 20.0
MOST_BYTES = 65_536
GONE = (404, 410)
PORTS = (80, 443, 8080, 8443)
NOT_FOUND_TITLES = ("404", "not found", "niet gevonden", "bestaat niet", "page introuvable")


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What an address said, once.

    ``outcome`` is ``fine``, ``gone`` (404 or 410), ``unresolved`` (the name does not exist) or ``unsure`` with a
    ``reason``; ``retry_after`` is how many seconds the host asked us to stay away.
    """

    outcome: str
    reason: str = ""
    retry_after: int = 0
    resolved: bool = True


class _Stop(Exception):
    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.reason)
        self.answer = answer


def ask(url: str) -> Answer:
    """Ask an address with HEAD, and with GET where the answer is no yes: many servers refuse HEAD, or lie."""
    end = time.monotonic() + getattr(settings, "LINK_CHECK_SECONDS", WHOLE_SECONDS)
    try:
        answer = _follow("HEAD", url, end)
        if answer.outcome == "fine" or answer.retry_after:
            return answer
        return _follow("GET", url, end)
    except _Stop as stop:
        return stop.answer


def _follow(method: str, url: str, end: float) -> Answer:
    seen = set()
    for _ in range(MOST_REDIRECTS + 1):
        if url in seen:
            return Answer(outcome="unsure", reason="redirects_in_a_circle")
        seen.add(url)
        status, headers, start = _request(method, url, end)
        if status in (301, 302, 303, 307, 308) and headers.get("Location"):
            url = urljoin(url, headers["Location"])
            continue
        return _judge(status, headers, start)
    return Answer(outcome="unsure", reason="too_many_redirects")


def _judge(status: int, headers: dict[str, str], start: bytes) -> Answer:
    wait = _retry_after(headers.get("Retry-After", "")) if status in (429, 503) else 0
    if 200 <= status < 300:
        if _looks_absent(start):
            return Answer(outcome="unsure", reason="says_not_found")
        return Answer(outcome="fine")
    if status in GONE:
        return Answer(outcome="gone", reason=f"status_{status}")
    return Answer(outcome="unsure", reason=f"status_{status}", retry_after=wait)


def _looks_absent(start: bytes) -> bool:
    """Whether a page that says 200 has a title that says it is not there."""
    text = start.decode("utf-8", "replace").lower()
    title = text.partition("<title")[2].partition("</title")[0].partition(">")[2]
    return any(words in title for words in NOT_FOUND_TITLES)


def _request(method: str, url: str, end: float) -> tuple[int, dict[str, str], bytes]:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        host = host.encode("idna").decode() if not host.isascii() else host
    except (ValueError, UnicodeError):
        raise _Stop(Answer(outcome="unsure", reason="no_address")) from None
    if parts.scheme not in ("http", "https") or not host or parts.username or parts.password:
        raise _Stop(Answer(outcome="unsure", reason="no_address"))
    address = _resolve(host, port)
    left = end - time.monotonic()
    if left <= 0:
        raise _Stop(Answer(outcome="unsure", reason="too_slow"))
    timeout = Timeout(connect=min(WAIT_SECONDS, left), read=min(WAIT_SECONDS, left))
    default = port == (443 if parts.scheme == "https" else 80)
    named = f"[{host}]" if ":" in host else host
    headers = {
        "Host": named if default else f"{named}:{port}",
        "User-Agent": AGENT.format(base=settings.BASE_URL),
        "Accept": "text/html,*/*;q=0.8",
        "Accept-Encoding": "identity",
    }
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        with _pool(parts.scheme, address, port, host) as pool:
            response = pool.urlopen(
                method, target, headers=headers, timeout=timeout, redirect=False, retries=False, preload_content=False
            )
            try:
                start = _start_of(response, end) if method == "GET" else b""
            finally:
                response.close()
    except SSLError:
        raise _Stop(Answer(outcome="unsure", reason="certificate")) from None
    except (HTTPError, MaxRetryError, OSError, ValueError) as error:
        slow = "Timeout" in type(error).__name__
        raise _Stop(Answer(outcome="unsure", reason="too_slow" if slow else "no_connection")) from None
    return response.status, dict(response.headers), start


def _pool(scheme: str, address: str, port: int, host: str) -> urllib3.HTTPConnectionPool:
    """A connection to the address that was judged; the certificate has to be that of the name."""
    if scheme == "https":
        return urllib3.HTTPSConnectionPool(address, port, maxsize=1, server_hostname=host, assert_hostname=host)
    return urllib3.HTTPConnectionPool(address, port, maxsize=1)


def _start_of(response: urllib3.BaseHTTPResponse, end: float) -> bytes:
    """The beginning of the body: at most so many bytes, no later than the end; the rest is not fetched."""
    body = b""
    while len(body) < MOST_BYTES and time.monotonic() < end:
        part = response.read(4096)
        if not part:
            break
        body += part
    return body[:MOST_BYTES]


def _resolve(host: str, port: int) -> str:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError):
        raise _Stop(Answer(outcome="unresolved", reason="name_unknown", resolved=False)) from None
    addresses = [str(entry[4][0]) for entry in found]
    if settings.LINK_CHECK_OWN_NETWORK:
        return addresses[0]
    if port not in PORTS or not addresses or not all(is_public(address) for address in addresses):
        raise _Stop(Answer(outcome="unsure", reason="not_public"))
    return addresses[0]


def is_public(address: str) -> bool:
    """Whether an IP address is one of the internet: not loopback, private, link-local, reserved, or one in disguise."""
    parsed = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(parsed, ipaddress.IPv6Address):
        inner = parsed.ipv4_mapped or parsed.sixtofour or (parsed.teredo[1] if parsed.teredo else None)
        if parsed in ipaddress.ip_network("64:ff9b::/96"):
            inner = ipaddress.IPv4Address(int(parsed) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return parsed.is_global and not parsed.is_multicast


def _retry_after(value: str) -> int:
    """Seconds to stay away, between a minute and a day; ``Retry-After`` is a number or a date (RFC 9110, 10.2.3)."""
    if value.strip().isdigit():
        seconds = int(value.strip()[:9])
    else:
        try:
            seconds = int((parsedate_to_datetime(value) - timezone.now()).total_seconds())
        except (TypeError, ValueError):
            seconds = 3600
    return min(max(seconds, 60), 86_400)
