"""The Wagtail admin: for editors with a second factor, one page tree, no settings."""

import pytest
from django.test import Client

from pages.editors import grant_editing
from pages.models import ArticlePage
from portal.accounts.enums import Role
from tests.factories import MembershipFactory
from tests.pages.editing import editor
from tests.pages.site import article as make_article
from tests.pages.site import make_site, translate
from tests.shared import shared

pytestmark = pytest.mark.django_db


@shared
def article() -> ArticlePage:
    home = make_site(("nl", "ar"))
    grant_editing()
    return make_article(home)


@pytest.mark.parametrize("role", [Role.EDITOR, Role.TRANSLATOR, Role.PUBLISHER])
def test_editors_open_the_admin_and_a_page(article: ArticlePage, role: Role) -> None:
    client, _user = editor(role, languages=("ar",))
    page = translate(article, "ar", title="طبيب") if role is Role.TRANSLATOR else article

    assert client.get("/cms/").status_code == 200
    response = client.get(f"/cms/pages/{page.pk}/edit/")

    assert response.status_code == 200
    assert "'unsafe-inline'" in response["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/cms/users/", "/cms/groups/", "/cms/locales/", "/cms/sites/"])
def test_settings_are_no_business_of_editors(client: Client, sign_in, article: ArticlePage, path: str) -> None:
    membership = MembershipFactory(role=Role.EDITOR)
    sign_in(client, membership.user, team=membership.team)

    assert client.get(path).status_code in (302, 403, 404)


def test_a_password_alone_does_not_open_the_admin(client: Client, sign_in, article: ArticlePage) -> None:
    membership = MembershipFactory(role=Role.EDITOR)
    sign_in(client, membership.user, team=membership.team, second_factor=False)

    assert client.get("/cms/").status_code == 302


@pytest.mark.parametrize("path", ["/cms/login/", "/cms/password_reset/"])
def test_wagtails_own_doors_lead_to_the_one_door(client: Client, path: str) -> None:
    response = client.get(path)

    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/sign-in/")
