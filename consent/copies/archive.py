"""The copy as one ZIP: ``copy.pdf`` in the reader's language and Dutch, ``copy.json`` for another system."""

import io
import json
import zipfile
from typing import Any

from django.utils import timezone
from django.utils.translation import override

from ..languages import language
from ..models import Person
from ..receipts import render_pdf
from .parts import parts_of
from .pictures import pictures_for

LEFT_OUT = [
    "identifiers of other people",
    "names of colleagues",
    "pictures of forms that others signed as well",
    "content of sealed packages",
]
FORMAT = "doorlopende-lijn/copy/1"
"""Name and version of the shape of ``copy.json``; its fields are in ``docs/copy.md``."""


def copy_document(person: Person) -> dict[str, Any]:
    """Everything about a person as JSON data; times are ISO 8601 with a zone, codes those of the portal.

    Raises:
        consent.identity.Erased: if the person was erased.
    """
    with override("nl"):
        parts = parts_of(person)
    return {
        "format": FORMAT,
        "made_at": timezone.now().isoformat(),
        "person_id": str(person.public_id),
        "left_out": LEFT_OUT,
        **{part.name: part.records for part in parts},
    }


def copy_archive(person: Person, *, reader_language: str, reader: Person | None = None) -> bytes:
    """The ZIP, whole: some hundreds of kilobytes, and some megabytes with pictures of forms that were signed.

    Args:
        reader: who takes it along; decides which pictures of signed forms are in it.

    Raises:
        consent.identity.Erased: if the person was erased.
        portal.print.PdfUnavailable: if this machine cannot make a PDF.
    """
    codes = ["nl"] if reader_language == "nl" else [reader_language, "nl"]
    editions = []
    for code in codes:
        with override(code):
            editions.append((language(code), parts_of(person)))
    pdf = render_pdf(
        template="consent/pdf/copy.html",
        context={"editions": editions, "number": str(person.public_id), "made_at": timezone.now()},
        languages=codes,
    )
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("copy.pdf", pdf)
        archive.writestr("copy.json", json.dumps(copy_document(person), ensure_ascii=False, indent=2))
        for name, content in pictures_for(person, reader=reader):
            archive.writestr(f"papers/{name}", content)
    return written.getvalue()
