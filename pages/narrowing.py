"""Wagtail's own questions "which pages, which files, which tasks", answered for editors of an organisation.

Wagtail keeps one policy object for pages, one for pictures and one for documents, and asks them in every list, chooser,
report and form. Those objects become ours here, once, when the apps are ready. Where Wagtail has no such object its
method is replaced; ``tests/pages/test_narrowing.py`` fails if a new version no longer asks it.

What a view shows in spite of that is refused by :mod:`pages.cms_gate`.
"""

from typing import Any

from django.db.models import CharField, Count, QuerySet
from django.db.models.functions import Cast
from rest_framework.authentication import SessionAuthentication
from taggit.models import Tag
from wagtail.admin import filters, signal_handlers
from wagtail.admin.api.serializers import AdminPageSerializer, PageTranslationsField
from wagtail.admin.api.views import PagesAdminAPIViewSet
from wagtail.admin.mail import GroupApprovalTaskStateSubmissionEmailNotifier
from wagtail.api.v2.serializers import PageAliasOfField
from wagtail.documents import permissions as documents
from wagtail.documents.api.admin.views import DocumentsAdminAPIViewSet
from wagtail.images import permissions as images
from wagtail.images.api.admin.views import ImagesAdminAPIViewSet
from wagtail.images.views import chooser as image_chooser
from wagtail.models import AbstractGroupApprovalTask, Page, PageLogEntry, PagePermissionTester, TaskState
from wagtail.models.pages import PageLogEntryManager
from wagtail.permission_policies.pages import PagePermissionPolicy
from wagtail.permissions import page_permission_policy

from pages.filing import CHOOSE, OwnFilesPolicy, labels_for
from pages.policy import editor_of, may_publish
from pages.sight import is_own, looker, own_pages, published_pages, seen_pages, title_for_editors

EXPLORE = frozenset({"add", "change", "publish", "lock", "unlock", "bulk_delete"})


class OwnPagesPolicy(PagePermissionPolicy):
    """What the groups allow, and :mod:`pages.policy` too. Being a superuser is no answer to either."""

    def _base_user_has_permission(self, user: Any) -> bool | None:
        return None if user.is_active else False

    def _base_queryset_for_user(self, user: Any) -> QuerySet[Page] | None:
        return None if user.is_active else Page.objects.none()

    def user_has_any_permission_for_instance(self, user: Any, actions: Any, instance: Any) -> bool:
        allowed = super().user_has_any_permission_for_instance(user, actions, instance)
        return bool(allowed and is_own(editor_of(user), instance))

    def instances_user_has_any_permission_for(self, user: Any, actions: Any) -> QuerySet[Page]:
        return super().instances_user_has_any_permission_for(user, actions).filter(own_pages(editor_of(user)))

    def explorable_instances(self, user: Any) -> QuerySet[Page]:
        """The trees of the groups and what leads to them; in those the own pages and what readers see."""
        granted = [row.page for row in self.get_cached_permissions_for_user(user)]
        if not granted:
            return Page.objects.none()
        pages = super().instances_user_has_any_permission_for(user, EXPLORE)
        for page in granted:
            pages |= page.get_ancestors()
        top = Page.objects.first_common_ancestor_of(granted)
        return pages.filter(path__startswith=top.path).filter(seen_pages(editor_of(user)))


class _SeenTranslations(PageTranslationsField):
    """Of the translations of a page those that this editor sees."""

    def to_representation(self, page: Page) -> list[Any]:
        there = {one.pk for one in self.context["base_queryset"].translation_of(page)}
        return [one for one in super().to_representation(page) if one["id"] in there]


class _SeenAlias(PageAliasOfField):
    """The page that an alias follows, if this editor sees it."""

    def get_attribute(self, instance: Page) -> Page | None:
        found = instance.alias_of_id and self.context["base_queryset"].filter(pk=instance.alias_of_id).exists()
        return super().get_attribute(instance) if found else None


