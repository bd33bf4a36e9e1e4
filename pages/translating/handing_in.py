"""A translator hands in what is ready; a publisher puts it online."""

from django.db import transaction
from wagtail_localize.models import Translation

from pages.models import BasePage
from pages.policy import Editor, may_edit
from pages.translating.publishing import bookkeeping
from pages.translating.services import refuse
from portal.accounts.models import User
from portal.accounts.policy import deny


class NothingToHandIn(Exception):
    """The page has no words that readers do not see already."""


@transaction.atomic
def hand_in(*, editor: Editor, user: User, page: BasePage) -> None:
    """Make a version of the translated segments and ask approval for it. What readers see stays as it is until then.

    Raises:
        Denied: see :func:`pages.policy.may_edit`; also when it was handed in already.
        NothingToHandIn: there is no newer text than readers see.
    """
    refuse(deny("is_source") if page.is_source else may_edit(editor, page), page)
    refuse(deny("handed_in_already") if page.workflow_in_progress else may_edit(editor, page), page)
    draft_from_segments(page, user=user)
    page = type(page).objects.select_related("locale").get(pk=page.pk)
    workflow = page.get_workflow()
    if not page.has_unpublished_changes or workflow is None:
        raise NothingToHandIn
    workflow.start(page, user)


def draft_from_segments(page: BasePage, *, user: User | None) -> bool:
    """Save what the translation editor holds as the newest version of the page; whether there was anything new.

    wagtail-localize can only put its segments on the page itself, which readers see at once.
    """
    translation = Translation.objects.filter(
        source__object_id=page.translation_key, target_locale=page.locale, enabled=True
    ).first()
    if translation is None:
        return False
    text = translation.source.get_ephemeral_translated_instance(translation.target_locale, fallback=True)
    newest = page.get_latest_revision_as_object()
    fields = bookkeeping(
        translation.source, translation.target_locale, same_words=text.content_hash() == newest.content_hash()
    )
    if text.content_hash() == newest.content_hash() and fields["source_segments"] == newest.source_segments:
        return False
    for name, value in fields.items():
        setattr(text, name, value)
    text.save_revision(user=user, clean=False)
    return True
