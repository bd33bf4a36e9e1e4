"""What a page says, piece by piece, and how much each piece counts."""

import html
import re
from collections.abc import Iterator
from typing import Any

from wagtail.fields import StreamField

from pages.models import BasePage

TITLE = 12.0
SUMMARY = 5.0
HEADING = 3.0
TEXT = 1.0

TAG = re.compile(r"<[^>]*>")
# Keys of blocks under which a heading stands, and those under which nothing stands that is read.
HEADINGS = frozenset({"title", "question", "name"})
NOT_READ = frozenset(
    {"id", "type", "kind", "page", "slot", "url", "image", "file", "document", "captions", "decorative"}
)


def pieces(page: BasePage) -> Iterator[tuple[float, str]]:
    """Weight and text of everything that a reader of this page reads, the words of its kind included.

    Args:
        page: of its own kind (``specific``).
    """
    yield TITLE, page.title
    yield SUMMARY, page.summary
    for name in ("body", *page.content_words):
        field = page._meta.get_field(name)
        value = getattr(page, name)
        if isinstance(field, StreamField):
            yield from of_block(field.stream_block.get_prep_value(value))
        elif isinstance(value, str):
            yield TEXT, plain(value)
    # Where something is, is the same in every language.
    for name in {"city", "place"} & set(page.content_facts):
        yield TEXT, str(getattr(page, name))


def of_block(value: Any, key: str = "") -> Iterator[tuple[float, str]]:
    """Weight and text of a block as it is stored: nested lists and tables with texts at the ends."""
    if isinstance(value, str):
        yield (HEADING if key in HEADINGS else TEXT), plain(value)
    elif isinstance(value, list):
        for item in value:
            yield from of_block(item, key)
    elif isinstance(value, dict):
        # A heading block is a plain text below ``value``.
        key = "title" if value.get("type") == "heading" else key
        for name, item in value.items():
            if name not in NOT_READ:
                yield from of_block(item, key if name == "value" else name)


def plain(markup: str) -> str:
    """The text of rich text; between two elements is a space."""
    return html.unescape(TAG.sub(" ", markup))
