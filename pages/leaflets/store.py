"""Leaflets that lie ready. What lies there is a cache by content: whatever is lost or old is made again.

A leaflet is made in the background soon after its page is published. A reader who is faster has it made at once.
"""

import logging
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from wagtail.models import Page

from pages.daily import claim
from pages.enums import LeafletLayout
from pages.models import Leaflet
from pages.queries import public_pages
from portal.print import FontMissing, PdfUnavailable

from .documents import Document, document_of

if TYPE_CHECKING:
    from pages.models import BasePage

logger = logging.getLogger(__name__)

FOLDER = "leaflets"
# A file that no row names may be one that a reader had made a moment ago.
KEEP_UNNAMED = timedelta(days=1)
PRINTED = (
    "journeypage",
    "steppage",
    "topicpage",
    "articlepage",
    "infopage",
    "emergencypage",
    "municipalitypage",
    "organisationpage",
    "initiativepage",
    "opportunitypage",
    "eventpage",
)


def printed_pages() -> QuerySet[Page]:
    """The pages that have leaflets: public, and of a kind that is a text of its own and not a list of others."""
    return public_pages().filter(content_type__app_label="pages", content_type__model__in=PRINTED)


def is_printed(page: "BasePage") -> bool:
    """Whether a public page is of a kind that has leaflets."""
    return page._meta.model_name in PRINTED


def layouts_of(page: Page) -> list[LeafletLayout]:
    """A Dutch page beside itself makes no sense."""
    only_own = page.locale.language_code == "nl"
    return [layout for layout in LeafletLayout if not (only_own and layout is LeafletLayout.BILINGUAL)]


def source_of(page: Page) -> "BasePage | None":
    """The public Dutch page of a translation."""
    source = (
        public_pages()
        .filter(translation_key=page.translation_key, locale__language_code="nl")
        .select_related("locale")
        .first()
    )
    return source.specific if source is not None else None


def prepare(page: "BasePage", layout: LeafletLayout) -> Document | None:
    """What the leaflet of a page is made of, as of now; nothing if there is no Dutch text to stand beside it."""
    source = None
    if layout is LeafletLayout.BILINGUAL:
        source = source_of(page)
        if source is None or page.is_source:
            return None
    return document_of(page, layout, source=source)


def name_of(document: Document) -> str:
    """Where its file is."""
    return f"{FOLDER}/{document.fingerprint}.pdf"


def make(document: Document) -> bytes:
    """Set a document and keep the file.

    Raises:
        PdfUnavailable, FontMissing: see :mod:`portal.print`.
    """
    content = document.render()
    name = name_of(document)
    if not default_storage.exists(name):
        written = default_storage.save(name, ContentFile(content))
        if written != name:  # somebody else was just ahead
            default_storage.delete(written)
    return content


def due() -> QuerySet[Page]:
    """Pages whose leaflets are missing, or older than what was published of the page or of its Dutch text."""
    dutch = Page.objects.filter(
        translation_key=OuterRef("translation_key"), locale__language_code="nl", live=True
    ).values("last_published_at")[:1]
    made = Leaflet.objects.filter(page=OuterRef("pk"), layout=LeafletLayout.PAGES)
    fresh = made.filter(made_at__gte=OuterRef("last_published_at"))
    pages = printed_pages().filter(last_published_at__isnull=False).alias(dutch_at=dutch)
    fresh_too = made.filter(made_at__gte=OuterRef("dutch_at"))
    return pages.filter(~Exists(fresh) | (Q(dutch_at__isnull=False) & ~Exists(fresh_too))).order_by(
        "-last_published_at", "pk"
    )


def keep(page: Page) -> None:
    """Make the leaflets of a page that are not there yet, and drop those that they replace."""
    began = timezone.now()
    specific: BasePage = page.specific
    specific.locale = page.locale
    for layout in reversed(layouts_of(page)):  # the one that due() looks at comes last
        document = prepare(specific, layout)
        if document is not None:
            _keep_one(page, layout, document, began)


def _keep_one(page: Page, layout: LeafletLayout, document: Document, began: datetime) -> None:
    name, problem = name_of(document), ""
    if not default_storage.exists(name):
        try:
            make(document)
        except FontMissing as missing:
            logger.warning("page %s has no leaflet: no font for %r", page.pk, missing.characters)
            name, problem = "", missing.reason
        except PdfUnavailable as reason:
            logger.warning("page %s has no leaflet: %s", page.pk, reason)
            name, problem = "", reason.reason
    values = {"content_hash": document.fingerprint, "file": name, "problem": problem, "made_at": began}
    with transaction.atomic():
        before = Leaflet.objects.filter(page=page, layout=layout).values_list("file", flat=True).first()
        Leaflet.objects.update_or_create(page=page, layout=layout, defaults=values)
    if before and before != name and not Leaflet.objects.filter(file=before).exists():
        default_storage.delete(before)


def keep_due(*, limit: int = 1) -> int:
    """Make what is due, newest publication first; how many pages were done. Few, so that other work has its turn."""
    pages = list(due().select_related("locale")[:limit])
    for page in pages:
        keep(page)
    if not pages and claim("sweep_leaflets"):
        sweep()
    return len(pages)


def sweep() -> int:
    """Drop rows of pages that readers may not see any more, and files that belong to no row; how many files."""
    Leaflet.objects.exclude(page__in=printed_pages()).delete()
    try:
        _folders, names = default_storage.listdir(FOLDER)
    except FileNotFoundError:
        return 0
    named = set(Leaflet.objects.exclude(file="").values_list("file", flat=True))
    limit = timezone.now() - KEEP_UNNAMED
    dropped = 0
    for name in (f"{FOLDER}/{name}" for name in names):
        if name not in named and default_storage.get_modified_time(name) < limit:
            default_storage.delete(name)
            dropped += 1
    return dropped
