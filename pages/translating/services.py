"""What people say about a translation: it follows the Dutch text again; somebody who speaks the language read it."""

from datetime import date
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from pages.enums import TranslationOrigin
from pages.models import BasePage, SourceText
from pages.policy import Editor, may_check, may_edit
from pages.translating.records import keep
from portal.accounts.models import User
from portal.accounts.policy import Decision, Denied, deny
from portal.audit.enums import Event


class DutchChanged(Exception):
    """The Dutch text became another one after the translator had looked at it."""


def refuse(decision: Decision, page: BasePage) -> None:
    """Stop unless it is allowed.

    Raises:
        Denied: with the rule that was not met.
    """
    if not decision:
        raise Denied(
            decision=decision, event=Event.ROUTE_DENIED, object_type="page", object_id=str(page.translation_key)
        )


@transaction.atomic
def mark_current(*, editor: Editor, user: User, page: BasePage, digest: str) -> None:
    """Record that a translation says what the Dutch text says now.

    It is said of the text that the editor works on: of the draft where there is one, which becomes true for readers
    when it is published; else of the live text.

    Args:
        digest: of the Dutch text that the editor saw.

    Raises:
        Denied: see :func:`pages.policy.may_edit`; also for the Dutch page itself.
        DutchChanged: the live Dutch text is another than the editor saw, or there is none.
    """
    refuse(deny("is_source") if page.is_source else may_edit(editor, page), page)
    source = SourceText.objects.filter(translation_key=page.translation_key).first()
    if source is None or source.digest != digest:
        raise DutchChanged
    record_made_from(page, source.segments)
    log(instance=page, action="pages.translation_current", user=user)


@transaction.atomic
def mark_checked(*, editor: Editor, user: User, page: BasePage) -> None:
    """Record that ``user`` read the live translation and that it is right: from now on it is a person's.

    Raises:
        Denied: see :func:`pages.policy.may_check`.
    """
    refuse(may_check(editor, page), page)
    fields = {
        "translation_checked_by": user.name,
        "translation_checked_on": timezone.localdate(),
        "translation_origin": TranslationOrigin.PERSON.value,
    }
    write(page, live=True, revision=not page.has_unpublished_changes, **fields)
    log(instance=page, action="pages.translation_checked", user=user)


def record_made_from(page: BasePage, segments: list[str]) -> None:
    """Write down which Dutch text the newest text of a translation was made from."""
    write(page, live=not page.has_unpublished_changes, revision=True, source_segments=segments)


def write(page: BasePage, *, live: bool, revision: bool, **fields: Any) -> None:
    """Set bookkeeping fields of a page where they are kept: in the row that readers see, in the newest revision."""
    if live:
        type(page).objects.filter(pk=page.pk).update(**fields)
        for name, value in fields.items():
            setattr(page, page._meta.get_field(name).attname, value)
    if revision and page.latest_revision is not None:
        newest = page.latest_revision
        encoder = DjangoJSONEncoder()
        newest.content |= {
            name: encoder.default(value) if isinstance(value, date) else value for name, value in fields.items()
        }
        newest.save(update_fields=["content"])
    keep(type(page).objects.select_related("locale").get(pk=page.pk))
