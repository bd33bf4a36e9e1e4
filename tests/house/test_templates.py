"""Templates: nothing inline, and no text that a translator never sees."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from .test_files import ROOT, tracked

TEMPLATES = [path for path in tracked("*.html") if "templates" in path.parts and "tests" not in path.parts]
COMMENT = re.compile(r"\{#.*?#\}|\{%\s*comment.*?%\}.*?\{%\s*endcomment\s*%\}", re.DOTALL)
TRANSLATED = re.compile(r"\{%-?\s*blocktrans(?:late)?\b.*?\{%-?\s*endblocktrans(?:late)?\s*-?%\}", re.DOTALL)
TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
# A block that holds a class name for its parent template: lower case, no sentence.
CLASS_BLOCK = re.compile(r"(\{%\s*block\s+\w+\s*%\})\s*[a-z][a-z0-9 _-]*(?=\{%\s*endblock)")
READ_ALOUD = {"aria-label", "alt", "title", "placeholder", "aria-description"}
# Names that are the same in every language.
# Names, and the name of a language in that language.
UNTRANSLATED = {"PDF", "JSON", "QR", "CSV", "SHA-256", "(OpenStreetMap)", "Nederlands"}


class Reader(HTMLParser):
    """Collects what a reader sees or hears, and what is inline."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.inline: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in {"script", "style"}:
            self.silent += 1
            if tag == "style" or not ({"src"} & given.keys() or given.get("type") == "application/json"):
                self.inline.append(f"<{tag}>")
        self.inline += [f"{tag} {name}" for name in given if name == "style" or name.startswith("on")]
        self.texts += [value for name, value in given.items() if name in READ_ALOUD]

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag in {"script", "style"}:
            self.silent -= 1

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.texts.append(data)


def read(path: Path) -> Reader:
    text = CLASS_BLOCK.sub(r"\1", COMMENT.sub("", path.read_text(encoding="utf-8")))
    reader = Reader()
    reader.feed(TAG.sub("", TRANSLATED.sub("", text)))
    reader.close()
    return reader


def identity(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_there_are_templates() -> None:
    assert TEMPLATES


@pytest.mark.parametrize("path", TEMPLATES, ids=identity)
def test_nothing_is_inline(path: Path) -> None:
    # A PDF is laid out on the server and carries its own style sheet; no browser ever sees it.
    allowed = ["<style>"] if "pdf" in path.as_posix() else []
    assert [item for item in read(path).inline if item not in allowed] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=identity)
def test_every_text_goes_through_gettext(path: Path) -> None:
    words = (text.strip() for text in read(path).texts)
    found = [text for text in words if re.search(r"[^\W\d_]{2}", text) and text.strip(": ") not in UNTRANSLATED]
    assert found == []
