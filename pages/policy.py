"""Who may read what is not for everybody, and who may do what with a page.

Writers and publishers have a say by organisation, translators by language.

Wagtail asks its groups, which know trees of pages and no organisations. So every route of its admin that is about a
page asks here as well (:mod:`pages.cms_gate`), and so do its own questions about a page (:mod:`pages.permissions`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings

from portal.access import Proof
from portal.accounts.enums import OrganisationKind, Role
from portal.accounts.policy import Decision, allow, deny
from portal.accounts.sessions import active_memberships

if TYPE_CHECKING:
    from pages.models import BasePage

CACHE = "_pages_editor"


@dataclass(frozen=True, kw_only=True)
class Editor:
    """What somebody's memberships say about pages, whatever organisation is acted for at the moment.

    ``writes`` and ``publishes`` hold keys of organisations; ``None`` among them stands for pages without an owner:
    those are the region's. ``translates`` holds codes of languages.
    """

    writes: frozenset[int | None] = frozenset()
    publishes: frozenset[int | None] = frozenset()
    translates: frozenset[str] = frozenset()

    @property
    def organisations(self) -> frozenset[int]:
        """Those whose pages are this editor's business."""
        return frozenset(pk for pk in self.writes | self.publishes if pk is not None)


def editor_of(user: Any) -> Editor:
    """The editor that a user is; asked once a request."""
    if not hasattr(user, CACHE):
        rows = active_memberships(user) if user.is_authenticated else []
        setattr(user, CACHE, _editor(rows))
    editor: Editor = getattr(user, CACHE)
    return editor


def _editor(rows: list[Any]) -> Editor:
    held: dict[str, set[int | None]] = {Role.EDITOR: set(), Role.PUBLISHER: set()}
    languages: set[str] = set()
    for row in rows:
        if row.role in held:
            held[row.role].add(row.team.organisation_id)
            if row.team.organisation.kind == OrganisationKind.REGION:
                held[row.role].add(None)
        elif row.role == Role.TRANSLATOR:
            languages |= set(row.languages)
    return Editor(
        writes=frozenset(held[Role.EDITOR]), publishes=frozenset(held[Role.PUBLISHER]), translates=frozenset(languages)
    )


def may_edit(editor: Editor, page: "BasePage") -> Decision:
    """Who may open a page in the editor, preview it, see its drafts and its history.

    1. a writer or a publisher of the organisation that owns it; pages without an owner are the region's;
    2. a translator of its language, if it is a translation.
    """
    if page.owner_organisation_id in editor.writes | editor.publishes:
        return allow("own_organisation")
    if not page.is_source and page.language in editor.translates:
        return allow("own_language")
    return deny("not_own_page")


def may_look(editor: Editor, page: "BasePage", *, is_read: bool) -> Decision:
    """Who may come by a page in the tree, in lists and choosers, and hang an own page below it.

    1. whoever may edit it;
    2. every editor, if readers see it: then as they see it, not its draft.

    Args:
        is_read: whether readers see the page.
    """
    return allow("readers_see_it") if is_read else may_edit(editor, page)


def may_publish(editor: Editor, page: "BasePage") -> Decision:
    """Who may bring a page online or take it off, lock it, move it: a publisher of the organisation that owns it."""
    return allow("own_organisation") if page.owner_organisation_id in editor.publishes else deny("not_own_page")


def may_publish_unowned(editor: Editor) -> Decision:
    """Who may change what has no owner and is online at once, such as the glossary: a publisher of the region."""
    return allow("region") if None in editor.publishes else deny("not_of_the_region")


def may_create(editor: Editor) -> Decision:
    """Who may make a new page: every writer and publisher, for an own organisation. Translators translate."""
    return allow("writer") if editor.writes or editor.publishes else deny("not_a_writer")


def may_file_in(editor: Editor, owner: int | None) -> Decision:
    """Who may add, change and remove pictures and documents: writers and publishers of the organisation whose they are.

    Args:
        owner: key of the organisation; ``None`` for what is shared by all, which is the region's.
    """
    return allow("own_organisation") if owner in editor.writes | editor.publishes else deny("not_own_file")


def may_choose_from(editor: Editor, owner: int | None, *, is_private: bool) -> Decision:
    """Who may put pictures and documents on a page, and see them in lists.

    1. whoever may change them;
    2. every writer, publisher and translator what is shared by all and not private.
    """
    if owner is None and not is_private and (editor.writes or editor.publishes or editor.translates):
        return allow("shared")
    return may_file_in(editor, owner)


def files_by_itself(organisation: Any) -> bool:
    """Whether an organisation has a collection of its own; the region's files are the shared ones."""
    return bool(organisation.kind != OrganisationKind.REGION)


def writes_pages(role: Role) -> bool:
    """Whether somebody in this role brings pictures and documents along."""
    return role in {Role.EDITOR, Role.PUBLISHER}


def may_translate(editor: Editor, source: "BasePage", language: str) -> Decision:
    """Who may begin or go on with the translation of a page into a language.

    1. it is a Dutch page, and the language is another;
    2. a translator of the language, or whoever may edit the Dutch page.
    """
    if not source.is_source or source.language == language:
        return deny("not_a_source")
    if language in editor.translates:
        return allow("own_language")
    return may_edit(editor, source)


def may_check(editor: Editor, page: "BasePage") -> Decision:
    """Who may say that a translation is right: a translator of its language, once readers can read it."""
    if page.is_source or not page.live:
        return deny("not_a_live_translation")
    return allow("own_language") if page.language in editor.translates else deny("not_own_language")


def may_read_private(*, proof: Proof, roles: Iterable[Role]) -> bool:
    """Whether somebody may read the pages for professionals (``is_private``).

    - The second factor was used in this session.
    - They hold a role in an organisation, and another than that of the person whom a file is about.
    """
    return proof >= Proof.SECOND_FACTOR and bool(frozenset(roles) - {Role.PERSON})


def languages_heard(editor: Editor) -> frozenset[str]:
    """In which languages somebody reads and closes what readers said and did not find.

    1. writers and publishers: in all;
    2. translators: in their own.
    """
    if editor.writes or editor.publishes:
        return frozenset(code for code, _ in settings.LANGUAGES)
    return editor.translates
