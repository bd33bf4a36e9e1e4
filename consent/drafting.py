"""What a draft of an explanation still lacks, how hard its Dutch reads, and what changed since the version before."""

import difflib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol

from textstat.textstat import textstatistics

from .enums import Purpose
from .notice_texts import SOURCE, NoticeRefused, checked, digest, parts_of

EASY_ENOUGH = 65.0
"""Flesch-Douma; below it the page advises to write shorter (the site's editors have the same limit)."""


class Text(Protocol):
    """A text of a draft or of a published notice."""

    language: str
    content: str
    made_from: str


@dataclass(frozen=True, kw_only=True)
class Piece:
    """Some words, and what became of them: ``same``, ``added`` or ``removed``."""

    kind: str
    words: str


def is_complete(purpose: Purpose, content: str) -> bool:
    """Whether a stored text has a title, and a heading and sentences for each part."""
    try:
        checked(purpose, json.loads(content))
    except NoticeRefused:
        return False
    return True


def lacking(purpose: Purpose, content: str) -> list[str]:
    """The keys of the parts that have no heading or no text yet; ``title`` is among them."""
    found = json.loads(content)
    empty = [] if found.get("title", "").strip() else ["title"]
    parts = found.get("parts", {})
    return empty + [
        name for name in parts_of(purpose) if not (parts.get(name, {}).get("heading") and parts[name].get("text"))
    ]


def stale_texts(texts: Iterable[Text]) -> list[str]:
    """The languages of the translations that were made from another Dutch text than the one beside them."""
    held = {text.language: text for text in texts}
    if SOURCE not in held:
        return []
    dutch = digest(held[SOURCE].content)
    return [code for code, text in held.items() if code != SOURCE and text.made_from != dutch]


def reading_ease(content: str) -> float:
    """How easily a Dutch text reads by Flesch-Douma: 100 is very easy, 0 very hard. Each sentence counts as one."""
    parts = json.loads(content).get("parts", {})
    lines = [line for part in parts.values() for line in part.get("text", ())]
    whole = " ".join(line if line.endswith((".", "!", "?")) else f"{line}." for line in lines)
    return round(min(100.0, max(0.0, _dutch().flesch_reading_ease(whole))), 1) if whole else 0.0


def compared(old: Mapping[str, Any], new: Mapping[str, Any], *, purpose: Purpose) -> list[dict[str, Any]]:
    """Both texts part by part, word by word.

    Args:
        old, new: ``title`` and ``parts`` of a text; an empty mapping for one that is not there.

    Returns:
        A row for the title and each part, with ``key``, ``changed``, and ``old`` and ``new``: lists of lines, each a
        list of :class:`Piece`. The old side has no added words, the new side no removed ones.
    """
    title = _row("title", [str(old.get("title", ""))], [str(new.get("title", ""))])
    return [title, *(_row(name, _lines(old, name), _lines(new, name)) for name in parts_of(purpose))]


def _lines(content: Mapping[str, Any], name: str) -> list[str]:
    part = content.get("parts", {}).get(name, {})
    return [part["heading"], *part["text"]] if part else []


def _row(key: str, old: list[str], new: list[str]) -> dict[str, Any]:
    # A line end is a word of its own, so that lines that moved do not run together.
    before, after = _words(old), _words(new)
    left: list[Piece] = []
    right: list[Piece] = []
    for tag, a, b, c, d in difflib.SequenceMatcher(a=before, b=after, autojunk=False).get_opcodes():
        if b > a:
            left.append(Piece(kind="same" if tag == "equal" else "removed", words=" ".join(before[a:b])))
        if d > c:
            right.append(Piece(kind="same" if tag == "equal" else "added", words=" ".join(after[c:d])))
    return {"key": key, "changed": old != new, "old": _by_line(left), "new": _by_line(right)}


def _words(lines: list[str]) -> list[str]:
    return [word for line in lines for word in [*line.split(), "\n"]]


def _by_line(pieces: list[Piece]) -> list[list[Piece]]:
    lines: list[list[Piece]] = [[]]
    for piece in pieces:
        for number, words in enumerate(piece.words.split("\n")):
            if number:
                lines.append([])
            if words.strip():
                lines[-1].append(Piece(kind=piece.kind, words=words.strip()))
    return [line for line in lines if line]


@cache
def _dutch() -> textstatistics:
    """An instance of our own: the language of textstat's global one is anybody's."""
    own = textstatistics()
    own.set_lang("nl")
    return own
