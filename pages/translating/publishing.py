"""What a translation was made from, written down at the moment that wagtail-localize puts it on its page."""

import re
from typing import Any

from django.db.models.signals import post_save
from wagtail.models import Revision
from wagtail_localize.models import StringSegment, StringTranslation, TranslationLog

from pages.enums import TranslationOrigin
from pages.models import BasePage
from pages.staleness import parts_of
from pages.translating.records import keep

WORD = re.compile(r"[^\W\d_]")


def made_from(log: TranslationLog) -> list[str]:
    """The marks of the Dutch segments that stand translated on the page.

    Of the Dutch text as it was when it was given to the translator, not as it is today. A segment without a translation
    stands there in Dutch: it is left out, so that the page counts as behind until it is translated.
    """
    done = {
        (row.context.path, row.order)
        for row in StringSegment.objects.filter(source=log.source)
        .annotate_translation(log.locale)
        .select_related("context", "string")
        if row.translation or not WORD.search(row.string.data)
    }
    parts = parts_of(log.source.as_instance())
    if not any((part.path, part.order) in done for part in parts if WORD.search(part.text)):
        return []
    return [part.mark for part in parts if not part.path or (part.path, part.order) in done]


def origin_of(log: TranslationLog) -> str:
    """Machine, as soon as one of the segments that are used came from one and nobody has touched it."""
    used = StringSegment.objects.filter(source=log.source).get_translations(log.locale)
    machine = used.filter(translation_type=StringTranslation.TRANSLATION_TYPE_MACHINE).exists()
    return TranslationOrigin.MACHINE.value if machine else TranslationOrigin.PERSON.value


def bookkeeping(log: TranslationLog, page: BasePage, revision: Revision | None) -> dict[str, Any]:
    """What a page says about itself once the words of ``log`` are on it; a check of other words does not count."""
    fields: dict[str, Any] = {"source_segments": made_from(log), "translation_origin": origin_of(log)}
    if revision is None or not _same_words(page, revision):
        fields |= {"translation_checked_by": "", "translation_checked_on": None}
    return fields


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
    fields = bookkeeping(instance, page, revision)
    if revision is not None:
        # The same object is published when the transaction ends.
        revision.content |= fields
        revision.save(update_fields=["content"])
    type(page).objects.filter(pk=page.pk).update(**fields)
    keep(type(page).objects.select_related("locale").get(pk=page.pk))


def connect() -> None:
    """Listen to wagtail-localize's own log, which says which text went where."""
    post_save.connect(_logged, sender=TranslationLog, dispatch_uid="pages.translating.logged")
