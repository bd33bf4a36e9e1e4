"""Keeps a demo on the machine it runs on."""

from collections.abc import Callable
from ipaddress import ip_address

from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.http.request import split_domain_port


def _is_loopback(address: str) -> bool:
    if address == "localhost":
        return True
    try:
        parsed = ip_address(address.strip("[]"))
    except ValueError:
        return False
    mapped = getattr(parsed, "ipv4_mapped", None)
    return (mapped or parsed).is_loopback


class LoopbackOnlyMiddleware:
    """Refuses what did not come from this machine, and what was not addressed to it (DNS rebinding).

    Demo accounts have passwords that anybody can work out. ``X-Forwarded-For`` is not looked at, except that a request
    that carries one came through a proxy, from wherever.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        host, _ = split_domain_port(request.META.get("HTTP_HOST", ""))
        proxied = "HTTP_X_FORWARDED_FOR" in request.META or "HTTP_FORWARDED" in request.META
        if proxied or not _is_loopback(str(request.META.get("REMOTE_ADDR", ""))) or not _is_loopback(host):
            return HttpResponseForbidden(
                "The demo answers only on the machine it runs on.\n", content_type="text/plain"
            )
        return self.get_response(request)
