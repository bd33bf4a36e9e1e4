"""What an editor sees of pages in the Wagtail admin: the own ones whole, of others what readers see, no more.

The rule itself is :func:`pages.policy.may_edit` and :func:`pages.policy.may_look`; here it is said as querysets, so
that lists hold nothing that a page by itself would refuse, and as the title that stands for a page on a screen.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import reduce
from operator import or_
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _
from wagtail.models import BaseViewRestriction, Page, PageViewRestriction

from pages.models import BasePage
from pages.policy import Editor, may_edit
from pages.queries import page_kinds

# Who looks at a screen of the Wagtail admin at this moment; nobody in a task, on the public site, in a command.
_LOOKING: ContextVar[Editor | None] = ContextVar("pages_looking", default=None)


@contextmanager
def looking(editor: Editor) -> Iterator[None]:
    """What is drawn inside is drawn for this editor."""
    token = _LOOKING.set(editor)
    try:
        yield
    finally:
        _LOOKING.reset(token)


def looker() -> Editor | None:
    """Who looks at a screen of the Wagtail admin now."""
    return _LOOKING.get()


def own_pages(editor: Editor, *, kinds: Callable[[], list[type[Any]]] = page_kinds) -> Q:
    """Of pages of any kind: those that the editor may edit, as :func:`pages.policy.may_edit` says."""
    owners = editor.writes | editor.publishes
    return _of_kinds(
        Q(owner_organisation__in=editor.organisations)
        | (Q(owner_organisation=None) if None in owners else Q(pk__in=[]))
        | Q(locale__language_code__in=editor.translates - {settings.LANGUAGE_CODE}),
        kinds(),
    )


def published_pages(editor: Editor) -> Q:
    """Of pages of any kind: those that the editor may publish, as :func:`pages.policy.may_publish` says."""
    unowned = Q(owner_organisation=None) if None in editor.publishes else Q(pk__in=[])
    mine = [pk for pk in editor.publishes if pk is not None]
    return _of_kinds(Q(owner_organisation__in=mine) | unowned, page_kinds())


def seen_pages(editor: Editor) -> Q:
    """Of pages of any kind: the own ones, what readers see, and the root of the tree, which is no page."""
    return Q(depth=1) | own_pages(editor) | (Q(live=True) & ~_for_a_group())


def readers_see(page: Page) -> bool:
    """Whether everybody who is signed in may read the page as it is online."""
    return page.depth == 1 or Page.objects.filter(Q(live=True) & ~_for_a_group(), pk=page.pk).exists()


def is_own(editor: Editor, page: Page) -> bool:
    """Whether the editor may edit the page; the root of the tree and what is no page of the site is nobody's."""
    specific = page if isinstance(page, BasePage) else page.specific
    return isinstance(specific, BasePage) and bool(may_edit(editor, specific))


def title_for_editors(page: Page) -> str:
    """The title of a page on a screen of the Wagtail admin.

    A page has a title that readers read and perhaps a newer one in its draft, which is its owner's business. A page
    that no reader sees has for others no title at all; it can still stand above an own page or beside a translation.
    """
    draft = str(page.draft_title or page.title)
    editor = looker()
    if editor is None or page.depth == 1 or (page.live and draft == page.title) or is_own(editor, page):
        return draft
    return str(page.title) if page.live else _("(pagina van een andere organisatie)")


def _of_kinds(wanted: Q, kinds: list[type[Any]]) -> Q:
    """Kinds of pages have tables of their own: the owner is in each."""
    return reduce(or_, (Q(pk__in=kind.objects.filter(wanted).order_by().values("pk")) for kind in kinds))


def _for_a_group() -> Q:
    """Below a restriction to some group, of which an editor need not be a member."""
    paths = PageViewRestriction.objects.filter(restriction_type=BaseViewRestriction.GROUPS)
    return reduce(or_, (Q(path__startswith=path) for path in paths.values_list("page__path", flat=True)), Q(pk__in=[]))
