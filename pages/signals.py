"""What follows when a page is published, taken off, moved, shut, deleted or read: the search and the count keep up.

An organisation that gets its first editor gets a place for pictures and documents.

Deleting needs nothing here, the rows of the index go with the page.
"""

from typing import Any

from django.db.models.signals import post_delete, post_save
from wagtail.models import Page, PageViewRestriction
from wagtail.signals import page_published, page_unpublished, post_page_move

from pages import counting, facts, filing, glossary, writing
from pages.models import BasePage, GlossaryTerm
from pages.policy import writes_pages
from pages.search import indexing, vocabulary
from pages.translating import publishing, records
from portal.accounts.enums import Role
from portal.accounts.models import Membership


def connect() -> None:
    """Called once, when the apps are ready."""
    records.connect()
    publishing.connect()
    page_published.connect(_published, dispatch_uid="pages.search.published")
    page_unpublished.connect(_unpublished, dispatch_uid="pages.search.unpublished")
    post_page_move.connect(_moved, dispatch_uid="pages.search.moved")
    post_save.connect(_shut, sender=PageViewRestriction, dispatch_uid="pages.search.shut")
    post_delete.connect(_opened, sender=PageViewRestriction, dispatch_uid="pages.search.opened")
    post_save.connect(_saved, dispatch_uid="pages.search.saved")
    post_delete.connect(_deleted, dispatch_uid="pages.search.deleted")
    counting.connect()
    page_published.connect(_level, dispatch_uid="pages.writing.published")
    page_published.connect(_facts, dispatch_uid="pages.facts.published")
    post_save.connect(_word, sender=GlossaryTerm, dispatch_uid="pages.glossary.saved")
    post_delete.connect(_word, sender=GlossaryTerm, dispatch_uid="pages.glossary.deleted")
    post_save.connect(_first_editor, sender=Membership, dispatch_uid="pages.filing.first_editor")


def _published(instance: Page, **kwargs: Any) -> None:
    page = instance.specific
    if isinstance(page, BasePage):
        indexing.index_page(page=page)
        vocabulary.forget()


def _unpublished(instance: Page, **kwargs: Any) -> None:
    indexing.forget_page(page_id=instance.pk)
    vocabulary.forget()


def _moved(instance: Page, **kwargs: Any) -> None:
    indexing.index_below(path=instance.path)
    vocabulary.forget()


def _shut(instance: PageViewRestriction, **kwargs: Any) -> None:
    indexing.forget_below(path=instance.page.path)
    vocabulary.forget()


def _opened(instance: PageViewRestriction, **kwargs: Any) -> None:
    page = Page.objects.filter(pk=instance.page_id).first()  # none if the page itself is being deleted
    if page is not None:
        indexing.index_below(path=page.path)
        vocabulary.forget()


def _saved(instance: Any, created: bool, **kwargs: Any) -> None:
    # An alias is online from the start, without having been published.
    if created and isinstance(instance, BasePage) and instance.alias_of_id and instance.live:
        _published(instance)


def _deleted(instance: Any, **kwargs: Any) -> None:
    if isinstance(instance, BasePage):
        vocabulary.forget()


def _facts(instance: Page, **kwargs: Any) -> None:
    page = instance.specific
    if isinstance(page, BasePage):
        facts.synchronise(page)


def _level(instance: Page, **kwargs: Any) -> None:
    page = instance.specific
    if isinstance(page, BasePage):
        writing.store_level(page)


def _word(instance: GlossaryTerm, **kwargs: Any) -> None:
    glossary.forget()


def _first_editor(instance: Membership, created: bool, **kwargs: Any) -> None:
    if created and writes_pages(Role(instance.role)):
        filing.collection_of(organisation=instance.team.organisation)
