"""The knowledge base: for whoever works here, with the second factor; to all others it does not exist anywhere."""

from collections.abc import Callable

import pytest
from django.test import Client

from pages.models import HomePage, KnowledgeBasePage, KnowledgePage
from pages.policy import may_read_private
from portal.access import Proof
from portal.accounts.enums import Role
from tests.factories import member
from tests.pages.site import add, article, make_site, translate
from tests.shared import shared

pytestmark = pytest.mark.django_db
WORD = "Zeldzaamwoord"
ADDRESSES = ["/nl/kennisbank/", "/nl/kennisbank/intake/", "/en/kennisbank/", "/ar/kennisbank/intake/"]


@shared
def home() -> HomePage:
    home = make_site()
    base = add(home, KnowledgeBasePage, title=f"Kennisbank {WORD}", slug="kennisbank", show_in_menus=True)
    page = add(base, KnowledgePage, title=f"Intake {WORD}", slug="intake", body=[("text", f"<p>{WORD}</p>")])
    translate(base, "en", title=f"Knowledge {WORD}")
    translate(page, "en", title=f"Assessment {WORD}")
    return home


@pytest.mark.parametrize("address", ADDRESSES)
def test_nobody_without_the_second_factor(
    client: Client, sign_in: Callable[..., Client], home: HomePage, address: str
) -> None:
    absent = client.get("/nl/bestaat-niet/")
    response = client.get(address)
    assert (response.status_code, response.get("Location")) == (absent.status_code, absent.get("Location"))
    assert WORD not in response.content.decode()
    sign_in(client, member(Role.RECEIVER), second_factor=False)
    response = client.get(address)
    assert response.status_code == 404
    assert WORD not in response.content.decode()


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.PERSON])
def test_every_professional(client: Client, sign_in: Callable[..., Client], home: HomePage, role: Role) -> None:
    sign_in(client, member(role))
    for address in ADDRESSES:
        response = client.get(address)
        assert (response.status_code, response["Cache-Control"]) == (200, "no-store"), address
        assert WORD in response.content.decode()


def test_not_the_person_of_a_file(client: Client, sign_in: Callable[..., Client], home: HomePage) -> None:
    sign_in(client, member(Role.PERSON))
    assert {client.get(address).status_code for address in ADDRESSES} == {404}


def test_a_draft_is_for_no_reader(client: Client, sign_in: Callable[..., Client], home: HomePage) -> None:
    KnowledgePage.objects.get(slug="intake", locale__language_code="nl").unpublish()
    KnowledgePage.objects.get(slug="intake", locale__language_code="en").unpublish()
    sign_in(client, member(Role.EDITOR))
    assert client.get("/nl/kennisbank/intake/").status_code == 404
    assert "Intake" not in client.get("/nl/kennisbank/").content.decode()


@pytest.mark.parametrize(
    "address",
    [
        "/nl/",
        "/en/",
        "/sitemap.xml",
        "/robots.txt",
        f"/nl/zoeken/?q={WORD}",
        f"/en/zoeken/?q={WORD}",
        "/nl/wonen/",
    ],
)
def test_it_leaks_nowhere(client: Client, home: HomePage, address: str) -> None:
    article(home, title="Wonen", slug="wonen")
    text = client.get(address).content.decode()
    assert "kennisbank" not in text
    assert "intake" not in text
    assert "zoeken" in address or WORD not in text  # the search page repeats what was asked


def test_it_has_no_calendar_and_no_version_for_municipalities(client: Client, home: HomePage) -> None:
    assert client.get("/nl/kennisbank.ics").status_code == 404
    assert client.get("/nl/gemeenten/utrecht/kennisbank/intake/").status_code == 404


def test_it_is_related_to_nothing_in_public(client: Client, home: HomePage) -> None:
    page = article(home)
    page.related_pages.add(KnowledgePage.objects.get(slug="intake", locale__language_code="nl").page_ptr)
    page.save_revision().publish()
    assert WORD not in client.get(page.url).content.decode()


def test_a_link_to_it_is_plain_text_for_readers(client: Client, home: HomePage) -> None:
    target = KnowledgePage.objects.get(slug="intake", locale__language_code="nl")
    text = f'<p>Zie <a linktype="page" id="{target.pk}">de uitleg</a>.</p>'
    page = article(home, body=[("text", text)])
    assert "kennisbank" not in client.get(page.url).content.decode()


@pytest.mark.parametrize(
    ("proof", "roles", "may"),
    [
        (Proof.NOTHING, set(), False),
        (Proof.NOTHING, {Role.EDITOR}, False),
        (Proof.PASSWORD, {Role.EDITOR}, False),
        (Proof.SECOND_FACTOR, set(), False),
        (Proof.SECOND_FACTOR, {Role.PERSON}, False),
        (Proof.SECOND_FACTOR, {Role.PERSON, Role.SENDER}, True),
        (Proof.SECOND_FACTOR, {Role.PRIVACY_OFFICER}, True),
        (Proof.RECENT_SECOND_FACTOR, {Role.RECEIVER}, True),
    ],
)
def test_the_rule(proof: Proof, roles: set[Role], may: bool) -> None:
    assert may_read_private(proof=proof, roles=roles) is may
