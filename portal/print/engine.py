"""Sets a document with WeasyPrint: tagged (PDF/UA-1), with the product's own fonts, without a network or a clock."""

import os
import threading
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.core.exceptions import SuspiciousFileOperation
from PIL import ImageFile

from . import fonts
from .errors import FontMissing, ForeignAddress, PdfUnavailable

OPTIONS = {"pdf_variant": "pdf/ua-1", "pdf_tags": True, "pdf_identifier": True}
# One font configuration for the process, or memory grows with each document; Pango's is not thread-safe.
_pango = threading.Lock()

Finisher = Callable[[Any, Any], None]


def typeset(
    document: str, *, base_url: str, files: Mapping[str, bytes] | None = None, finisher: Finisher | None = None
) -> bytes:
    """A whole HTML document as PDF. The same document gives the same bytes, on whatever machine has this Pango.

    Args:
        base_url: to what a relative link points; nothing is ever fetched from it.
        files: what ``<img src="given:NAME">`` may show.
        finisher: changes WeasyPrint's document and pydyf's PDF before it is written.

    Raises:
        PdfUnavailable: if Pango is absent.
        FontMissing: if a letter is in none of the fonts.
        ForeignAddress: if the document refers to anything but ``given:`` files and ``static:`` ones of the product.
    """
    engine = _engine()
    fetcher = engine.fetcher(dict(files or {}))
    sheet = fonts.style()
    with _pango:
        try:
            page = engine.weasyprint.HTML(string=document, base_url=base_url, url_fetcher=fetcher)
            style = engine.weasyprint.CSS(string=sheet, font_config=engine.font_config, url_fetcher=fetcher)
            # A style sheet that is given along comes after those of the document: these rules are weak on purpose.
            set_document = page.render(font_config=engine.font_config, stylesheets=[style], **OPTIONS)
            pdf: bytes = set_document.write_pdf(finisher=finisher, **OPTIONS)
        except engine.fatal as error:
            raise ForeignAddress(str(error)) from error
        missing = {chr(code) for font in set_document.fonts.values() for code in font.missing}
    visible = {character for character in missing if fonts.is_visible(character)}
    if visible:
        raise FontMissing(visible)
    return pdf


class _Engine:
    """WeasyPrint, loaded late: a machine without Pango still serves pages."""

    def __init__(self) -> None:
        try:
            with _own_fonts_only(), _strict_pictures(), warnings.catch_warnings():
                # It warns when the machine has no fonts, which is how it should be.
                warnings.simplefilter("ignore")
                import weasyprint
                from weasyprint.text.fonts import FontConfiguration
                from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

                self.font_config = FontConfiguration()
        except (ImportError, OSError) as error:
            raise PdfUnavailable("pango_missing") from error

        class Shipped(URLFetcher):  # type: ignore[misc]
            """Only the fonts, what the caller gave, and static files of the product."""

            def __init__(self, files: Mapping[str, bytes]) -> None:
                super().__init__(allowed_protocols=())
                self.files = files

            def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> Any:
                content = _content(url, self.files)
                if content is None:
                    raise FatalURLFetchingError(f"a PDF may not fetch {url}")
                return URLFetcherResponse(url, body=BytesIO(content))

        self.weasyprint = weasyprint
        self.fatal: type[BaseException] = FatalURLFetchingError
        self.fetcher = Shipped


_engine = cache(_Engine)


@contextmanager
def _strict_pictures() -> Iterator[None]:
    """WeasyPrint tells Pillow, for the whole process, to take pictures that are cut off; uploads must not get that."""
    before = ImageFile.LOAD_TRUNCATED_IMAGES
    try:
        yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = before


@contextmanager
def _own_fonts_only() -> Iterator[None]:
    """Fontconfig reads this variable when it starts; afterwards others of this process find their own fonts again."""
    before = os.environ.get("FONTCONFIG_FILE")
    os.environ["FONTCONFIG_FILE"] = str(fonts.CONFIGURATION)
    try:
        yield
    finally:
        if before is None:
            del os.environ["FONTCONFIG_FILE"]
        else:
            os.environ["FONTCONFIG_FILE"] = before


def _content(url: str, files: Mapping[str, bytes]) -> bytes | None:
    scheme, _colon, name = url.partition(":")
    if scheme == "given":
        return files.get(name)
    if scheme == "font":
        known = {fonts.file_name(family, weight) for family in fonts.FAMILIES for weight in fonts.WEIGHTS}
        return (fonts.FOLDER / name).read_bytes() if name in known else None
    if scheme == "static":
        try:
            path = finders.find(name)
        except SuspiciousFileOperation:
            return None
        if isinstance(path, str):
            return Path(path).read_bytes()
    return None
