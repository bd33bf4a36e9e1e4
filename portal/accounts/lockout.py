"""What django-axes asks us: where a sign-in comes from, and what to answer when there were too many."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def address_of(request: HttpRequest) -> str:
    """The address of the connection. Headers such as ``X-Forwarded-For`` are the visitor's own words."""
    return str(request.META.get("REMOTE_ADDR") or "")


def locked_out(request: HttpRequest, response: HttpResponse | None = None, credentials: Any = None) -> HttpResponse:
    """Too many wrong attempts, for a mail address that exists or does not."""
    page = render(request, "accounts/locked_out.html", status=429)
    page["Retry-After"] = "900"
    return page
