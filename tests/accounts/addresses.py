"""An address for every route that exists, made from its pattern, so that no route is left out for want of arguments."""

import re
import uuid
from functools import cache

from django.urls import resolve

from portal.accounts.routes import Route, all_routes

VALUES = {"int": "1", "uuid": str(uuid.UUID(int=7)), "str": "x", "slug": "x", "path": "x/y"}
ARGUMENT = re.compile(r"<(?:(\w+):)?\w+>")
# Routes that are regular expressions.
EXAMPLES = {
    "wagtail_serve": "nl/gezondheid/",
    "wagtaildocs_serve": "documents/1/x.pdf",
    "calendar": "nl/agenda.ics",
    "leaflet": "nl/x/folder.pdf",
    "wagtailadmin_pages:revisions_compare": "cms/pages/1/revisions/compare/live...latest/",
    "admin:app_list": "django-admin/accounts/",
    "wagtail.admin.views.home.default": "cms/nothing-is-here/",
}


def address_of(route: Route) -> str:
    """An address that fits the pattern of the route, with made-up arguments."""
    example = EXAMPLES.get(route.view_name)
    return "/" + (example or ARGUMENT.sub(lambda found: VALUES[found[1] or "str"], route.route))


@cache
def reached() -> tuple[tuple[Route, str], ...]:
    """Every route that an address leads to, with one."""
    return tuple((route, address) for route, address in _addresses() if resolve(address).func is route.callback)


@cache
def shadowed() -> frozenset[str]:
    """The names of routes that no address leads to, because one before them takes it."""
    there = {id(route) for route, _address in reached()}
    return frozenset(route.view_name for route, _address in _addresses() if id(route) not in there)


@cache
def _addresses() -> tuple[tuple[Route, str], ...]:
    return tuple((route, address_of(route)) for route in all_routes())
