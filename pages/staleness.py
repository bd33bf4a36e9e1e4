"""Whether a translation is older than the Dutch text: fingerprints are compared, segment by segment; never clocks.

A segment is what wagtail-localize calls one: a title, a sentence block of running text, a question. Its mark is
``place:fingerprint``, such as ``body.note.text:3f9a…``. Where its words lead to (a link, a telephone number in a
contact block) belongs to the text: a reader who is sent to the old number reads an old text. What is drawn or coloured,
how the HTML is laid out and which ids Wagtail gives to blocks do not.

Facts of a page (``content_facts``) are not compared: :mod:`pages.facts` keeps them the same in every language.
"""

import copy
import hashlib
import json
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.fields import StreamField
from wagtail_localize.segments import StringSegmentValue
from wagtail_localize.segments.extract import extract_segments

from pages.block_ids import with_ids
from pages.blocks.local import SlotBlock

if TYPE_CHECKING:
    from pages.models import BasePage

TEXT_BLOCKS = (blocks.CharBlock, blocks.TextBlock, blocks.RichTextBlock, blocks.BlockQuoteBlock)
TARGET_BLOCKS = (blocks.RegexBlock, blocks.URLBlock, blocks.EmailBlock, blocks.PageChooserBlock, DocumentChooserBlock)
TARGET_ATTRIBUTES = ("linktype", "id", "href")
FINGERPRINT_LENGTH = 16


@dataclass(frozen=True, kw_only=True)
class Segment:
    """A piece of text, where it stands and where it leads.

    ``path`` and ``order`` are those of wagtail-localize; a target that is no text has an empty ``path``.
    """

    place: str
    text: str
    targets: str = ""
    path: str = ""
    order: int = 0

    @property
    def mark(self) -> str:
        """What is kept of it to compare with later; a mark with ``=`` is of a target without words."""
        said = hashlib.sha256(f"{self.text}\n{self.targets}".encode()).hexdigest()[:FINGERPRINT_LENGTH]
        return f"{self.place}:{said}" if self.path else f"{self.place}={said}"


def parts_of(page: "BasePage") -> list[Segment]:
    """The segments of a page in reading order, the targets of its blocks after them."""
    streams = [field for field in page._meta.get_fields() if isinstance(field, StreamField)]
    words = {"body", *page.content_words}
    same = copy.copy(page)
    types: dict[str, str] = {}
    targets: list[Segment] = []
    for field in streams:
        raw = with_ids(field, getattr(page, field.name))
        setattr(same, field.name, raw)
        types |= {item["id"]: item["type"] for item in raw}
        if field.name in words:
            targets += _targets(field.stream_block, raw, field.name)
    strings = [segment for segment in extract_segments(same) if isinstance(segment, StringSegmentValue)]
    return [_segment(string, types) for string in strings] + targets


def segments_of(page: "BasePage") -> list[str]:
    """The marks of a page's text, in reading order."""
    return [segment.mark for segment in parts_of(page)]


def digest_of(segments: Sequence[str]) -> str:
    """One fingerprint of all marks."""
    return hashlib.sha256("\n".join(segments).encode()).hexdigest()


def live_digest(translation_key: UUID) -> str | None:
    """The digest of the Dutch text as readers see it now; ``None`` if they see none."""
    from pages.models import SourceText

    return SourceText.objects.filter(translation_key=translation_key).values_list("digest", flat=True).first()


def is_outdated(source_segments: Sequence[str], digest: str | None) -> bool:
    """Whether the Dutch text is another than the one a translation was made from."""
    return digest is not None and digest_of(source_segments) != digest


@dataclass(frozen=True, kw_only=True)
class Changes:
    """What a translator has to do: segments to translate anew, and how many are gone. Neither: the order changed."""

    changed: list[Segment]
    gone: int


def changes(made_from: Sequence[str], source: "BasePage") -> Changes:
    """How the Dutch page differs from the text that a translation was made from."""
    known = Counter(made_from)
    changed = []
    for segment in parts_of(source):
        if known[segment.mark] > 0:
            known[segment.mark] -= 1
        else:
            changed.append(segment)
    return Changes(changed=changed, gone=max(0, known.total() - len(changed)))


def _segment(value: StringSegmentValue, types: dict[str, str]) -> Segment:
    leads = [
        {name: str(found[name]) for name in TARGET_ATTRIBUTES if name in found}
        for _key, found in sorted((value.attrs or {}).items())
    ]
    return Segment(
        place=_place(value.path, types),
        text=_plain(value.string.data),
        targets=json.dumps(leads, sort_keys=True) if any(leads) else "",
        path=value.path,
        order=value.order,
    )


def _place(path: str, types: dict[str, str]) -> str:
    """``body.<id>.title`` as ``body.note.title``; ids of list items say nothing."""
    parts = [types.get(part, "" if _is_id(part) else part) for part in path.split(".")]
    return ".".join(part for part in parts if part)


def _is_id(part: str) -> bool:
    try:
        UUID(part)
    except ValueError:
        return False
    return True


def _plain(html: str) -> str:
    """The words, however the editor of the day writes its spaces and letters."""
    return unicodedata.normalize("NFC", " ".join(html.split()))


def _targets(block: blocks.Block, value: Any, place: str) -> Iterator[Segment]:
    if isinstance(block, blocks.StreamBlock):
        for item in value:
            yield from _targets(block.child_blocks[item["type"]], item["value"], f"{place}.{item['type']}")
    elif isinstance(block, blocks.ListBlock):
        for item in value or []:
            yield from _targets(block.child_block, item["value"], place)
    elif isinstance(block, blocks.StructBlock) and isinstance(value, dict):
        for name, child in block.child_blocks.items():
            yield from _targets(child, value.get(name), f"{place}.{name}")
    elif (
        isinstance(block, TARGET_BLOCKS)
        and not isinstance(block, (*TEXT_BLOCKS, SlotBlock))
        and value not in ("", None)
    ):
        yield Segment(place=place, text="", targets=str(value))
