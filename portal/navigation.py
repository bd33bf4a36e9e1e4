"""The menu of the closed part: each app names its own entries, the access table decides who sees them."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec

from django.apps import apps
from django.urls import resolve, reverse
from django.utils.functional import Promise

from portal.access import Proof, row_for


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One entry: a route without arguments, and its name. Apps list theirs as ``NAVIGATION`` in ``access.py``."""

    route: str
    label: Promise | str
    order: int = 50


@cache
def _entries() -> tuple[Entry, ...]:
    found: list[Entry] = []
    for config in apps.get_app_configs():
        name = f"{config.name}.access"
        if find_spec(name) is not None:
            found.extend(getattr(import_module(name), "NAVIGATION", ()))
    return tuple(sorted(found, key=lambda entry: entry.order))


def menu(*, roles: Iterable[str], path: str) -> list[dict[str, object]]:
    """The entries for somebody with these roles; the longest address that ``path`` starts with is the current one."""
    items: list[dict[str, object]] = []
    for entry in _entries():
        # Freshness is asked when it is needed: a menu does not shrink after a quarter of an hour.
        url = reverse(entry.route)
        row = row_for(view_name=entry.route, route=resolve(url).route, method="GET")
        if row is not None and row.admits(proof=Proof.RECENT_SECOND_FACTOR, roles=roles):
            items.append({"url": url, "label": entry.label, "current": False})
    current = max((item for item in items if path.startswith(str(item["url"]))), key=_length, default=None)
    if current is not None:
        current["current"] = True
    return items


def first_of_menu(*, roles: Iterable[str], apart_from: str) -> str:
    """The address where somebody with these roles has work; everybody has at least an account."""
    urls = [str(item["url"]) for item in menu(roles=roles, path="") if item["url"] != apart_from]
    return urls[0] if urls else reverse("accounts:home")


def _length(item: dict[str, object]) -> int:
    return len(str(item["url"]))
