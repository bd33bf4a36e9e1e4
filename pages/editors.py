"""What each kind of editor may do in the Wagtail admin. Who is one follows from memberships, not from here.

Groups say which trees somebody reaches; which pages in them is said by :mod:`pages.policy`.
"""

from collections.abc import Iterable

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from wagtail.models import (
    GroupApprovalTask,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    Workflow,
    WorkflowPage,
    WorkflowTask,
)

from pages.filing import collection_of
from pages.models import HomePage
from pages.policy import writes_pages
from portal.accounts.enums import Role
from portal.accounts.models import Membership, Organisation
from portal.accounts.services.memberships import LANGUAGE_GROUP

TRANSLATING = ("change_page",)
PAGE_PERMISSIONS: dict[Role, tuple[str, ...]] = {
    Role.EDITOR: ("add_page", "change_page"),
    # By language, see below.
    Role.TRANSLATOR: (),
    Role.PUBLISHER: ("add_page", "change_page", "publish_page", "lock_page", "unlock_page"),
}
ADMIN_PERMISSIONS = {
    Role.EDITOR: ("access_admin", "submit_translation"),
    Role.TRANSLATOR: ("access_admin", "submit_translation"),
    Role.PUBLISHER: (
        "access_admin",
        "submit_translation",
        "add_glossaryterm",
        "change_glossaryterm",
        "delete_glossaryterm",
    ),
}


@transaction.atomic
def grant_editing() -> None:
    """Give the groups their rights on the trees, take away all others, and set up approval and places for files.

    Nobody gets users, groups, sites, locales or settings: those are not an editor's business. Files need no group
    (:mod:`pages.filing`): what groups had of them is taken away.
    """
    homes = list(HomePage.objects.select_related("locale"))
    for role, names in PAGE_PERMISSIONS.items():
        group, _created = Group.objects.get_or_create(name=role.value)
        group.permissions.set(_permissions(ADMIN_PERMISSIONS[role]))
        _grant_pages(group, homes, names)
    for home in homes:
        if not home.is_source:
            group, _created = Group.objects.get_or_create(name=LANGUAGE_GROUP + home.language)
            _grant_pages(group, [home], TRANSLATING)
    GroupCollectionPermission.objects.all().delete()
    for organisation in Organisation.objects.filter(teams__memberships__in=_writing()).distinct():
        collection_of(organisation=organisation)
    set_up_approval()


def _writing() -> QuerySet[Membership]:
    return Membership.objects.active().filter(role__in=[role for role in Role if writes_pages(role)])


def set_up_approval() -> None:
    """Wagtail's own workflow over the whole site: what somebody submits, a publisher approves, which publishes it.

    The workflow that Wagtail brings is asked of a group that nobody is in: it goes.
    """
    approval = _("Goedkeuren door de eindredactie")
    task, _created = GroupApprovalTask.objects.get_or_create(
        name="publishers",
        defaults={"active": True, "content_type": ContentType.objects.get_for_model(GroupApprovalTask)},
    )
    task.groups.set([Group.objects.get_or_create(name=Role.PUBLISHER.value)[0]])
    workflow = Workflow.objects.filter(workflow_tasks__task=task).first() or Workflow.objects.create(name=approval)
    WorkflowTask.objects.get_or_create(workflow=workflow, task=task, defaults={"sort_order": 0})
    WorkflowPage.objects.update_or_create(page=Page.get_first_root_node(), defaults={"workflow": workflow})
    WorkflowPage.objects.exclude(workflow=workflow).delete()
    Workflow.objects.exclude(pk=workflow.pk).update(active=False)


def _grant_pages(group: Group, homes: Iterable[HomePage], names: tuple[str, ...]) -> None:
    wanted = {(home.pk, permission.pk) for home in homes for permission in _permissions(names, app="wagtailcore")}
    present = set(GroupPagePermission.objects.filter(group=group).values_list("page_id", "permission_id"))
    for page_id, permission_id in present - wanted:
        GroupPagePermission.objects.filter(group=group, page_id=page_id, permission_id=permission_id).delete()
    for page_id, permission_id in wanted - present:
        GroupPagePermission.objects.create(group=group, page_id=page_id, permission_id=permission_id)


def _permissions(names: tuple[str, ...], app: str | None = None) -> list[Permission]:
    found = Permission.objects.filter(codename__in=names)
    if app is not None:
        found = found.filter(content_type__app_label=app)
    return list(found.order_by("pk"))
