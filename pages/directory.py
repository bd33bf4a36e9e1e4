"""Lists that a reader narrows by municipality and subject, and what stands in such a list."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote_plus, urlencode

from django.conf import settings
from django.core.paginator import Page as Leaf
from django.core.paginator import Paginator
from django.utils import timezone

from pages.families import Member
from pages.forms import NarrowForm
from pages.models.facts import PlaceMixin, WhereMixin, municipality_options
from pages.queries import children_for

PER_LEAF = 24
MAPS = "https://www.openstreetmap.org/search?query="


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One page in a list, and the names of the municipalities it is for; none: the whole region."""

    page: Any
    places: tuple[str, ...]


def narrowed(
    kind: type[Any], family: Iterable[Member], reader: str, asked: Mapping[str, Any], *, sorts: bool = False
) -> dict[str, Any]:
    """The template variables of a list: ``form``, ``entries`` (one leaf), ``total`` and the addresses of other leaves.

    What is for the whole region is in the list of every municipality. A value that is not a choice narrows nothing.
    Two queries, however long the list.

    Args:
        asked: the query of the address.
        sorts: whether the form also asks which kind of chance.
    """
    names = dict(municipality_options())
    form = NarrowForm(asked, municipalities=names, sorts=sorts)
    form.is_valid()
    wanted = form.cleaned_data
    found = [
        page
        for page in children_for(family, reader, kind)
        if _is_for(page, wanted.get("gemeente"))
        and (not wanted.get("onderwerp") or wanted["onderwerp"] in page.themes)
        and (not wanted.get("soort") or wanted["soort"] == page.sort)
        and not is_over(page)
    ]
    leaf = Paginator(found, PER_LEAF).get_page(wanted.get("blad") or 1)
    entries = [Entry(page=page, places=_names(page, names)) for page in leaf]
    return {"form": form, "entries": entries, "total": len(found), "leaf": leaf, **_addresses(leaf, wanted)}


def _is_for(page: WhereMixin, code: str | None) -> bool:
    if not code or not page.municipalities or getattr(page, "whole_region", False):
        return True
    return code in page.municipalities


def _names(page: WhereMixin, names: Mapping[str, str]) -> tuple[str, ...]:
    if getattr(page, "whole_region", False):
        return ()
    return tuple(names[code] for code in page.municipalities if code in names)


def _addresses(leaf: Leaf, wanted: Mapping[str, Any]) -> dict[str, str]:
    kept = {name: value for name, value in wanted.items() if value and name != "blad"}

    def address(number: int) -> str:
        return "?" + urlencode({**kept, "blad": number})

    return {
        "previous_leaf": address(leaf.previous_page_number()) if leaf.has_previous() else "",
        "next_leaf": address(leaf.next_page_number()) if leaf.has_next() else "",
    }


def is_over(page: Any, *, today: date | None = None) -> bool:
    """Whether the last day of a chance has passed."""
    last = getattr(page, "ends_on", None)
    return last is not None and last < (today or timezone.localdate())


def names_of(page: WhereMixin) -> tuple[str, ...]:
    """The municipalities that a page is for, by name; none means the whole region. One query."""
    return _names(page, dict(municipality_options()))


def place_context(page: PlaceMixin, reader: str) -> dict[str, Any]:
    """The template variables of a page about a place: where, on which map, which languages."""
    own = dict(settings.LANGUAGES)
    return {
        "places": names_of(page),
        "map_address": map_address(page.address_lines),
        "spoken": [(code, own[code]) for code in page.languages_spoken if code in own],
    }


def map_address(lines: Iterable[str]) -> str:
    """A link that looks an address up on OpenStreetMap; empty without an address.

    A link and nothing more: the reader decides whether another site learns where they want to go.
    """
    address = ", ".join(lines)
    return MAPS + quote_plus(address) if address else ""
