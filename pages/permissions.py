"""Wagtail's question "what may this user do with this page?", answered by :mod:`pages.policy` as well.

So that no button leads to a refusal. The refusal itself is :mod:`pages.cms_gate`'s.
"""

from typing import Any

from wagtail.models import Page, PagePermissionTester

from pages.models import BasePage
from pages.policy import editor_of, may_create, may_edit, may_look, may_publish
from pages.sight import readers_see


class OwnPagesTester(PagePermissionTester):
    """What Wagtail's groups allow, and the policy too."""

    def __init__(self, user: Any, page: Page) -> None:
        super().__init__(user, page)
        self.editor = editor_of(user)
        if not isinstance(page, BasePage):  # the root of the tree: no page of the site, and nobody's
            self.permissions: set[str] = set()

    def can_edit(self) -> bool:
        return bool(super().can_edit() and may_edit(self.editor, self.page))

    def can_delete(self, ignore_bulk: bool = False) -> bool:
        return bool(super().can_delete(ignore_bulk) and may_edit(self.editor, self.page) and self._below())

    def can_unpublish(self) -> bool:
        return bool(super().can_unpublish() and may_publish(self.editor, self.page))

    def can_publish(self) -> bool:
        return bool(super().can_publish() and may_publish(self.editor, self.page))

    def can_lock(self) -> bool:
        return bool(super().can_lock() and may_publish(self.editor, self.page))

    def can_unlock(self) -> bool:
        return bool(super().can_unlock() and (self.user_has_lock() or may_publish(self.editor, self.page)))

    def can_add_subpage(self) -> bool:
        return bool(super().can_add_subpage() and may_create(self.editor) and self._may_look())

    def can_publish_subpage(self) -> bool:
        return bool(super().can_publish_subpage() and self.editor.publishes and self._may_look())

    def _may_look(self) -> bool:
        """Below a page that one cannot see nothing can be put: Wagtail's forms take the number of any page."""
        return bool(may_look(self.editor, self.page, is_read=readers_see(self.page)))

    def can_reorder_children(self) -> bool:
        return bool(super().can_reorder_children() and may_publish(self.editor, self.page))

    def can_submit_for_moderation(self) -> bool:
        return bool(super().can_submit_for_moderation() and may_edit(self.editor, self.page))

    def _below(self) -> bool:
        """A translator takes nothing away: only whoever writes the page."""
        return self.page.owner_organisation_id in self.editor.writes | self.editor.publishes
