"""Pictures and documents by organisation, as memberships come and go."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.documents import permissions as documents
from wagtail.images import permissions as images
from wagtail.models import Collection, CollectionViewRestriction, GroupCollectionPermission, Page

from pages.editors import grant_editing
from pages.filing import OwnFilesPolicy, collection_of
from pages.models import ArticlePage, BasePage, HomePage, OrganisationCollection
from pages.narrowing import OwnPagesPolicy
from pages.policy import editor_of, may_edit, may_file_in, may_publish
from pages.sight import own_pages, published_pages, seen_pages, title_for_editors
from pages.translating.adoption import prepare
from portal.accounts.enums import Role
from portal.accounts.models import Membership, Organisation, User
from portal.accounts.services import end_membership
from tests.factories import OrganisationFactory
from tests.pages.editing import editor, region, translator
from tests.pages.elsewhere import picture
from tests.pages.site import article, make_site
from tests.shared import shared

pytestmark = pytest.mark.django_db


@shared
def home() -> HomePage:
    home = make_site(("nl", "ar"))
    grant_editing()
    return home


def test_wagtail_asks_our_policies() -> None:
    """A new version that makes objects of its own fails here."""
    from wagtail.images.views import images as screens
    from wagtail.permissions import page_permission_policy

    assert isinstance(page_permission_policy, OwnPagesPolicy)
    assert isinstance(images.permission_policy, OwnFilesPolicy)
    assert isinstance(documents.permission_policy, OwnFilesPolicy)
    assert screens.permission_policy is images.permission_policy
    assert Page.get_admin_display_title is title_for_editors


@pytest.mark.parametrize("role", [Role.EDITOR, Role.PUBLISHER])
def test_the_first_editor_brings_a_collection(home: HomePage, role: Role) -> None:
    organisation = OrganisationFactory()
    for _time in range(2):
        editor(role, organisation=organisation)
    row = OrganisationCollection.objects.get(organisation=organisation)
    assert row.collection.name == organisation.name
    assert collection_of(organisation=organisation) == row.collection


def test_others_bring_none_and_the_regions_is_the_root(home: HomePage) -> None:
    editor(Role.RECEIVER, organisation=OrganisationFactory())
    editor(Role.EDITOR, organisation=region())
    assert not OrganisationCollection.objects.exists()
    assert collection_of(organisation=region()) == collection_of(organisation=None) == Collection.get_first_root_node()


def test_setting_up_again_makes_what_is_missing_and_takes_group_rights_away(home: HomePage) -> None:
    organisation = OrganisationFactory()
    _client, user = editor(Role.EDITOR, organisation=organisation)
    OrganisationCollection.objects.all().delete()
    from django.contrib.auth.models import Permission

    GroupCollectionPermission.objects.create(
        group=user.groups.first(),
        collection=Collection.get_first_root_node(),
        permission=Permission.objects.get(codename="change_image"),
    )
    for _time in range(2):
        grant_editing()
    assert OrganisationCollection.objects.filter(organisation=organisation).count() == 1
    assert not GroupCollectionPermission.objects.exists()


def chosen(client: Client) -> set[str]:
    answer = client.get("/cms/images/chooser/").content.decode()
    return {name for name in ("Van A", "Van B", "Gedeeld", "Besloten") if f"{name} plaatje" in answer}


@pytest.fixture
def two(home: HomePage) -> tuple[Organisation, Organisation]:
    one, other = OrganisationFactory(), OrganisationFactory()
    root = Collection.get_first_root_node()
    for title, collection in (
        ("Van A", collection_of(organisation=one)),
        ("Van B", collection_of(organisation=other)),
        ("Gedeeld", root),
        ("Besloten", root.add_child(name="Besloten")),
    ):
        picture(f"{title} plaatje", collection)
    shut = Collection.objects.get(name="Besloten")
    CollectionViewRestriction.objects.create(collection=shut, restriction_type="login")
    return one, other


# Wagtail leaves the temporary file of a new rendition to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_who_chooses_what(two: tuple[Organisation, Organisation]) -> None:
    one, _other = two
    assert chosen(editor(Role.EDITOR, organisation=one)[0]) == {"Van A", "Gedeeld"}
    assert chosen(editor(Role.PUBLISHER, organisation=region())[0]) == {"Gedeeld", "Besloten"}
    assert chosen(translator("ar")) == {"Gedeeld"}


def test_ending_a_membership_takes_the_files_away(two: tuple[Organisation, Organisation]) -> None:
    one, other = two
    _client, user = editor(Role.EDITOR, organisation=one)
    editor(Role.PUBLISHER, organisation=other)
    membership = Membership.objects.get(user=user)
    assert allowed(user) == 1
    end_membership(ended_by=None, membership=membership, reason="")
    assert allowed(user) == 0


def allowed(user: User) -> int:
    anew = User.objects.get(pk=user.pk)
    return int(images.permission_policy.instances_user_has_permission_for(anew, "change").count())


def test_a_superuser_with_a_role_has_that_role(two: tuple[Organisation, Organisation]) -> None:
    one, other = two
    client, user = editor(Role.EDITOR, organisation=one, is_superuser=True)
    hidden = article(HomePage.objects.first(), title="Niet van u", publish=False, owner_organisation=other)
    assert client.get(reverse("wagtailadmin_pages:edit", args=[hidden.pk])).status_code == 404
    assert client.get("/cms/users/").status_code == 404
    assert "Niet van u" not in client.get(f"/cms/pages/{hidden.get_parent().pk}/").content.decode()
    assert User.objects.get(pk=user.pk).is_superuser


def test_lists_say_what_the_policy_says(home: HomePage) -> None:
    """The same rule as a predicate and as a queryset."""
    one, other = OrganisationFactory(), OrganisationFactory()
    for number, owner in enumerate((one, other, None)):
        for publish in (True, False):
            article(
                home, title=f"P{number}{publish}", slug=f"p{number}{publish}", owner_organisation=owner, publish=publish
            )
    pages = [page for page in Page.objects.specific() if isinstance(page, BasePage)]
    for roles, where in (((Role.EDITOR,), one), ((Role.PUBLISHER,), one), ((Role.PUBLISHER,), region())):
        who = editor_of(User.objects.get(pk=editor(*roles, organisation=where)[1].pk))
        may = {page.pk for page in pages if may_edit(who, page)}
        assert set(Page.objects.filter(own_pages(who)).values_list("pk", flat=True)) == may
        assert set(Page.objects.filter(published_pages(who)).values_list("pk", flat=True)) == {
            page.pk for page in pages if may_publish(who, page)
        }
        seen = set(Page.objects.filter(seen_pages(who), depth__gt=1).values_list("pk", flat=True))
        assert seen == may | {page.pk for page in pages if page.live}
        assert bool(may_file_in(who, one.pk)) == (where == one)


def test_a_translator_saves_a_sentence(home: HomePage) -> None:
    """The editor of translations sends each by PUT, and takes one back by DELETE."""
    page = article(home)
    translation = prepare(source=ArticlePage.objects.get(pk=page.pk), language="ar", user=None)
    segment: Any = translation.source.stringsegment_set.first()
    path = f"/cms/localize/translate/{translation.pk}/strings/{segment.pk}/edit/"
    client = translator("ar")
    assert client.put(path, "value=%D8%B7", content_type="application/x-www-form-urlencoded").status_code in {200, 201}
    assert client.delete(path).status_code == 200
    assert translator("fa").put(path, "value=x", content_type="application/x-www-form-urlencoded").status_code == 404
