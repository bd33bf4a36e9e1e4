"""Gives every request its actor."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from portal.accounts.devices import set_cookie
from portal.accounts.sessions import resolve_actor


class ActorMiddleware:
    """Sets ``request.actor``. It stays unevaluated until somebody asks: a public page costs no query, no cookie.

    On the way out it hands a browser that somebody signed in with the cookie by which it is known again.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = SimpleLazyObject(lambda: resolve_actor(request))  # type: ignore[attr-defined]
        response = self.get_response(request)
        set_cookie(request, response)
        return response
