"""Reads one hostile scan, in a process of its own: ``python -m portal.vault.pages``.

Reads an order (one line of JSON: ``media_type`` and, for a picture of one page, ``page``) and then the file from
standard input. Answers the texts of the QR codes, or that page as a JPEG. It has limits on time and memory, and gets no
files, no keys and no database, as :mod:`portal.vault.inspection`.
"""

import io
import json
import sys
from collections.abc import Iterator
from typing import Any, Final

from .inspection import limit_resources

MOST_BYTES: Final = 60 * 1024 * 1024
MOST_PAGES: Final = 24
MOST_PIXELS: Final = 40_000_000
LONGEST_SIDE: Final = 2400
SHOWN_SIDE: Final = 1600


class TooManyPages(Exception):
    """More pages than any form has."""


def pages(media_type: str, content: bytes, *, only: int | None = None) -> Iterator[Any]:
    """Grey pictures of the pages, small enough to hold one at a time."""
    import PIL.Image
    import PIL.ImageOps

    if media_type == "application/pdf":
        import pypdfium2

        document = pypdfium2.PdfDocument(content)
        if len(document) > MOST_PAGES:
            raise TooManyPages
        for number in range(len(document)) if only is None else [only - 1]:
            page = document[number]
            scale = LONGEST_SIDE / max(*page.get_size(), 1)
            yield page.render(scale=scale, grayscale=True, may_draw_forms=False).to_pil()
            page.close()
        return
    PIL.Image.MAX_IMAGE_PIXELS = None
    form = {"image/jpeg": "JPEG", "image/png": "PNG"}[media_type]
    with PIL.Image.open(io.BytesIO(content), formats=[form]) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            raise ValueError("pixels")
        picture.draft("L", (LONGEST_SIDE, LONGEST_SIDE))
        grey = PIL.ImageOps.exif_transpose(picture).convert("L")
        grey.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        yield grey


def answer(order: dict[str, Any], content: bytes) -> bytes:
    """One line of JSON, or a JPEG."""
    if wanted := order.get("page"):
        picture = next(iter(pages(order["media_type"], content, only=wanted)))
        picture.thumbnail((SHOWN_SIDE, SHOWN_SIDE))
        jpeg = io.BytesIO()
        picture.save(jpeg, "JPEG", quality=80)
        return jpeg.getvalue()
    import zxingcpp

    texts: list[str] = []
    count = 0
    for picture in pages(order["media_type"], content):
        count += 1
        found = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))
        texts += [code.text[:200] for code in found[:8]]
    return json.dumps({"pages": count, "codes": texts}).encode()


def main() -> None:
    """Reads the order and the file, writes the answer."""
    limit_resources()
    order = json.loads(sys.stdin.buffer.readline(4096))
    content = sys.stdin.buffer.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        sys.exit(3)
    try:
        sys.stdout.buffer.write(answer(order, content))
    except TooManyPages:
        sys.exit(4)
    except Exception:  # whatever a hostile file makes the parsers do
        sys.exit(5)


if __name__ == "__main__":
    main()
