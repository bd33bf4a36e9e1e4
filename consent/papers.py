"""The form on paper: bilingual, tagged, with a code on each page that names the form and no person."""

import uuid
from dataclasses import dataclass
from io import BytesIO

import segno
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import override

from portal.accounts.models import Organisation
from portal.print import FontMissing, ForeignAddress, PdfUnavailable, typeset

from .enums import PaperKind, Purpose
from .identity import name_of
from .languages import language
from .models import NoticeText, Person
from .notice_texts import PICTOGRAMS, shown
from .paper_codes import code_of
from .pictograms import pictogram
from .policy import CATEGORIES, SECRECY

__all__ = ["FontMissing", "ForeignAddress", "PdfUnavailable"]

MOST_PAGES = 20


@dataclass(frozen=True, kw_only=True)
class Printed:
    """A form that was set: what is downloaded, and how many pages must come back."""

    content: bytes
    pages: int


def paper_pdf(
    *,
    public_id: uuid.UUID,
    kind: PaperKind,
    person: Person,
    purpose: Purpose,
    sender: Organisation,
    recipient: Organisation,
    own_language: str,
    deciders: list[Person],
    texts: dict[str, NoticeText],
) -> Printed:
    """The form in Dutch and the person's language.

    Raises:
        PdfUnavailable, FontMissing, ForeignAddress: see :func:`portal.print.typeset`.
    """
    codes = ["nl"] if own_language == "nl" else ["nl", own_language]
    decision = kind == PaperKind.DECISION
    icons = sorted(set(PICTOGRAMS.values())) if decision else []
    files = {f"icon-{name}.svg": pictogram(name) for name in icons}
    files |= {f"qr-{page}.svg": _qr_code(code_of(public_id, page)) for page in range(1, MOST_PAGES + 1)}
    tongues = [language(code) for code in codes]
    with override("nl"):
        html = render_to_string(
            "consent/pdf/paper.html",
            {
                "decision": decision,
                "icons": icons,
                "languages": tongues,
                "notices": [(language(code), shown(texts[code])) for code in codes if decision and code in texts],
                "name": name_of(person),
                "purpose": purpose,
                "sender": sender.name,
                "recipient": recipient.name,
                "categories": CATEGORIES[purpose] if decision else (),
                "secrecy": decision and purpose in SECRECY,
                "deciders": [name_of(decider) for decider in deciders],
                "codes": [(page, code_of(public_id, page)) for page in range(1, MOST_PAGES + 1)],
            },
        )
    pages = 0

    def count(document: object, _pdf: object) -> None:
        nonlocal pages
        pages = len(document.pages)  # type: ignore[attr-defined]

    content = typeset(html, base_url=settings.BASE_URL, files=files, finisher=count)
    return Printed(content=content, pages=pages)


def _qr_code(text: str) -> bytes:
    picture = BytesIO()
    segno.make(text, error="q", micro=False).save(
        picture, kind="svg", border=4, dark="#000", light="#fff", omitsize=True
    )
    return picture.getvalue()
