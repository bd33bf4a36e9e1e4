"""Pictures and documents by organisation: each has its own collection; what is in none of those is the region's.

Which collections somebody may use follows from the memberships that hold at this moment and is kept nowhere else: when
a membership ends, its files are gone with the next request.
"""

from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Q, QuerySet
from taggit.models import Tag, TaggedItem
from wagtail.models import Collection, CollectionViewRestriction
from wagtail.permission_policies.base import BasePermissionPolicy

from pages.models import OrganisationCollection
from pages.policy import Editor, editor_of, files_by_itself, may_choose_from, may_file_in
from portal.accounts.models import Organisation

CHOOSE = "choose"
CHANGE = frozenset({"add", "change", "delete"})


@transaction.atomic
def collection_of(*, organisation: Organisation | None) -> Collection:
    """The collection of an organisation, made if there is none. What has no owner, and the region's, is in the root.

    Two at once make one: whoever comes second waits for the lock on the organisation and finds what the first has made.
    """
    # Wagtail's migrations make the root; a database that was emptied and filled again has lost it.
    root = Collection.get_first_root_node() or Collection.add_root(name="Root")
    if organisation is None or not files_by_itself(organisation):
        return root
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    found = OrganisationCollection.objects.filter(organisation=organisation).select_related("collection").first()
    if found is not None:
        return found.collection
    collection: Collection = root.add_child(name=organisation.name)
    OrganisationCollection.objects.create(organisation=organisation, collection=collection)
    return collection


def collections_for(editor: Editor, actions: Iterable[str]) -> QuerySet[Collection]:
    """The collections in which an editor may do any of these: ``add``, ``change``, ``delete``, ``choose``."""
    asked = frozenset(actions)
    owned = list(OrganisationCollection.objects.values_list("organisation_id", "collection__path"))
    of_nobody = ~_below(path for _owner, path in owned)
    found = Q(pk__in=[])
    if asked & CHANGE or CHOOSE in asked:
        found |= _below(path for owner, path in owned if may_file_in(editor, owner))
        found |= of_nobody if may_file_in(editor, None) else Q(pk__in=[])
    if CHOOSE in asked and may_choose_from(editor, None, is_private=False):
        shut = CollectionViewRestriction.objects.values_list("collection__path", flat=True)
        found |= of_nobody & ~_below(shut)
    return Collection.objects.filter(found)


def _below(paths: Iterable[str]) -> Q:
    return reduce(or_, (Q(path__startswith=path) for path in paths), Q(pk__in=[]))


def labels_for(editor: Editor, *models: Any) -> QuerySet[Tag]:
    """The labels of those files of these kinds that an editor may choose; of others they would tell what is in them."""
    allowed = collections_for(editor, [CHOOSE]).values("pk")
    kinds = [
        Q(
            content_type__app_label=model._meta.app_label,
            content_type__model=model._meta.model_name,
            object_id__in=model.objects.filter(collection__in=allowed).values("pk"),
        )
        for model in models
    ]
    return Tag.objects.filter(pk__in=TaggedItem.objects.filter(reduce(or_, kinds)).values("tag_id"))


class OwnFilesPolicy(BasePermissionPolicy):
    """Wagtail's questions about pictures and documents. Neither groups nor being a superuser answer them."""

    def collections_user_has_any_permission_for(self, user: Any, actions: Iterable[str]) -> QuerySet[Collection]:
        return collections_for(editor_of(user), actions) if user.is_active else Collection.objects.none()

    def collections_user_has_permission_for(self, user: Any, action: str) -> QuerySet[Collection]:
        return self.collections_user_has_any_permission_for(user, [action])

    def user_has_permission(self, user: Any, action: str) -> bool:
        return self.user_has_any_permission(user, [action])

    def user_has_any_permission(self, user: Any, actions: Iterable[str]) -> bool:
        return self.collections_user_has_any_permission_for(user, actions).exists()

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Any) -> bool:
        return self.user_has_any_permission_for_instance(user, [action], instance)

    def user_has_any_permission_for_instance(self, user: Any, actions: Iterable[str], instance: Any) -> bool:
        found = self.collections_user_has_any_permission_for(user, actions)
        return found.filter(pk=instance.collection_id).exists()

    def instances_user_has_any_permission_for(self, user: Any, actions: Iterable[str]) -> QuerySet[Any]:
        found = self.collections_user_has_any_permission_for(user, actions)
        instances: QuerySet[Any] = self.model._default_manager.filter(collection__in=found.values("pk"))
        return instances

    def instances_user_has_permission_for(self, user: Any, action: str) -> QuerySet[Any]:
        return self.instances_user_has_any_permission_for(user, [action])

    def users_with_any_permission(self, actions: Iterable[str]) -> QuerySet[Any]:
        """Nobody by name: no screen that is open asks who else may."""
        return get_user_model().objects.none()
