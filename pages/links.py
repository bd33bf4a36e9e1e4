"""Links between pages inside text: kept by id, so that a rename breaks none, and shown in the reader's language.

Wagtail asks the database once per piece of rich text. A page view asks once in all: :class:`Links` gathers the ids of
the whole page first, and the link handler of :mod:`pages.wagtail_hooks` looks them up here.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Q, QuerySet
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.rich_text import LinkHandler

from pages.families import Member, address_of, best, chain, members
from pages.queries import public_pages, unrestricted_pages

if TYPE_CHECKING:
    from pages.models import BasePage

IN_TEXT = re.compile(r'linktype=\\?"page\\?" id=\\?"(\d+)\\?"|id=\\?"(\d+)\\?" linktype=\\?"page\\?"')


@dataclass
class Links:
    """Where each linked page is for one reader; ids that were not asked beforehand are looked up when met."""

    reader: str
    known: dict[int, Member | None] = field(default_factory=dict)
    among_private: bool = False

    @classmethod
    def of(cls, page: "BasePage", reader: str, *, also: Iterable[int] = ()) -> "Links":
        """All links of a page, with at most one query.

        Args:
            also: ids of pages that a text shown with it links to.
        """
        links = cls(reader=reader, among_private=page.is_private)
        links.learn(linked_ids(page).union(also))
        return links

    def learn(self, ids: Iterable[int]) -> None:
        """Look up the pages with these ids, in the best language for the reader."""
        wanted = set(ids) - self.known.keys()
        if not wanted:
            return
        keys = Page.objects.filter(pk__in=wanted).values("translation_key")
        # Readers do not learn from a link where private pages are; those who read one may go from it to the next.
        allowed: QuerySet[Page] = unrestricted_pages() if self.among_private else public_pages()
        rows = members(
            allowed.filter(Q(translation_key__in=keys, locale__language_code__in=chain(self.reader)) | Q(pk__in=wanted))
        )
        families: dict[UUID, list[Member]] = defaultdict(list)
        for row in rows:
            families[row.translation_key].append(row)
        key_of = {row.pk: row.translation_key for row in rows}
        for pk in wanted:
            self.known[pk] = best(families[key_of[pk]], self.reader) if pk in key_of else None

    def get(self, pk: int) -> Member | None:
        """The page that a link to ``pk`` leads to; ``None`` if it is not there for readers."""
        self.learn([pk])
        return self.known[pk]


current: ContextVar[Links | None] = ContextVar("pages_links", default=None)


def use_links(links: Links) -> None:
    """Resolve the links of this request's text with these."""
    current.set(links)


def linked_ids(page: "BasePage") -> set[int]:
    """The ids of all pages that the text of this page links to, in rich text and in the blocks that name a page."""
    ids: set[int] = set()
    for name in ("body", *page.content_words):
        model_field = page._meta.get_field(name)
        value = getattr(page, name)
        raw: Any = model_field.stream_block.get_prep_value(value) if isinstance(model_field, StreamField) else value
        text = raw if isinstance(raw, str) else json.dumps(raw, ensure_ascii=False)
        ids |= ids_in(text) | set(_named(raw))
    return ids


def ids_in(text: str) -> set[int]:
    """The ids of the pages that a piece of rich text links to."""
    return {int(first or second) for first, second in IN_TEXT.findall(text)}


def _named(raw: Any) -> Iterable[int]:
    if isinstance(raw, list):
        for item in raw:
            yield from _named(item)
    elif isinstance(raw, dict):
        for name, item in raw.items():
            if name == "page" and isinstance(item, int):
                yield item
            else:
                yield from _named(item)


class PageLinkHandler(LinkHandler):
    """``<a linktype="page" id="…">`` as a link to the page in the reader's language; without the page, plain text."""

    identifier = "page"

    @staticmethod
    def get_model() -> type[Page]:
        return Page

    @classmethod
    def extract_references(cls, attrs: dict[str, str]) -> Iterable[tuple[type[Page], str, str, str]]:
        """What Wagtail's index of references keeps: editors see which pages link to one that they take away."""
        if attrs.get("id", "").isdigit():
            yield cls.get_model(), attrs["id"], "", ""

    @classmethod
    def expand_db_attributes(cls, attrs: dict[str, str]) -> str:
        links = current.get()
        try:
            pk = int(attrs["id"])
        except (KeyError, ValueError):
            return "<a>"
        if links is None:
            page = public_pages().filter(pk=pk).select_related("locale").first()
            if page is None:
                return "<a>"
            return f'<a href="{escape(address_of(page.url_path, page.locale.language_code))}">'
        member = links.get(pk)
        if member is None:
            return "<a>"
        other = "" if member.language == links.reader else f' hreflang="{member.language}"'
        return f'<a href="{escape(member.address(links.reader))}"{other}>'

    @classmethod
    def expand_db_attributes_many(cls, attrs_list: list[dict[str, str]]) -> list[str]:
        links = current.get()
        if links is not None:
            links.learn(int(attrs["id"]) for attrs in attrs_list if attrs.get("id", "").isdigit())
        return [cls.expand_db_attributes(attrs) for attrs in attrs_list]
