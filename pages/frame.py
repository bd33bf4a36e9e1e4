"""What stands around the text of a public page: languages, the way back, the menu, the foot."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from pages import queries
from pages.families import Member, address_of, direction
from pages.links import Links, use_links
from pages.staleness import is_outdated, live_digest

if TYPE_CHECKING:
    from pages.models import BasePage

# What a list is narrowed to (pages.forms) and in which order it stands (pages.comparison).
QUESTIONS = ("gemeente", "onderwerp", "soort", "sorteer", "om")


@dataclass(frozen=True, kw_only=True)
class LanguageLink:
    """One choice of the language switch. Where it is not ``translated``, a notice and another language wait."""

    code: str
    name: str
    direction: str
    url: str
    current: bool
    translated: bool


@dataclass(frozen=True, kw_only=True)
class Item:
    """A link to a page in a menu, with the language that its title is in."""

    title: str
    url: str
    language: str
    direction: str
    current: bool


def frame(
    page: "BasePage", request: HttpRequest, *, with_text: bool = True, linked: Iterable[int] = ()
) -> dict[str, Any]:
    """The template variables of every public page.

    Args:
        with_text: whether the text of this page is shown; otherwise only what stands around it is looked up.
        linked: ids of pages that a text shown with it links to.

    ``page_lang`` is the language of the site around the text. It is that of the page, except where the page is shown in
    place of a translation that does not exist: then the reader's language surrounds a text in another one.
    """
    reader = reader_of(page, request)
    family = queries.family_of(page)
    line, top = queries.surroundings(page, reader)
    use_links(Links.of(page, reader, also=linked) if with_text else Links(reader=reader))
    kinds = queries.types_around()
    home = line[0] if line else Member.of(page)
    return {
        "page_lang": reader,
        "page_dir": direction(reader),
        "text_lang": page.language,
        "text_dir": direction(page.language),
        "text_language_name": dict(settings.LANGUAGES).get(page.language, page.language),
        "stands_in": reader != page.language,
        **(_about_text(page, request, reader, family) if with_text else {}),
        "languages": language_links(page, family, current=reader, asked=_asked(request)),
        "family": family,
        "home_url": f"/{reader}/",
        "is_home": page.depth == home.depth,
        "canonical": settings.BASE_URL + address_of(page.url_path, page.language),
        "crumbs": [_item(one, page, reader) for one in line],
        "menu": [_item(one, page, reader) for one in top if one.show_in_menus],
        "foot": [_item(one, page, reader) for one in top if kinds.get(one.content_type_id) == "InfoPage"],
        "doors": _doors(top, page, reader, queries.DOORS),
        "narrowed_doors": _doors(top, page, reader, queries.NARROWED),
        "emergency_page": next(
            (_item(one, page, reader) for one in top if kinds.get(one.content_type_id) == "EmergencyPage"), None
        ),
    }


def _about_text(page: "BasePage", request: HttpRequest, reader: str, family: list[Member]) -> dict[str, Any]:
    """What is said of a text, and what can be done with it."""
    from pages.tools import tools_of  # these know the kinds of page, which are made with this module
    from pages.writing import needs_reason

    return {
        "outdated": not page.is_source and is_outdated(page.source_segments, live_digest(page.translation_key)),
        "unchecked": not page.is_source and not page.translation_checked_by,
        "by_machine": not page.is_source and page.translation_origin == "machine",
        "too_hard": bool(getattr(request, "is_preview", False) and needs_reason(page)),
        "tools": tools_of(page, request, reader=reader, family=family),
        "related": [_item(one, page, reader) for one in queries.related_to(page, family, reader)],
    }


def reader_of(page: "BasePage", request: HttpRequest) -> str:
    """The language of the reader: that of the page, unless the page stands in for a missing translation."""
    return getattr(request, "language_without_translation", None) or page.language


def _asked(request: HttpRequest) -> str:
    """What a list was narrowed to, or in which order it stands: it stays when the language changes."""
    asked = urlencode([(name, request.GET[name]) for name in QUESTIONS if request.GET.get(name)])
    return f"?{asked}" if asked else ""


def language_links(page: "BasePage", family: list[Member], *, current: str, asked: str = "") -> list[LanguageLink]:
    """The same page in each language, by an address that says so where it is not translated.

    Args:
        asked: the query of the address, question mark included.
    """
    found = {member.language: member for member in family}
    return [
        LanguageLink(
            code=code,
            name=str(name),
            direction=direction(code),
            url=address_of(found[code].url_path if code in found else page.url_path, code) + asked,
            current=code == current,
            translated=code in found,
        )
        for code, name in settings.LANGUAGES
    ]


def active_language() -> str:
    """The language of the request, as its address names it."""
    return get_language() or settings.LANGUAGE_CODE


def _item(member: Member, page: "BasePage", reader: str) -> Item:
    return Item(
        title=member.title,
        url=member.address(reader),
        language=member.language,
        direction=member.direction,
        current=member.translation_key == page.translation_key,
    )


def _doors(top: list[Member], page: "BasePage", reader: str, wanted: Iterable[str]) -> list[tuple[str, Item]]:
    """The lists of these kinds that there are, in the order of ``wanted``, each with its pictogram."""
    kinds = queries.types_around()
    by_kind = {kinds.get(one.content_type_id): one for one in top}
    return [(queries.DOORS[kind], _item(by_kind[kind], page, reader)) for kind in wanted if kind in by_kind]
