"""How every page stands in every language, in a number of queries that does not grow with pages or languages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.paginator import Page as Slice
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from wagtail.models import Page

from pages.enums import TranslationOrigin, TranslationStatus
from pages.families import direction
from pages.models import PageViews, SourceText

ROWS_ON_A_PAGE = 50
VIEWS_COUNT_DAYS = 90
DEPTH_OF_SECTIONS = 3


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One page in one language. ``page_id`` is ``None`` where there is none."""

    language: str
    status: TranslationStatus
    page_id: int | None = None
    by_machine: bool = False
    has_draft: bool = False
    checked_by: str = ""
    checked_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class Row:
    """One Dutch page and its translations, in the order of the columns."""

    source_id: int
    title: str
    depth: int
    cells: list[Cell]


@dataclass(frozen=True, kw_only=True)
class Column:
    """One language, by its own name."""

    code: str
    name: str
    direction: str


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What somebody asks to see; empty means all."""

    languages: tuple[str, ...]
    status: str = ""
    section: int | None = None
    audience: str = ""


def columns(languages: Sequence[str]) -> list[Column]:
    """The languages of these codes, in the order of the site."""
    return [
        Column(code=code, name=str(name), direction=direction(code))
        for code, name in settings.LANGUAGES
        if code in languages
    ]


def sections() -> list[tuple[int, str]]:
    """What stands below the Dutch home page."""
    found = _sources().filter(depth=DEPTH_OF_SECTIONS, numchild__gt=0)
    return list(found.values_list("pk", "title"))


def matrix(wanted: Wanted, *, number: int = 1) -> Slice:
    """A page of rows; four queries, of which one counts and one finds the section.

    Args:
        number: of the page; the nearest there is.
    """
    sources = _sources()
    if wanted.audience:
        sources = sources.filter(translation_state__audience=wanted.audience)
    if wanted.section is not None:
        top = Page.objects.filter(pk=wanted.section).values_list("path", flat=True).first()
        sources = sources.filter(path__startswith=top or "-")
    if wanted.status:
        sources = sources.filter(_any_with(wanted.status, wanted.languages))
    rows = sources.values("pk", "title", "depth", "translation_key", "digest")
    page = Paginator(rows, ROWS_ON_A_PAGE).get_page(number)
    page.object_list = _rows(list(page.object_list), wanted.languages)  # type: ignore[assignment]
    return page


def translate_next(language: str, *, limit: int = 5) -> list[dict[str, Any]]:
    """What to translate next: missing or outdated pages, most read first; what is wrong before what is missing.

    Read by readers of this language, in the last ninety days, in whatever language they then got the page.

    Returns:
        ``source_id``, ``title``, ``views``, ``status`` of each; one query.
    """
    since = timezone.localdate() - timedelta(days=VIEWS_COUNT_DAYS)
    views = (
        PageViews.objects.filter(page__translation_key=OuterRef("translation_key"), language=language, day__gte=since)
        .values("page__translation_key")
        .annotate(sum=Sum("count"))
        .values("sum")
    )
    outdated = Exists(_translations(TranslationStatus.OUTDATED, language))
    found = (
        _sources()
        .annotate(views=Coalesce(Subquery(views), Value(0)), outdated=outdated)
        .filter(Q(outdated=True) | ~Exists(_written(language)))
        .order_by("-views", "-outdated", "path")
        .values("pk", "title", "views", "outdated")
    )
    return [
        {
            "source_id": row["pk"],
            "title": row["title"],
            "views": row["views"],
            "status": TranslationStatus.OUTDATED if row["outdated"] else TranslationStatus.MISSING,
        }
        for row in found[:limit]
    ]


def status_of(row: dict[str, Any] | None, digest: str | None) -> TranslationStatus:
    """The first that holds of: missing, draft, outdated, made by a machine, waiting for a check; else current."""
    if row is None or row["alias_of_id"] is not None or (not row["live"] and row["latest_revision_id"] is None):
        return TranslationStatus.MISSING
    if not row["live"]:
        return TranslationStatus.DRAFT
    if digest is not None and row["translation_state__made_from"] != digest:
        return TranslationStatus.OUTDATED
    if row["translation_state__checked_by"]:
        return TranslationStatus.CURRENT
    by_machine = row["translation_state__origin"] == TranslationOrigin.MACHINE
    return TranslationStatus.MACHINE if by_machine else TranslationStatus.WAITING


CELL_FIELDS = (
    "pk",
    "translation_key",
    "live",
    "latest_revision_id",
    "alias_of_id",
    "has_unpublished_changes",
    "locale__language_code",
    "translation_state__made_from",
    "translation_state__origin",
    "translation_state__checked_by",
    "translation_state__checked_on",
)


def cell_of(row: dict[str, Any] | None, language: str, digest: str | None) -> Cell:
    """One cell, from the row of a page or from none."""
    status = status_of(row, digest)
    if row is None or status is TranslationStatus.MISSING:
        return Cell(language=language, status=status)
    return Cell(
        language=language,
        status=status,
        page_id=row["pk"],
        by_machine=row["translation_state__origin"] == TranslationOrigin.MACHINE,
        has_draft=row["live"] and row["has_unpublished_changes"],
        checked_by=row["translation_state__checked_by"] or "",
        checked_on=row["translation_state__checked_on"],
    )


def _rows(found: list[dict[str, Any]], languages: Sequence[str]) -> list[Row]:
    keys = [row["translation_key"] for row in found]
    translations: dict[tuple[UUID, str], dict[str, Any]] = {
        (row["translation_key"], row["locale__language_code"]): row
        for row in Page.objects.filter(translation_key__in=keys, locale__language_code__in=languages).values(
            *CELL_FIELDS
        )
    }
    return [
        Row(
            source_id=row["pk"],
            title=row["title"],
            depth=row["depth"],
            cells=[
                cell_of(translations.get((row["translation_key"], column.code)), column.code, row["digest"])
                for column in columns(languages)
            ],
        )
        for row in found
    ]


def _sources() -> QuerySet[Page]:
    digest = SourceText.objects.filter(translation_key=OuterRef("translation_key")).values("digest")
    return (
        Page.objects.live()
        .filter(locale__language_code=settings.LANGUAGE_CODE, translation_state__isnull=False)
        .annotate(digest=Subquery(digest))
        .order_by("path")
    )


def _any_with(status: str, languages: Sequence[str]) -> Q:
    """The page has this status in one of the languages."""
    found = Q(pk__in=[])
    for language in languages:
        found |= (  # type: ignore[assignment]
            ~Exists(_written(language))
            if status == TranslationStatus.MISSING
            else Q(Exists(_translations(status, language)))
        )
    return found


def _written(language: str) -> QuerySet[Page]:
    """The page of the outer family in a language, unless it is only a place in the tree or a copy."""
    pages = Page.objects.filter(translation_key=OuterRef("translation_key"), locale__language_code=language)
    return pages.filter(Q(live=True) | Q(latest_revision__isnull=False), alias_of__isnull=True)


def _translations(status: str, language: str) -> QuerySet[Page]:
    """The same in SQL as :func:`status_of`: the page of the outer family in a language, if it has this status."""
    written = _written(language)
    if status == TranslationStatus.DRAFT:
        return written.filter(live=False)
    source = SourceText.objects.filter(translation_key=OuterRef("translation_key"))
    outdated = Exists(source.exclude(digest=Coalesce(OuterRef("translation_state__made_from"), Value(""))))
    live = written.filter(live=True)
    if status == TranslationStatus.OUTDATED:
        return live.filter(outdated)
    following = live.exclude(outdated)
    checked = ~Q(translation_state__checked_by="")
    machine = Q(translation_state__origin=TranslationOrigin.MACHINE)
    return {
        TranslationStatus.CURRENT: following.filter(checked),
        TranslationStatus.MACHINE: following.exclude(checked).filter(machine),
        TranslationStatus.WAITING: following.exclude(checked).exclude(machine),
    }.get(TranslationStatus(status), following.none())
