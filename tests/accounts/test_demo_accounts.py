"""Accounts of a demo: deterministic, complete, and only there."""

import json
from io import StringIO

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.urls import reverse

from portal.accounts import demo, factors
from portal.accounts.demo import create_demo_account
from portal.accounts.enums import Role
from portal.accounts.models import DemoAccount, Membership, TotpDevice, User
from tests.factories import TeamFactory, code_of

pytestmark = pytest.mark.django_db
KEYS = {
    "email",
    "password",
    "totp_secret",
    "roles",
    "organisation",
    "kind",
    "municipality",
    "first_page",
    "languages",
    "invitations",
    "birth_date",
}


@pytest.fixture
def team():
    return TeamFactory()


def make(team, **changes):
    fields = {"email": "Noor@Example.org", "name": "Noor", "roles": [Role.SENDER], "first_page": "/x/", "seed": 7}
    return create_demo_account(team=team, **{**fields, **changes})


def listed() -> dict:
    output = StringIO()
    call_command("demo_accounts", "--json", stdout=output)
    return {row["email"]: row for row in json.loads(output.getvalue())}


def walk_in(client, row) -> int:
    client.post(reverse("accounts:sign_in"), {"email": row["email"], "password": row["password"]})
    code = code_of(factors.from_base32(row["totp_secret"]))
    client.post(reverse("accounts:second_factor"), {"code": code})
    return client.get(reverse("accounts:home")).status_code


def test_what_is_listed_signs_in(client, team, settings):
    settings.IS_DEMO = True
    make(team)
    row = listed()["noor@example.org"]
    assert set(row) == KEYS
    assert row["roles"] == ["sender"]
    assert (row["organisation"], row["kind"]) == (team.organisation.name, team.organisation.kind)
    assert row["municipality"] == team.organisation.municipality.name
    assert walk_in(client, row) == 200


def test_enrolment_on_the_first_sign_in(client, team, settings):
    settings.IS_DEMO = True
    make(team, with_factor=False)
    row = listed()["noor@example.org"]
    assert listed()["noor@example.org"] == row, "asking again does not change the link"
    response = client.post(
        reverse("accounts:sign_in"), {"email": row["email"], "password": row["password"], "next": row["first_page"]}
    )
    assert response["Location"] == row["first_page"]
    response = client.post(row["first_page"], {"code": code_of(factors.from_base32(row["totp_secret"]))})
    assert response.status_code == 302
    assert client.get(reverse("accounts:home")).status_code == 200
    assert listed()["noor@example.org"]["first_page"] == "/x/"


def test_password_only(client, team, settings):
    settings.IS_DEMO = True
    make(team, password_only=True)
    row = listed()["noor@example.org"]
    assert row["totp_secret"] == ""
    assert not TotpDevice.objects.exists()


def test_again_changes_nothing_and_another_team_adds(team):
    first, again = make(team), make(team)
    assert first == again
    assert (User.objects.count(), Membership.objects.count(), TotpDevice.objects.count()) == (1, 1, 1)
    make(TeamFactory(), roles=[Role.RECEIVER])
    assert Membership.objects.count() == 2


def test_a_code_without_a_telephone(client, team, settings):
    settings.IS_DEMO = True
    make(team)
    row = listed()["noor@example.org"]
    client.post(reverse("accounts:sign_in"), {"email": row["email"], "password": row["password"]})
    output = StringIO()
    call_command("demo_code", "Noor@Example.org", stdout=output)
    code = output.getvalue().strip()
    assert len(code) == factors.DIGITS
    client.post(reverse("accounts:second_factor"), {"code": code})
    assert client.get(reverse("accounts:home")).status_code == 200


def test_no_code_for_who_has_no_factor(team, settings):
    settings.IS_DEMO = True
    make(team, password_only=True)
    for email in ("noor@example.org", "nobody@example.org"):
        with pytest.raises(CommandError):
            call_command("demo_code", email)


def test_seeds_differ():
    assert demo.password_of(seed="1", email="a@example.org") != demo.password_of(seed="2", email="a@example.org")
    assert demo.totp_key_of(seed="1", email="a@example.org") != demo.totp_key_of(seed="1", email="b@example.org")


def test_refused_elsewhere(team, settings):
    make(team)
    with pytest.raises(CommandError):
        call_command("demo_accounts")  # a test run is not a demo
    with pytest.raises(CommandError):
        call_command("demo_code", "noor@example.org")
    settings.IS_TEST = False
    with pytest.raises(ImproperlyConfigured):
        make(team, email="other@example.org")
    assert DemoAccount.objects.count() == 1


def test_a_table_for_people(team, settings, capsys):
    settings.IS_DEMO = True
    make(team)
    call_command("demo_accounts")
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["email", "password", "totp_secret", "roles", "organisation"]
    assert lines[1].startswith("noor@example.org  demo-")
