"""Lists in the Wagtail admin: what readers said, what they did not find, which links are broken."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django_filters import ModelChoiceFilter
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import BooleanColumn, Column, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet, ModelViewSetGroup
from wagtail.models import Page
from wagtail.permission_policies.base import BasePermissionPolicy

from pages.models import CheckedLink, Feedback, SearchMiss
from pages.policy import editor_of, languages_heard
from pages.sight import seen_pages, title_for_editors


class HeardPolicy(BasePermissionPolicy):
    """Wagtail's questions about rows that have a language, answered by :func:`pages.policy.languages_heard`.

    Nobody adds such rows and nobody deletes them: readers do the one, closing is the other.
    """

    actions = frozenset({"view", "change"})

    def user_has_permission(self, user: Any, action: str) -> bool:
        return action in self.actions and user.is_active and bool(languages_heard(editor_of(user)))

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Any) -> bool:
        return action in self.actions and instance.language in languages_heard(editor_of(user))

    def instances_user_has_any_permission_for(self, user: Any, actions: Any) -> QuerySet[Any]:
        if not self.actions & set(actions):
            return self.model._default_manager.none()
        return self.model._default_manager.filter(language__in=languages_heard(editor_of(user)))


class SeenPolicy(HeardPolicy):
    """Everybody who edits sees the links; nobody changes them here."""

    actions = frozenset({"view"})

    def instances_user_has_any_permission_for(self, user: Any, actions: Any) -> QuerySet[Any]:
        found = self.model._default_manager.all()
        return found if self.actions & set(actions) and languages_heard(editor_of(user)) else found.none()


class HeardIndex(generic.IndexView):
    """Rows in the languages that this editor hears."""

    any_permission_required = ["view", "change"]

    def get_base_queryset(self) -> QuerySet[Any]:
        return self.permission_policy.instances_user_has_any_permission_for(self.request.user, ["view"])


class HeardEdit(generic.EditView):
    """A row of a language that this editor hears; another does not exist."""

    def get_queryset(self) -> QuerySet[Any]:
        return self.permission_policy.instances_user_has_any_permission_for(self.request.user, ["change"])


class HeardViewSet(ModelViewSet):
    """A list that readers fill and editors work off."""

    add_to_reference_index = False
    copy_view_enabled = False
    index_view_class = HeardIndex
    edit_view_class = HeardEdit
    list_per_page = 50

    @property
    def permission_policy(self) -> BasePermissionPolicy:
        return HeardPolicy(self.model)

    def get_urlpatterns(self) -> list[Any]:
        """The list and one row: no adding, deleting, history or usage, which would ask for rights nobody has."""
        return [pattern for pattern in super().get_urlpatterns() if pattern.name in {"index", "index_results", "edit"}]

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        absent = dict.fromkeys(("history_url_name", "usage_url_name", "add_url_name", "delete_url_name"))
        return super().get_common_view_kwargs(**{**absent, **kwargs})


class FeedbackIndex(HeardIndex):
    """Reactions with the page that each is about, in one query."""

    def get_base_queryset(self) -> QuerySet[Any]:
        return super().get_base_queryset().select_related("page")


def _pages_reacted_to(request: HttpRequest) -> QuerySet[Page]:
    return Page.objects.filter(seen_pages(editor_of(request.user)), pk__in=Feedback.objects.values("page"))


class FeedbackFilters(WagtailFilterSet):
    """By state, language, page; only pages that this editor sees."""

    page = ModelChoiceFilter(queryset=_pages_reacted_to, label=_("Pagina"))

    class Meta:
        model = Feedback
        fields = ["state", "language", "helped", "page"]


class FeedbackViewSet(HeardViewSet):
    """Reactions of readers, by page and language."""

    model = Feedback
    icon = "comment"
    menu_label = _("Reacties")
    url_prefix = "reacties"
    index_view_class = FeedbackIndex
    form_fields = ["state", "answer"]
    list_display = [
        TitleColumn(
            "text",
            label=_("Wat mist er"),
            accessor=lambda row: row.text[:120] or _("(geen tekst)"),
            get_url=lambda row: f"/cms/reacties/edit/{row.pk}/",
        ),
        BooleanColumn("helped", label=_("Geholpen")),
        Column("page", label=_("Pagina"), accessor=lambda row: title_for_editors(row.page)),
        Column("language", label=_("Taal"), accessor="get_language_display"),
        Column("created_on", label=_("Dag")),
        Column("state", label=_("Stand"), accessor="get_state_display"),
    ]
    filterset_class = FeedbackFilters


class SearchMissViewSet(HeardViewSet):
    """What readers looked for in vain."""

    model = SearchMiss
    icon = "search"
    menu_label = _("Niet gevonden")
    url_prefix = "niet-gevonden"
    form_fields = ["closed"]
    list_display = ["query", "language", "day", "count", BooleanColumn("closed", label=_("Afgehandeld"))]
    list_filter = ["closed", "language"]


class LinkIndex(HeardIndex):
    """Links with the pages that they stand on."""

    any_permission_required = ["view"]

    def get_base_queryset(self) -> QuerySet[Any]:
        return super().get_base_queryset().prefetch_related("pages")


class LinkViewSet(HeardViewSet):
    """Links to elsewhere and whether they work."""

    model = CheckedLink
    icon = "link"
    menu_label = _("Links")
    url_prefix = "links"
    index_view_class = LinkIndex
    form_fields = ["url"]
    list_display = [
        Column("url", label=_("Adres")),
        Column("state", label=_("Stand"), accessor="get_state_display"),
        Column("reason", label=_("Waarom")),
        Column("checked_at", label=_("Gekeken op")),
        Column(
            "pages",
            label=_("Op deze pagina's"),
            accessor=lambda row: ", ".join(map(title_for_editors, row.pages.all())),
        ),
    ]
    list_filter = ["state"]

    @property
    def permission_policy(self) -> BasePermissionPolicy:
        return SeenPolicy(self.model)

    def get_urlpatterns(self) -> list[Any]:
        return [pattern for pattern in super().get_urlpatterns() if pattern.name != "edit"]

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_common_view_kwargs(**{"edit_url_name": None, **kwargs})


class ReadersGroup(ModelViewSetGroup):
    """Everything that readers told us, in one menu."""

    menu_label = _("Lezers")
    menu_icon = "group"
    menu_order = 250
    items = (FeedbackViewSet, SearchMissViewSet, LinkViewSet)
