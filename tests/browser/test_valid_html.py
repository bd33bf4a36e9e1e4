"""Every type of page is valid HTML, in every language where it matters; the judge is the Nu Html Checker."""

from pathlib import Path
from urllib.request import Request, urlopen

from tests.html.checker import faults

from .conftest import Portal
from .readers import LANGUAGES, TYPES

IN_EVERY_LANGUAGE = ("home", "road", "step", "topic", "article", "emergency", "glossary", "search with results")


def test_pages_are_valid_html(portal: Portal, tmp_path: Path) -> None:
    """Every type in Dutch and in Arabic, and eight types in each language; warnings count as faults."""
    pages = []
    for language in LANGUAGES:
        for number, (kind, path) in enumerate(TYPES.items()):
            if language in ("nl", "ar") or kind in IN_EVERY_LANGUAGE:
                answer = urlopen(Request(f"{portal.url}/{language}/{path}", headers={"Accept": "text/html"}))
                page = tmp_path / f"{language}-{number:02}-{kind.replace(' ', '-').replace(',', '')}.html"
                page.write_bytes(answer.read())
                pages.append(page)

    assert len(pages) > 100
    assert faults(pages) == []