class _SeenPageSerializer(AdminPageSerializer):
    translations = _SeenTranslations(read_only=True)
    alias_of = _SeenAlias(read_only=True)


class SeenPagesAPI(PagesAdminAPIViewSet):
    """The menu of pages. It looks; the addresses that change something are shut (:mod:`pages.cms_routes`)."""

    base_serializer_class = _SeenPageSerializer
    meta_fields = [name for name in PagesAdminAPIViewSet.meta_fields if name != "ancestors"]
    actions: dict[str, Any] = {}

    def get_base_queryset(self) -> QuerySet[Page]:
        return page_permission_policy.explorable_instances(self.request.user)


class ChosenImagesAPI(ImagesAdminAPIViewSet):
    """A picture by its number, for the translator's editor."""

    authentication_classes = [SessionAuthentication]

    def get_queryset(self) -> QuerySet[Any]:
        return images.permission_policy.instances_user_has_permission_for(self.request.user, CHOOSE)


class ChosenDocumentsAPI(DocumentsAdminAPIViewSet):
    """A document by its number, for the translator's editor."""

    authentication_classes = [SessionAuthentication]

    def get_queryset(self) -> QuerySet[Any]:
        return documents.permission_policy.instances_user_has_permission_for(self.request.user, CHOOSE)


class OwnPublishersNotifier(GroupApprovalTaskStateSubmissionEmailNotifier):
    """A page that waits for approval is told to those who may approve it."""

    def get_recipient_users(self, task_state: TaskState, **kwargs: Any) -> list[Any]:
        page = task_state.workflow_state.content_object
        members = super().get_recipient_users(task_state, **kwargs).distinct()
        return [user for user in members if may_publish(editor_of(user), page.specific)]


def install() -> None:
    """Called once, when the apps are ready."""
    page_permission_policy.__class__ = OwnPagesPolicy
    images.permission_policy.__class__ = OwnFilesPolicy
    documents.permission_policy.__class__ = OwnFilesPolicy
    signal_handlers.task_submission_email_notifier.__class__ = OwnPublishersNotifier
    Page.get_admin_display_title = title_for_editors
    Page.permissions_for_user = _tester
    PageLogEntryManager.viewable_by_user = _log_of_own_pages
    for screen in (filters, image_chooser):
        screen.popular_tags_for_model = _popular_labels
    AbstractGroupApprovalTask.get_task_states_user_can_moderate = _waiting_for_own_publishers


def _tester(page: Page, user: Any) -> PagePermissionTester:
    """A page that was fetched without its kind asks its kind."""
    from pages.permissions import OwnPagesTester

    return OwnPagesTester(user, page.specific)


def _log_of_own_pages(manager: PageLogEntryManager, user: Any) -> QuerySet[PageLogEntry]:
    """The log names pages as they were called at the time: it is for whoever may edit them."""
    mine = page_permission_policy.instances_user_has_any_permission_for(user, EXPLORE)
    return PageLogEntry.objects.filter(page__in=mine.values("pk"))


def _popular_labels(model: Any, count: int = 10) -> QuerySet[Tag]:
    """The labels that filters and choosers offer, the most used first."""
    editor = looker()
    found = labels_for(editor, model) if editor is not None else Tag.objects.none()
    used = Count("taggit_taggeditem_items")
    return found.annotate(item_count=used).order_by("-item_count", "name")[:count]


def _waiting_for_own_publishers(task: AbstractGroupApprovalTask, user: Any, **kwargs: Any) -> QuerySet[TaskState]:
    """What waits for approval by members of the task's groups, if the page is theirs to publish."""
    waiting: QuerySet[TaskState] = task.task_states.filter(status=TaskState.STATUS_IN_PROGRESS)
    if not task.groups.filter(pk__in=user.groups.values("pk")).exists():
        return waiting.none()
    # Generic relations keep keys as text, which PostgreSQL does not compare with numbers.
    pages = Page.objects.filter(published_pages(editor_of(user))).annotate(key=Cast("pk", CharField()))
    return waiting.filter(workflow_state__object_id__in=pages.values("key"))
