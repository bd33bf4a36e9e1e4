"""Asks the machine for what is missing or outdated, and takes its answers over as drafts."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction
from wagtail.models import Locale, Page
from wagtail_localize.models import StringSegment, StringTranslation

from pages.enums import TranslationStatus
from pages.models import BasePage
from pages.staleness import Segment, changes, parts_of
from pages.translating.adoption import page_in, prepare
from pages.translating.handing_in import draft_from_segments
from pages.translating.machine import FilesTranslator, key_of
from pages.translating.matrix import Wanted, matrix


@dataclass(frozen=True, kw_only=True)
class Taken:
    """How many pages got a new draft, and how many segments."""

    pages: int
    segments: int


def ask(translator: FilesTranslator, language: str) -> int:
    """Ask for every segment of public pages that is missing or behind in a language; returns how many are open."""
    texts = [part.text for source in _behind(language) for part in _needed(source, language)]
    return translator.ask(language, texts)


@transaction.atomic
def take(translator: FilesTranslator, language: str) -> Taken:
    """Fill what is untranslated with the machine's answers. Each page gets a draft; a person puts it online.

    Raises:
        UnreadableFile: see :meth:`pages.translating.machine.FilesTranslator.answers`.
    """
    answers = translator.answers(language)
    pages = segments = 0
    for source in _behind(language):
        if not any(key_of(part.text) in answers for part in _needed(source, language)):
            continue
        filled = _fill(source, language, answers, tool=str(translator.display_name))
        page = page_in(source, Locale.objects.get(language_code=language))
        if filled and page is not None:
            draft_from_segments(page, user=None)
            pages, segments = pages + 1, segments + filled
    return Taken(pages=pages, segments=segments)


def _fill(source: BasePage, language: str, answers: dict[str, str], *, tool: str) -> int:
    translation = prepare(source=source, language=language, user=None)
    open_rows = (
        StringSegment.objects.filter(source=translation.source)
        .annotate_translation(translation.target_locale, include_errors=True)
        .filter(translation=None)
        .select_related("string")
    )
    filled = 0
    for row in open_rows:
        answer = answers.get(key_of(row.string.data))
        if answer is not None:
            StringTranslation.objects.create(
                translation_of=row.string,
                locale=translation.target_locale,
                context_id=row.context_id,
                data=answer,
                translation_type=StringTranslation.TRANSLATION_TYPE_MACHINE,
                tool_name=tool,
            )
            filled += 1
    return filled


def _behind(language: str) -> Iterator[BasePage]:
    """The Dutch pages that are missing or outdated in a language."""
    for status in (TranslationStatus.MISSING, TranslationStatus.OUTDATED):
        wanted = Wanted(languages=(language,), status=status)
        first = matrix(wanted)
        ids = [row.source_id for row in first.object_list]
        for number in range(2, first.paginator.num_pages + 1):
            ids += [row.source_id for row in matrix(wanted, number=number).object_list]
        for page in Page.objects.filter(pk__in=ids).select_related("locale").specific().order_by("path"):
            if isinstance(page, BasePage):
                yield page


def _needed(source: BasePage, language: str) -> list[Segment]:
    locale = Locale.objects.filter(language_code=language).first()
    page = page_in(source, locale) if locale else None
    if page is None or not page.source_segments:
        return [part for part in parts_of(source) if part.path]
    return [part for part in changes(page.source_segments, source).changed if part.path]
