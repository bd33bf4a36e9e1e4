"""The same page in its languages: which of them a reader gets, and at which address.

Pages that translate each other share a ``translation_key``: a family. Lists, menus, links and the language switch all
answer the question of this module: of this family, which member is the best for a reader of this language?
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Self, TypeVar
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from wagtail.models import Page

T = TypeVar("T", bound=Any)

# A reader of Dari reads Farsi sooner than English, and the other way round.
NEAREST = {"prs": ("fa",), "fa": ("prs",)}
FIELDS = (
    "pk",
    "translation_key",
    "title",
    "url_path",
    "path",
    "depth",
    "content_type_id",
    "show_in_menus",
    "locale__language_code",
)


def chain(language: str) -> tuple[str, ...]:
    """The languages in which a reader gets a page, best first: the own, a near one, English, Dutch."""
    wanted = (language, *NEAREST.get(language, ()), "en", settings.LANGUAGE_CODE)
    known = {code for code, _ in settings.LANGUAGES}
    return tuple(code for code in dict.fromkeys(wanted) if code in known)


def direction(language: str) -> str:
    """``rtl`` or ``ltr``: the value of the HTML attribute ``dir``."""
    return "rtl" if language in settings.LANGUAGES_BIDI else "ltr"


def address_of(url_path: str, language: str) -> str:
    """The address of a page below a language: Wagtail's ``url_path`` begins with the slug of the home page."""
    return f"/{language}/{url_path.split('/', 2)[2]}"


@dataclass(frozen=True, kw_only=True)
class Member:
    """One page of a family, as a list or a link shows it."""

    pk: int
    translation_key: UUID
    title: str
    url_path: str
    path: str
    depth: int
    content_type_id: int
    show_in_menus: bool
    language: str

    @classmethod
    def of(cls, page: Page) -> Self:
        """From a page that is already loaded; its ``locale`` too."""
        values = {name: getattr(page, name) for name in FIELDS[:-1]}
        return cls(**values, language=page.locale.language_code)

    @property
    def direction(self) -> str:
        """``rtl`` or ``ltr``."""
        return direction(self.language)

    @property
    def above(self) -> Self:
        """The same member, standing for the page directly above it in the tree: for lists of what stands beside it."""
        return replace(self, path=self.path[: -Page.steplen], depth=self.depth - 1)

    def address(self, reader: str) -> str:
        """Where a reader of this language finds it: below the own language, where a notice says what is missing."""
        return address_of(self.url_path, reader)


def members(pages: QuerySet[Any]) -> list[Member]:
    """The rows of a queryset of pages, in one query."""
    return [
        Member(**dict(zip((*FIELDS[:-1], "language"), values, strict=True))) for values in pages.values_list(*FIELDS)
    ]


def best(family: Iterable[T], reader: str) -> T | None:
    """The member that a reader of this language gets."""
    order = chain(reader)
    rank = {code: index for index, code in enumerate(order)}
    return min(family, key=lambda one: rank.get(one.language, len(order)), default=None)
