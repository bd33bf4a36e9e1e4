"""What a translation was made from, written down at the moment that wagtail-localize puts it on its page."""

import re
from typing import Any

from django.db.models.signals import post_save
from wagtail.models import Locale, Revision
from wagtail_localize.models import StringSegment, StringTranslation, TranslationLog, TranslationSource

from pages.enums import TranslationOrigin
from pages.models import BasePage
from pages.staleness import parts_of
from pages.translating.records import keep

WORD = re.compile(r"[^\W\d_]")


def made_from(source: TranslationSource, locale: Locale) -> list[str]:
    """The marks of the Dutch segments that stand translated on the page.

    Of the Dutch text as it was when it was given to the translator, not as it is today. A segment without a translation
    stands there in Dutch: it is left out, so that the page counts as behind until it is translated.
    """
    done = {
        (row.context.path, row.order)
        for row in StringSegment.objects.filter(source=source)
        .annotate_translation(locale)
        .select_related("context", "string")
        if row.translation or not WORD.search(row.string.data)
    }
    parts = parts_of(source.as_instance())
    if not any((part.path, part.order) in done for part in parts if WORD.search(part.text)):
        return []
    return [part.mark for part in parts if not part.path or (part.path, part.order) in done]


def origin_of(source: TranslationSource, locale: Locale) -> str:
    """Machine, as soon as one of the segments that are used came from one and nobody has touched it."""
    used = StringSegment.objects.filter(source=source).get_translations(locale)
    machine = used.filter(translation_type=StringTranslation.TRANSLATION_TYPE_MACHINE).exists()
    return TranslationOrigin.MACHINE.value if machine else TranslationOrigin.PERSON.value


def bookkeeping(source: TranslationSource, locale: Locale, *, same_words: bool) -> dict[str, Any]:
    """What a page says about itself once translated words are on it; a check of other words does not count."""
    fields: dict[str, Any] = {
        "source_segments": made_from(source, locale),
        "translation_origin": origin_of(source, locale),
    }
    return fields if same_words else fields | {"translation_checked_by": "", "translation_checked_on": None}


def _same_words(page: BasePage, revision: Revision) -> bool:
    before = page.revisions.filter(pk__lt=revision.pk).order_by("-pk").first()
    if before is None:
        return False
    return bool(before.as_object().content_hash() == revision.as_object().content_hash())


def _logged(instance: TranslationLog, created: bool, raw: bool, **kwargs: Any) -> None:
    page = instance.source.get_translated_instance(instance.locale) if created and not raw else None
    if not isinstance(page, BasePage):
        return
    revision = instance.revision
    same = revision is not None and _same_words(page, revision)
    fields = bookkeeping(instance.source, instance.locale, same_words=same)
    if revision is not None:
        # The same object is published when the transaction ends.
        revision.content |= fields
        revision.save(update_fields=["content"])
    type(page).objects.filter(pk=page.pk).update(**fields)
    keep(type(page).objects.select_related("locale").get(pk=page.pk))


def connect() -> None:
    """Listen to wagtail-localize's own log, which says which text went where."""
    post_save.connect(_logged, sender=TranslationLog, dispatch_uid="pages.translating.logged")
