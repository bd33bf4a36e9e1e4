"""Keeps beside every page what lists compare: the marks of live Dutch text, the state of each translation."""

from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete, post_save
from wagtail.models import Page

from pages.models import BasePage, SourceText, TranslationState
from pages.staleness import digest_of, segments_of


def keep(page: BasePage) -> None:
    """Bring the records of a page in line with the page as it is stored.

    Args:
        page: as it is in the database, not with the text of a draft.
    """
    if page.is_source:
        _keep_source(page)
    TranslationState.objects.update_or_create(
        page_id=page.pk,
        defaults={
            "translation_key": page.translation_key,
            "language": page.language,
            "made_from": "" if page.is_source or not page.source_segments else digest_of(page.source_segments),
            "audience": page.audience,
            "origin": page.translation_origin,
            "checked_by": page.translation_checked_by,
            "checked_on": page.translation_checked_on,
        },
    )


def _keep_source(page: BasePage) -> None:
    if not page.live:
        SourceText.objects.filter(translation_key=page.translation_key).delete()
        return
    segments = segments_of(page)
    SourceText.objects.update_or_create(
        translation_key=page.translation_key, defaults={"segments": segments, "digest": digest_of(segments)}
    )


@transaction.atomic
def keep_all() -> int:
    """Bring the records of every page in line, such as after the rules of :mod:`pages.staleness` changed."""
    count = 0
    for page in Page.objects.filter(depth__gt=1).select_related("locale").specific().iterator(chunk_size=200):
        if isinstance(page, BasePage):
            keep(page)
            count += 1
    return count


def _saved(sender: type[Any], instance: Any, raw: bool, update_fields: frozenset[str] | None, **kwargs: Any) -> None:
    """A page was stored. Where only some columns were, the object may hold the text of a draft: the row is asked."""
    if raw or not issubclass(sender, Page):
        return
    if issubclass(sender, BasePage) and update_fields is None:
        keep(instance)
    elif update_fields is None or update_fields & {"live", "title", "locale", "translation_key"}:
        stored = instance.specific_class and instance.specific_class.objects.filter(pk=instance.pk).first()
        if isinstance(stored, BasePage):
            keep(stored)


def _deleted(sender: type[Any], instance: Any, **kwargs: Any) -> None:
    if issubclass(sender, BasePage) and instance.is_source:
        SourceText.objects.filter(translation_key=instance.translation_key).delete()


def connect() -> None:
    """Listen to every page that is saved (publishing saves) or deleted."""
    post_save.connect(_saved, dispatch_uid="pages.translating.saved")
    post_delete.connect(_deleted, dispatch_uid="pages.translating.deleted")
