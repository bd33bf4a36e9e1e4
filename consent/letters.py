"""The secret of an access letter, and the letter itself: a PDF with pictograms, few words and a QR code."""

import re
import secrets
from datetime import datetime
from io import BytesIO

import segno
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import override

from portal.print import typeset
from portal.vault.crypto import blind_index

from .languages import language
from .pictograms import INK, pictogram

# Crockford's base 32: no letter that is taken for another, none that makes words; typed by hand if need be.
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
LOOKALIKES = str.maketrans({"o": "0", "i": "1", "l": "1"})
LENGTH = 20
GROUP = 4
PICTOGRAMS = ("phone", "calendar", "key", "people", "shield")


def new_token() -> str:
    """A hundred random bits as five groups of four: what stands in the QR code and, in writing, under it."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return "-".join(letters[at : at + GROUP] for at in range(0, LENGTH, GROUP))


def hash_of(token: str) -> str:
    """What is kept of a token: a keyed hash. Case, dashes and look-alikes do not matter to who types it."""
    plain = re.sub(r"[\s-]", "", token[:64].lower()).translate(LOOKALIKES)
    return blind_index(plain, "consent.access_letter")


def address_of(token: str) -> str:
    """The whole address that the letter leads to, under the name that passkeys are made for."""
    return str(settings.PASSKEY_ORIGIN) + reverse("my:letter", args=[token])


def letter_pdf(*, token: str, own_language: str, expires_at: datetime) -> bytes:
    """The letter in Dutch and the person's language, as tagged PDF (PDF/UA-1).

    It names nobody: who finds it learns neither whose it is nor which organisation gave it.

    Raises:
        portal.print.PdfUnavailable: if this machine cannot make it.
    """
    codes = [own_language] if own_language == "nl" else [own_language, "nl"]
    address = address_of(token)
    files = {f"icon-{name}.svg": pictogram(name) for name in PICTOGRAMS}
    files["qr.svg"] = _qr_code(address)
    with override(own_language):
        html = render_to_string(
            "consent/pdf/letter.html",
            {
                "languages": [language(code) for code in codes],
                "address": address.partition("://")[2],
                "expires_at": expires_at,
                "pictograms": PICTOGRAMS,
            },
        )
    return typeset(html, base_url=settings.BASE_URL, files=files)


def _qr_code(address: str) -> bytes:
    picture = BytesIO()
    segno.make(address, error="m", micro=False).save(
        picture, kind="svg", border=4, dark=INK, light="#fff", omitsize=True
    )
    return picture.getvalue()
