"""What each kind of editor may do in the Wagtail admin. Who is one follows from memberships, not from here."""

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission

from pages.models import HomePage
from portal.accounts.enums import Role

PAGE_PERMISSIONS = {
    Role.EDITOR: ("add_page", "change_page"),
    Role.TRANSLATOR: ("change_page",),
    Role.PUBLISHER: ("add_page", "change_page", "publish_page", "lock_page", "unlock_page"),
}
FILE_PERMISSIONS = {
    Role.EDITOR: ("add_image", "change_image", "choose_image", "add_document", "change_document", "choose_document"),
    Role.TRANSLATOR: ("choose_image", "choose_document"),
    Role.PUBLISHER: (
        "add_image",
        "change_image",
        "choose_image",
        "delete_image",
        "add_document",
        "change_document",
        "choose_document",
        "delete_document",
    ),
}
ADMIN_PERMISSIONS = {
    Role.EDITOR: ("access_admin",),
    Role.TRANSLATOR: ("access_admin", "submit_translation"),
    Role.PUBLISHER: ("access_admin", "submit_translation"),
}


@transaction.atomic
def grant_editing() -> None:
    """Give the three groups their rights on every language's tree and on the files; take away all others.

    Nobody gets users, groups, sites, locales or settings: those are not an editor's business.
    """
    root = Collection.get_first_root_node()
    homes = list(HomePage.objects.all())
    for role, names in PAGE_PERMISSIONS.items():
        group, _ = Group.objects.get_or_create(name=role.value)
        group.permissions.set(_permissions(ADMIN_PERMISSIONS[role]))
        wanted = {(home.pk, permission.pk) for home in homes for permission in _permissions(names, app="wagtailcore")}
        present = set(GroupPagePermission.objects.filter(group=group).values_list("page_id", "permission_id"))
        for page_id, permission_id in present - wanted:
            GroupPagePermission.objects.filter(group=group, page_id=page_id, permission_id=permission_id).delete()
        for page_id, permission_id in wanted - present:
            GroupPagePermission.objects.create(group=group, page_id=page_id, permission_id=permission_id)
        for permission in _permissions(FILE_PERMISSIONS[role]):
            GroupCollectionPermission.objects.get_or_create(group=group, collection=root, permission=permission)


def _permissions(names: tuple[str, ...], app: str | None = None) -> list[Permission]:
    found = Permission.objects.filter(codename__in=names)
    if app is not None:
        found = found.filter(content_type__app_label=app)
    return list(found.order_by("pk"))
