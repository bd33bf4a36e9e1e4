"""A PDF from the inside of a page: the frame that PDF/UA asks for is made here, and cannot be forgotten."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.utils.html import escape

from . import booklet
from .engine import typeset

RIGHT_TO_LEFT_BESIDE = frozenset({"ps"})
NO_BOOKMARKS = "* { bookmark-level: none; }"


class Layout(StrEnum):
    """How the pages lie on the paper."""

    PAGES = "pages"
    # Pages of half a sheet, to fold and staple.
    BOOKLET = "booklet"


def render_pdf(
    html: str,
    *,
    language: str,
    title: str,
    style: str = "",
    files: Mapping[str, bytes] | None = None,
    layout: Layout = Layout.PAGES,
    columns: Sequence[str] = (),
) -> bytes:
    """A tagged PDF (PDF/UA-1, ISO 14289-1) of what would stand in ``<body>``; the same input gives the same bytes.

    Args:
        language: of the document; it also says from which side one reads.
        title: of the document, without mark-up.
        style: a style sheet; fonts are set already.
        files: what ``<img src="given:NAME">`` may show; each picture needs an ``alt``.
        layout: a booklet has no links and no bookmarks, because paper has none.
        columns: the languages of the columns of every table, where they differ from that of the document.

    Raises:
        PdfUnavailable, FontMissing, ForeignAddress: see :func:`portal.print.engine.typeset`.
    """
    direction = direction_of(language)
    sheet = f"{style}\n{NO_BOOKMARKS}" if layout is Layout.BOOKLET else style
    document = (
        f'<!DOCTYPE html><html lang="{escape(language)}" dir="{direction}"><head><meta charset="utf-8">'
        f"<title>{escape(title)}</title><style>{sheet}</style></head><body>{html}</body></html>"
    )

    def finish(_document: Any, pdf: Any) -> None:
        if columns:
            _name_columns(pdf, columns)
        if layout is Layout.BOOKLET:
            booklet.impose(pdf, right_to_left=direction == "rtl")

    return typeset(document, base_url=settings.BASE_URL, files=files, finisher=finish)


def direction_of(language: str) -> str:
    """``rtl`` or ``ltr``."""
    return "rtl" if language in {*settings.LANGUAGES_BIDI, *RIGHT_TO_LEFT_BESIDE} else "ltr"


def _name_columns(pdf: Any, columns: Sequence[str]) -> None:
    """WeasyPrint tags what is a cell but not in which language: a voice would read Arabic with Dutch rules."""
    import pydyf

    by_reference = {thing.reference: thing for thing in pdf.objects}
    for row in pdf.objects:
        if isinstance(row, pydyf.Dictionary) and row.get("S") == "/TR":
            for cell, language in zip(row["K"], columns, strict=False):
                by_reference[cell]["Lang"] = pydyf.String(language)
