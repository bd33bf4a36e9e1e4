"""What a leaflet shows besides words: pictograms, pictures of editors, QR codes."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from io import BytesIO

import segno
from django.template.loader import render_to_string
from wagtail.images.models import AbstractImage

from pages.enums import Pictogram

INK = "#073a45"
PICTURE_SPEC = "max-1000x1000|format-jpeg|jpegquality-80"
_gathered: ContextVar[dict[str, bytes] | None] = ContextVar("pages_leaflet_files", default=None)


@contextmanager
def gathering() -> Iterator[dict[str, bytes]]:
    """Within it, pictures that templates show are put into this dictionary, by name."""
    files: dict[str, bytes] = {}
    token = _gathered.set(files)
    try:
        yield files
    finally:
        _gathered.reset(token)


def give_picture(image: AbstractImage) -> str:
    """Put a picture among the files of the document.

    Returns:
        Its name, or nothing: for decoration, which paper does without, for a picture of a private collection, and when
        the file is gone.
    """
    files = _gathered.get()
    if files is None or getattr(image, "decorative", False) or image.collection.get_view_restrictions():
        return ""
    try:
        rendition = image.get_rendition(PICTURE_SPEC)
        with rendition.file.open("rb") as file:
            content = file.read()
    except OSError:
        return ""
    name = f"picture-{image.pk}.jpg"
    files[name] = content
    return name


def qr_code(address: str) -> bytes:
    """An SVG that a telephone's camera reads, with room around it as ISO/IEC 18004 asks."""
    picture = BytesIO()
    segno.make(address, error="m", micro=False).save(
        picture, kind="svg", border=4, dark=INK, light="#fff", omitsize=True
    )
    return picture.getvalue()


def pictogram(name: str) -> bytes:
    """An own drawing as a file of its own: what the style sheet of the site says, it says itself."""
    drawing = render_to_string(f"icons/{name}.svg", {"classes": ""})
    look = f'xmlns="http://www.w3.org/2000/svg" fill="none" stroke="{INK}" stroke-width="1.8" stroke-linecap="round" '
    return drawing.replace('class=""', f'{look}stroke-linejoin="round"', 1).encode()


def pictogram_rules(html: str) -> tuple[str, dict[str, bytes]]:
    """Style rules and files for the pictograms that a document shows. As a background: drawn, and not read out."""
    used = [name for name in Pictogram.values if f"icon-{name}" in html]
    rules = "\n".join(f'.icon-{name} {{ background-image: url("given:icon-{name}.svg"); }}' for name in used)
    return rules, {f"icon-{name}.svg": pictogram(name) for name in used}
