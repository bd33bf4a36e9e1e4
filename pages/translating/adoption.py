"""Opens a translation in wagtail-localize, with the words that it has already: whatever way they came there."""

import json
from collections import defaultdict, deque
from itertools import groupby

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from wagtail.fields import StreamField
from wagtail.models import Locale
from wagtail_localize.models import StringSegment, StringTranslation, Translation, TranslationSource

from pages.block_ids import with_ids
from pages.enums import TranslationOrigin
from pages.models import BasePage
from pages.policy import Editor, may_translate
from pages.staleness import parts_of
from pages.translating.places import is_place_only, make_room
from pages.translating.services import refuse
from portal.accounts.models import User


def open_translation(*, editor: Editor, user: User, source: BasePage, language: str) -> Translation:
    """Make a translation ready for the editor: its page, the Dutch text of now, the words that still fit.

    A page that does not exist is made as a draft, in a place of its own even where its parent is not translated. Of a
    page that does, each Dutch segment that is unchanged since it was translated gets its translation; a changed one is
    empty.

    Raises:
        Denied: see :func:`pages.policy.may_translate`.
        Locale.DoesNotExist: for an unknown language.
    """
    refuse(may_translate(editor, source, language), source)
    return prepare(source=source, language=language, user=user)


@transaction.atomic
def prepare(*, source: BasePage, language: str, user: User | None) -> Translation:
    """The same for whoever was asked already, or for the machine."""
    locale = Locale.objects.get(language_code=language)
    make_room(source, locale)
    _give_ids(source)
    snapshot, _ = TranslationSource.update_or_create_from_instance(source)
    translation, _ = Translation.objects.update_or_create(
        source=snapshot, target_locale=locale, defaults={"enabled": True}
    )
    target = page_in(source, locale)
    if target is None or is_place_only(target):
        translation.save_target(user=user, publish=False)
    else:
        adopt(translation, target)
    return translation


def page_in(source: BasePage, locale: Locale) -> BasePage | None:
    """The page of the same family in a language, whether readers see it or not."""
    found: BasePage | None = (
        type(source)
        .objects.filter(translation_key=source.translation_key, locale=locale)
        .select_related("locale")
        .first()
    )
    return found


def adopt(translation: Translation, target: BasePage) -> int:
    """Fill empty segments of a translation with the words of its page; returns how many were filled.

    The page's own segments stand in the order of the Dutch ones that it was made from, whose marks it keeps. Field by
    field: where page and marks do not have the same places, nobody can say which belongs to which, and it stays empty.
    """
    known = _known(target)
    machine = target.translation_origin == TranslationOrigin.MACHINE and not target.translation_checked_by
    kind = StringTranslation.TRANSLATION_TYPE_MACHINE if machine else StringTranslation.TRANSLATION_TYPE_MANUAL
    rows = {
        (row.context.path, row.order): row
        for row in StringSegment.objects.filter(source=translation.source).select_related("context")
    }
    filled = 0
    for part in parts_of(translation.source.as_instance()):
        row = rows.get((part.path, part.order))
        if row is None or not known[part.mark]:
            continue
        _row, created = StringTranslation.objects.get_or_create(
            translation_of_id=row.string_id,
            locale=translation.target_locale,
            context=row.context,
            defaults={"data": known[part.mark].popleft(), "translation_type": kind},
        )
        filled += created
    return filled


def _known(target: BasePage) -> dict[str, deque[str]]:
    """The translations on a page, by the mark of the Dutch segment that each was made from."""
    marks: dict[str, list[str]] = defaultdict(list)
    for mark in target.source_segments:
        place, is_text, _said = mark.partition(":")
        if is_text:
            marks[_field(place)].append(mark)
    known: dict[str, deque[str]] = defaultdict(deque)
    texts = [part for part in parts_of(target) if part.path]
    for name, parts in groupby(texts, key=lambda part: _field(part.place)):
        own = list(parts)
        if [mark.partition(":")[0] for mark in marks[name]] == [part.place for part in own]:
            for mark, part in zip(marks[name], own, strict=True):
                known[mark].append(part.text)
    return known


def _field(place: str) -> str:
    return place.partition(".")[0]


def _give_ids(source: BasePage) -> None:
    """Store the ids that list items of a page from a file lack: without them wagtail-localize sees no text there."""
    streams = [field for field in type(source)._meta.get_fields() if isinstance(field, StreamField)]
    stored = {field.name: with_ids(field, getattr(source, field.name)) for field in streams}
    type(source).objects.filter(pk=source.pk).update(**stored)
    newest = source.latest_revision
    if newest is not None and not source.has_unpublished_changes:
        # The next version that an editor makes of it keeps these ids, and with them what is being translated now.
        newest.content |= {name: json.dumps(value, cls=DjangoJSONEncoder) for name, value in stored.items()}
        newest.save(update_fields=["content"])
    for name, value in stored.items():
        setattr(source, name, value)
