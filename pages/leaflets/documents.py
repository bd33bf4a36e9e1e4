"""The leaflets: what will be set. Its fingerprint says whether a file that is kept is the same."""

import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext, override

from pages import telephone
from pages.enums import LeafletLayout
from pages.families import direction
from pages.staleness import is_outdated, live_digest
from portal.print import Layout, fonts, render_pdf

from . import pictures
from .sections import sections_of, side_by_side

if TYPE_CHECKING:
    from pages.models import BasePage

# Raised when the way of making changes without a change of template, style or text.
EDITION = 1
DUTCH_NAMES = {
    "nl": "Nederlands",
    "en": "Engels",
    "ar": "Arabisch",
    "ti": "Tigrinya",
    "fa": "Farsi (Perzisch)",
    "prs": "Dari",
    "so": "Somalisch",
    "tr": "Turks",
    "uk": "Oekraïens",
    "fr": "Frans",
}


@dataclass(frozen=True, kw_only=True)
class Document:
    """Everything that a PDF is made of, and nothing that changes by itself."""

    html: str
    language: str
    title: str
    style: str
    files: dict[str, bytes] = field(default_factory=dict)
    layout: Layout = Layout.PAGES
    columns: tuple[str, ...] = ()

    @property
    def fingerprint(self) -> str:
        """SHA-256 over all of it, and over the edition of fonts and maker."""
        said = json.dumps(
            [
                EDITION,
                fonts.EDITION,
                self.html,
                self.language,
                self.title,
                self.style,
                {name: hashlib.sha256(content).hexdigest() for name, content in self.files.items()},
                self.layout,
                self.columns,
            ],
            ensure_ascii=False,
            sort_keys=True,
        )
        return hashlib.sha256(said.encode()).hexdigest()

    def render(self) -> bytes:
        """The PDF.

        Raises:
            PdfUnavailable, FontMissing: see :mod:`portal.print`.
        """
        return render_pdf(
            self.html,
            language=self.language,
            title=self.title,
            style=self.style,
            files=self.files,
            layout=self.layout,
            columns=self.columns,
        )


def short_address(page: "BasePage") -> str:
    """The address on paper: short to type, and by id, so that a renamed page is still found."""
    with override(page.language):
        return settings.BASE_URL + reverse("short_address", args=[page.pk])


def document_of(page: "BasePage", layout: LeafletLayout, *, source: "BasePage | None" = None) -> Document:
    """The leaflet of a page.

    Args:
        page: of its own kind (``specific``), with its ``locale``.
        source: the Dutch page, for a leaflet in two languages.
    """
    with pictures.gathering() as files:
        own = sections_of(page)
        rows = side_by_side(sections_of(source), own) if source is not None else []
    with override(page.language):
        html = render_to_string(
            f"leaflets/{'two_languages' if source is not None else 'one_language'}.html",
            {
                "page": page,
                "source": source,
                "language": page.language,
                "direction": direction(page.language),
                "language_name": dict(settings.LANGUAGES)[page.language],
                "sections": own,
                "rows": rows,
                "address": short_address(page),
                "notices": notices_of(page),
                "printed_on": page.last_published_at,
            },
        )
    files["qr.svg"] = pictures.qr_code(short_address(page))
    booklet = layout is LeafletLayout.BOOKLET
    return _document(
        html,
        language=page.language,
        title=page.title,
        size="a5" if booklet else "a4",
        files=files,
        layout=Layout.BOOKLET if booklet else Layout.PAGES,
        columns=(source.language, page.language) if source is not None else (),
    )


def card_of(language: str) -> Document:
    """A card that says, in Dutch and in the own language, that somebody speaks this and needs an interpreter."""
    with override(language):
        own = {
            "name": dict(settings.LANGUAGES)[language],
            "sentence": gettext("Ik spreek deze taal. Ik heb een tolk nodig."),
            "hint": gettext("Laat dit kaartje zien. U kunt altijd om een tolk vragen."),
        }
    with override(settings.LANGUAGE_CODE):
        dutch = {
            "sentence": gettext("Ik spreek %(language)s. Ik heb een tolk nodig.") % {"language": DUTCH_NAMES[language]},
            "hint": gettext("Voor de medewerker: bel een tolk. Laat geen kind of familielid tolken."),
        }
    address = f"{settings.BASE_URL}/{language}/"
    html = render_to_string(
        "leaflets/card.html",
        {"own": own, "dutch": dutch, "language": language, "direction": direction(language), "address": address},
    )
    return _document(
        html,
        language=language,
        title=own["sentence"],
        size="card",
        files={"qr.svg": pictures.qr_code(address)},
        columns=(settings.LANGUAGE_CODE, language),
    )


def notices_of(page: "BasePage") -> list[str]:
    """What a reader must know about a translation, in its language."""
    if page.is_source:
        return []
    with override(page.language):
        found = []
        if is_outdated(page.source_segments, live_digest(page.translation_key)):
            found.append(gettext("De Nederlandse tekst is veranderd. Deze vertaling is nog de oude."))
        if page.translation_origin == "machine":
            found.append(gettext("Deze vertaling is gemaakt door een computer."))
        if not page.translation_checked_by:
            found.append(
                gettext(
                    "Deze vertaling is nog niet nagekeken door iemand die deze taal van huis uit spreekt. "
                    "Twijfelt u? Vraag het aan uw begeleider."
                )
            )
        return found


def _document(
    html: str,
    *,
    language: str,
    title: str,
    size: str,
    files: dict[str, bytes],
    layout: Layout = Layout.PAGES,
    columns: tuple[str, ...] = (),
) -> Document:
    html = fonts.printable(html)
    if "rtl" in map(direction, (language, *columns)):
        html = telephone.printed(html)
    rules, drawings = pictures.pictogram_rules(html)
    style = render_to_string("leaflets/leaflet.css", {"size": size, "brand": settings.WAGTAIL_SITE_NAME})
    return Document(
        html=html,
        language=language,
        title=fonts.printable(title),
        style=f"{style}\n{rules}",
        files={**files, **drawings},
        layout=layout,
        columns=columns,
    )
