"""The knowledge base of professionals. To all others it does not exist."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from pages.queries import children_for, unrestricted_pages

from .base import BasePage


class KnowledgeBasePage(BasePage):
    """The beginning of the knowledge base."""

    template = "pages/knowledge_base.html"
    file_kind = "knowledge_base"
    parent_page_types = ["pages.HomePage"]
    subpage_types = ["pages.KnowledgePage"]
    max_count_per_parent = 1
    is_private = True

    class Meta:
        verbose_name = _("kennisbank")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        context["entries"] = children_for(
            context["family"], context["page_lang"], KnowledgePage, among=unrestricted_pages(KnowledgePage)
        )
        return context


class KnowledgePage(BasePage):
    """What works, for colleagues."""

    template = "pages/article.html"
    file_kind = "knowledge"
    parent_page_types = ["pages.KnowledgeBasePage"]
    subpage_types: list[str] = []
    is_private = True

    class Meta:
        verbose_name = _("kennis voor professionals")
