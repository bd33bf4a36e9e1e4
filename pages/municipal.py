"""A regional text with what one municipality adds to it: the same page, sixteen times, and never a copy.

``/nl/gemeenten/utrecht/gezondheid/huisarts/`` is ``/nl/gezondheid/huisarts/`` with, at each place that it keeps for
municipalities (:class:`pages.blocks.local.LocalBlock`), the words of Utrecht where Utrecht has any. An edit of the
regional text is thereby an edit of all sixteen; search engines are told that the regional page is the original.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import Http404, HttpRequest

from pages import links
from pages.families import FIELDS, Member, address_of, best, chain, direction
from pages.queries import Place, public_pages

if TYPE_CHECKING:
    from pages.models import BasePage

BLOCK = "local"
# ``gemeenten/utrecht``: what stands before the path of the regional page.
PARTS_OF_MUNICIPALITY = 2


@dataclass(frozen=True, kw_only=True)
class Insert:
    """What a municipality says at one place, in the best language for the reader."""

    title: str
    text: Any
    language: str

    @property
    def direction(self) -> str:
        """``rtl`` or ``ltr``."""
        return direction(self.language)


@dataclass(frozen=True, kw_only=True)
class Version:
    """The regional page as one municipality has it."""

    name: str
    language: str
    address: str
    current: bool

    @property
    def direction(self) -> str:
        """``rtl`` or ``ltr``."""
        return direction(self.language)


@dataclass(frozen=True, kw_only=True)
class Local:
    """What the template of a regional page needs: all versions, and the inserts of the one that is shown."""

    versions: Sequence[Version]
    regional_address: str
    inserts: dict[str, Insert] = field(default_factory=dict)

    @property
    def chosen(self) -> Version | None:
        """The version that is shown; ``None`` on the regional page itself."""
        return next((version for version in self.versions if version.current), None)

    def insert(self, slot: str) -> Insert | None:
        """What the municipality says at this place; ``None`` leaves the regional words."""
        return self.inserts.get(slot)

    @property
    def linked(self) -> set[int]:
        """The ids of the pages that the inserts link to."""
        return {pk for insert in self.inserts.values() for pk in links.ids_in(insert.text.source)}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A municipality and the regional page that its address names."""

    municipality: UUID
    prefix: str
    place: Place


def parts_of(path: str) -> list[str]:
    """An address below a municipality in two: the municipality and the regional page. Of other addresses nothing."""
    parts = [part for part in path.split("/") if part]
    if len(parts) <= PARTS_OF_MUNICIPALITY:
        return []
    return ["/".join(parts[:PARTS_OF_MUNICIPALITY]), "/".join(parts[PARTS_OF_MUNICIPALITY:])]


def resolve(path: str, places: Sequence[Place]) -> Asked | None:
    """The regional page at an address below a municipality; ``None`` if the address is not one of these.

    Whether the page keeps a place for municipalities is only known when it is loaded: see :func:`local_of`.

    Args:
        path: what stands behind the language in the address.
        places: what stands at each of :func:`parts_of`.
    """
    if not places:
        return None
    first, regional = places
    municipality = next((page for page in first.found if page.content_type.model == "municipalitypage"), None)
    if municipality is None or not regional.found:
        return None
    # A translation of the regional page at another address would leave the municipality behind: it is not looked for.
    place = Place(found=regional.found)
    return Asked(municipality=municipality.translation_key, prefix=parts_of(path)[0] + "/", place=place)


def has_places(page: "BasePage") -> bool:
    """Whether the text keeps a place for municipalities."""
    return any(block["type"] == BLOCK for block in page.body.raw_data)


def local_of(page: "BasePage", request: HttpRequest, reader: str) -> Local | None:
    """The versions of a page, and the inserts of the municipality in the address; ``None`` for a text without places.

    One query.

    Raises:
        Http404: the address names a municipality and the text has no place for one, or readers may not see it.
    """
    asked: Asked | None = getattr(request, "municipality_asked", None)
    if not has_places(page):
        if asked is not None:
            raise Http404
        return None
    families = _municipalities(reader, with_inserts=asked is not None)
    below = address_of(page.url_path, reader).removeprefix(f"/{reader}/")
    versions = []
    for key, rows in families.items():
        shown = best([row.member for row in rows], reader)
        if shown is not None:
            address = shown.address(reader) + below
            current = asked is not None and key == asked.municipality
            versions.append(Version(name=shown.title, language=shown.language, address=address, current=current))
    if asked is not None and asked.municipality not in families:
        raise Http404
    return Local(
        versions=sorted(versions, key=lambda version: version.name),
        regional_address=address_of(page.url_path, reader),
        inserts=_inserts(families[asked.municipality], reader) if asked is not None else {},
    )


@dataclass(frozen=True, kw_only=True)
class _Row:
    member: Member
    inserts: Any = ()


def _municipalities(reader: str, *, with_inserts: bool) -> dict[UUID, list[_Row]]:
    from pages.models import MunicipalityPage  # the models import this module

    rows = public_pages(MunicipalityPage).filter(locale__language_code__in=chain(reader))
    names = (*FIELDS, "inserts") if with_inserts else FIELDS
    families: dict[UUID, list[_Row]] = defaultdict(list)
    for values in rows.values_list(*names):
        member = Member(**dict(zip((*FIELDS[:-1], "language"), values[: len(FIELDS)], strict=True)))
        families[member.translation_key].append(_Row(member=member, inserts=values[-1] if with_inserts else ()))
    return families


def _inserts(rows: Sequence[_Row], reader: str) -> dict[str, Insert]:
    """By place, each in the best language in which the municipality wrote it."""
    by_slot: dict[str, list[Insert]] = defaultdict(list)
    for row in rows:
        for block in row.inserts:
            value = block.value
            insert = Insert(title=value["title"], text=value["text"], language=row.member.language)
            by_slot[value["slot"]].append(insert)
    return {slot: shown for slot, found in by_slot.items() if (shown := best(found, reader)) is not None}


def in_version(context: dict[str, Any], request: HttpRequest) -> dict[str, Any]:
    """The frame around a municipality's version: its language switch stays with the municipality."""
    asked: Asked | None = getattr(request, "municipality_asked", None)
    if asked is None:
        return context
    languages = [
        replace(link, url=link.url.replace(f"/{link.code}/", f"/{link.code}/{asked.prefix}", 1))
        for link in context["languages"]
    ]
    return {**context, "languages": languages}
