"""What a voice reads of an explanation, and which recording belongs to those very words."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from .enums import Purpose
from .models import NoticeDraftText, NoticeRecording, NoticeText
from .notice_texts import parts_of, shown
from .queries.notices import recordings_by_words, texts_in_use


@dataclass(frozen=True, kw_only=True)
class SpokenPart:
    """One part as a voice reads it: its heading and its sentences, and the title before the first."""

    key: str
    lines: tuple[str, ...]

    @property
    def sha256(self) -> str:
        """The fingerprint of the words: SHA-256 over the lines, spaces made alike, joined by line feeds, in UTF-8."""
        return hashlib.sha256("\n".join(" ".join(line.split()) for line in self.lines).encode()).hexdigest()


def spoken_parts(purpose: Purpose, content: Mapping[str, Any]) -> list[SpokenPart]:
    """The parts that can be read out, in order; one that lacks its heading or text, as in a draft, is left out.

    Args:
        content: ``title`` and ``parts`` of a text.
    """
    found = []
    for number, key in enumerate(parts_of(purpose)):
        part = content.get("parts", {}).get(key, {})
        lines = [part.get("heading", ""), *part.get("text", [])]
        if number == 0:
            lines = [content.get("title", ""), *lines]
        if len(lines) > (2 if number == 0 else 1) and all(line.strip() for line in lines):
            found.append(SpokenPart(key=key, lines=tuple(lines)))
    return found


def parts_said(text: NoticeText | NoticeDraftText) -> list[SpokenPart]:
    """The parts of a published text or of a draft."""
    purpose = text.notice.purpose if isinstance(text, NoticeText) else text.draft.purpose
    return spoken_parts(Purpose(purpose), json.loads(text.content))


def words_in_use(*, language: str) -> frozenset[str]:
    """The fingerprints of all that is read in a language, in texts that count now or are being written."""
    return frozenset(part.sha256 for text in texts_in_use(language=language) for part in parts_said(text))


def address_of(recording: NoticeRecording) -> str:
    """Where everybody hears a recording; another file has another address."""
    return reverse("consent:recording", args=[recording.file.sha256])


def heard(text: NoticeText) -> dict[str, Any]:
    """A stored text as :func:`shown`, and in each part ``recording``: its address and media type, or ``None``.

    ``recorded`` says whether each part has one, that about medical secrecy apart; ``recorded_all``: that one too.
    """
    page = shown(text)
    words = {part.key: part.sha256 for part in parts_said(text)}
    held = recordings_by_words(language=text.language, words=words.values())
    for part in [*page["parts"], *([page["secrecy"]] if page["secrecy"] else [])]:
        row = held.get(words.get(part["key"], ""))
        part["recording"] = {"url": address_of(row), "media_type": row.file.media_type} if row else None
    recorded = all(part["recording"] for part in page["parts"])
    secrecy = page["secrecy"]["recording"] if page["secrecy"] else True
    return {**page, "recorded": recorded, "recorded_all": bool(recorded and secrecy)}
