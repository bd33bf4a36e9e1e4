"""What a reader can do with a page besides reading: hear it, print it, hand it on. Nothing of others is loaded."""

from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING
from urllib.parse import quote

import segno
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import override

from pages.enums import LeafletLayout
from pages.families import Member, address_of
from pages.leaflets.store import is_printed
from pages.sound import Recording, recording_of, voices_for

if TYPE_CHECKING:
    from pages.models import BasePage


@dataclass(frozen=True, kw_only=True)
class LeafletLink:
    """One leaflet of the page."""

    layout: LeafletLayout
    url: str


@dataclass(frozen=True, kw_only=True)
class Tools:
    """What stands below a text. ``address`` is whole, for whoever gets it elsewhere."""

    title: str
    address: str
    whatsapp: str
    mail: str
    qr: SafeString
    leaflets: tuple[LeafletLink, ...]
    card: str
    recording: Recording | None
    voices: str


def tools_of(page: "BasePage", request: HttpRequest, *, reader: str, family: list[Member]) -> Tools | None:
    """The tools of a page for a reader; nothing for a page that is not for everybody."""
    if page.is_private:
        return None
    path = request.path if request.path.startswith(f"/{reader}/") else address_of(page.url_path, reader)
    address = settings.BASE_URL + quote(path)
    said = quote(f"{page.title}\n{address}", safe="")
    return Tools(
        title=page.title,
        address=address,
        whatsapp=f"https://wa.me/?text={said}",
        mail=f"mailto:?subject={quote(page.title, safe='')}&body={said}",
        qr=_qr(address),
        leaflets=_leaflets(page, family),
        card=_card(reader),
        recording=recording_of(page),
        voices=voices_for(page.language),
    )


def _leaflets(page: "BasePage", family: list[Member]) -> tuple[LeafletLink, ...]:
    if not is_printed(page):
        return ()
    base = address_of(page.url_path, page.language)
    links = [
        LeafletLink(layout=LeafletLayout.PAGES, url=f"{base}folder.pdf"),
        LeafletLink(layout=LeafletLayout.BOOKLET, url=f"{base}folder-a5.pdf"),
    ]
    if not page.is_source and any(member.language == settings.LANGUAGE_CODE for member in family):
        links.insert(0, LeafletLink(layout=LeafletLayout.BILINGUAL, url=f"{base}folder-nl.pdf"))
    return tuple(links)


def _card(reader: str) -> str:
    if reader == settings.LANGUAGE_CODE:
        return ""
    with override(reader):
        return reverse("interpreter_card")


def _qr(address: str) -> SafeString:
    """The code as a ``<symbol>``: drawn once, shown both on the screen and on paper."""
    code = segno.make(address, error="m", micro=False)
    picture = BytesIO()
    code.save(picture, kind="svg", border=0, xmldecl=False, svgns=False, omitsize=True, svgclass=None, lineclass=None)
    inner = picture.getvalue().decode().partition(">")[2].removesuffix("\n").removesuffix("</svg>")
    side = code.symbol_size(border=4)[0]
    return mark_safe(  # noqa: S308  # segno draws modules, no text goes through
        f'<svg class="qr-source" aria-hidden="true" focusable="false"><symbol id="qr" viewBox="-4 -4 {side} {side}">'
        f'<rect x="-4" y="-4" width="{side}" height="{side}" fill="#fff"/>{inner}</symbol></svg>'
    )
