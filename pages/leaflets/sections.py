"""The text of a page cut into pieces that can stand beside their translation.

A page that is translated has the same sections in the same order, so piece can stand beside piece. Where they differ,
because the Dutch text went on, sections that have no partner stand alone.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from django.db.models import TextField
from django.template.loader import render_to_string
from django.utils.html import format_html, linebreaks
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext, gettext_lazy, override
from wagtail.fields import RichTextField, StreamField

from pages.links import Links, use_links
from pages.models.facts import PlaceMixin
from pages.queries import children_for, family_of
from pages.templatetags.leaflets import BETWEEN, printed
from pages.templatetags.words import clock, day

if TYPE_CHECKING:
    from pages.models import BasePage

HEADINGS = {
    "what_happens": gettext_lazy("Wat gebeurt er?"),
    "what_you_do": gettext_lazy("Wat doet u?"),
    "what_you_get": gettext_lazy("Wat krijgt u?"),
    "who_helps": gettext_lazy("Wie helpt u?"),
    "how_long": gettext_lazy("Hoe lang duurt het?"),
    "what_comes_next": gettext_lazy("Wat komt hierna?"),
}
HEADING_ALONE = re.compile(r"<h2>[^<]*</h2>")
# These stand below the blocks, as on the page itself.
LAST = ("what_comes_next",)


@dataclass(frozen=True, kw_only=True)
class Section:
    """What belongs together: its kind, and its pieces of HTML in reading order."""

    kind: str
    pieces: tuple[SafeString, ...]

    def whole(self) -> SafeString:
        """All pieces as one."""
        return mark_safe("".join(self.pieces))  # noqa: S308  # made by templates from escaped text


def sections_of(page: "BasePage") -> list[Section]:
    """The text of a page below its title, in the language of the page.

    Args:
        page: of its own kind (``specific``).
    """
    with override(page.language):
        use_links(Links.of(page, page.language))
        return [section for section in _sections(page) if section.pieces]


def side_by_side(left: Sequence[Section], right: Sequence[Section]) -> list[tuple[SafeString | str, SafeString | str]]:
    """Rows of two cells: piece beside piece where both are built alike, else section beside section, else alone."""
    rows: list[tuple[SafeString | str, SafeString | str]] = []
    matcher = SequenceMatcher(
        a=[section.kind for section in left], b=[section.kind for section in right], autojunk=False
    )
    for what, a1, a2, b1, b2 in matcher.get_opcodes():
        if what == "equal":
            for one, other in zip(left[a1:a2], right[b1:b2], strict=True):
                rows += _rows(one, other)
        else:
            rows += [(section.whole(), "") for section in left[a1:a2]]
            rows += [("", section.whole()) for section in right[b1:b2]]
    return rows


def _rows(one: Section, other: Section) -> list[tuple[SafeString | str, SafeString | str]]:
    if len(one.pieces) == len(other.pieces):
        return list(zip_longest(one.pieces, other.pieces, fillvalue=""))
    return [(one.whole(), other.whole())]


def _sections(page: "BasePage") -> Iterator[Section]:
    words = [name for name in page.content_words if not isinstance(page._meta.get_field(name), StreamField)]
    yield from (_words(page, name) for name in words if name not in LAST)
    facts = _facts(page)
    if facts:
        yield _section("facts", "leaflets/facts.html", {"facts": facts})
    for block in page.body:
        yield _section(block.block_type, f"leaflets/blocks/{block.block_type}.html", {"value": block.value})
    yield from _below(page)
    yield from (_words(page, name) for name in words if name in LAST)


def _section(kind: str, template: str, context: dict[str, Any]) -> Section:
    return Section(kind=kind, pieces=_cut(render_to_string(template, context)))


def _cut(html: str) -> tuple[SafeString, ...]:
    """The pieces; a heading stays with what it stands above."""
    pieces: list[str] = []
    heading = ""
    for part in (part.strip() for part in html.split(BETWEEN)):
        if HEADING_ALONE.fullmatch(part):
            heading += part
        elif part:
            pieces.append(heading + part)
            heading = ""
    if heading:
        pieces.append(heading)
    return tuple(mark_safe(piece) for piece in pieces)  # noqa: S308  # as above


def _words(page: "BasePage", name: str) -> Section:
    field = page._meta.get_field(name)
    value = getattr(page, name)
    if not value:
        return Section(kind=name, pieces=())
    heading = format_html("<h2>{}</h2>{}", HEADINGS.get(name, capfirst(field.verbose_name)), BETWEEN)
    if isinstance(field, RichTextField):
        text: str = printed(value)
    else:
        text = linebreaks(value, autoescape=True) if isinstance(field, TextField) else format_html("<p>{}</p>", value)
    return Section(kind=name, pieces=_cut(heading + text))


def _facts(page: "BasePage") -> list[tuple[str, str]]:
    """Where, when and how to reach them: what a leaflet is taken along for."""
    found: list[tuple[str, str]] = []
    if hasattr(page, "address_lines"):
        place = getattr(page, "place", "")
        found.append((gettext("Adres"), ", ".join([place, *page.address_lines] if place else page.address_lines)))
    if isinstance(page, PlaceMixin):
        found.append((gettext("Telefoon"), page.telephone))
        found.append((gettext("Website"), page.website))
    if hasattr(page, "email"):
        found.append((gettext("E-mail"), page.email))
    if hasattr(page, "starts_at"):
        found += [
            (label, f"{day(moment, page.language)}, {clock(moment)}")
            for label, moment in ((gettext("Begint"), page.starts_at), (gettext("Eindigt"), page.ends_at))
        ]
    if getattr(page, "example", False):
        found.append((gettext("Let op"), gettext("Dit is een voorbeeld. Het bestaat niet echt.")))
    return [(label, value) for label, value in found if value]


def _below(page: "BasePage") -> Iterator[Section]:
    from pages.models import ArticlePage, TopicPage

    if isinstance(page, TopicPage):
        articles = children_for(family_of(page), page.language, ArticlePage)
        yield _section("articles", "leaflets/articles.html", {"articles": articles, "language": page.language})
