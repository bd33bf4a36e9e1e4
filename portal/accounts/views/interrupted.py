"""Requests that ran beside one that gave the session a new key."""

from django.contrib.sessions.exceptions import SessionInterrupted
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views import defaults

from portal.accounts.actor import NOBODY
from portal.accounts.addresses import came_from, local_path


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What a bad request gets; one whose session was renewed or ended meanwhile is none.

    Whoever was looking looks again, now with the new key. Of a form nobody knows here whether its work was done: the
    page says so, and where to look.
    """
    if not isinstance(exception, SessionInterrupted):
        return defaults.bad_request(request, exception)
    response: HttpResponse
    if request.method in {"GET", "HEAD"}:
        response = HttpResponseRedirect(local_path(request.get_full_path()) or "/")
    else:
        request.actor = NOBODY  # type: ignore[attr-defined]  # nothing of the session that was lost is looked at again
        back = local_path(came_from(request)) or "/"
        response = render(request, "accounts/interrupted.html", {"back": back}, status=409)
    response["Cache-Control"] = "no-store"
    return response
