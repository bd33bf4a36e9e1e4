"""Organisations and teams: the region's administrator alone, and what an end takes along."""

import pytest
from django.urls import reverse
from django.utils import timezone

from portal.accounts.enums import OrganisationKind, Role
from portal.accounts.mail_addresses import fold_domain, is_in_domains
from portal.accounts.models import Invitation, Membership, Organisation, Team
from portal.accounts.services import invite
from portal.audit.enums import Event
from portal.audit.models import Entry
from tests.factories import MembershipFactory, MunicipalityFactory, TeamFactory, member

pytestmark = pytest.mark.django_db

NEW = {
    "name": "Wijkteam Oost",
    "kind": "neighbourhood_team",
    "municipality": "",
    "centre": "",
    "contact_email": "wijkteam@example.org",
    "mail_domains": "@Wijkteam.Example\nbücher.example, wijkteam.example",
}


@pytest.fixture
def region(client, sign_in):
    user = member(Role.REGION_ADMINISTRATOR, kind=OrganisationKind.REGION)
    sign_in(client, user)
    return user


def test_nobody_else(client, sign_in):
    team = TeamFactory()
    routes = [("organisations", None), ("organisation_new", None)]
    routes += [(name, team.organisation.public_id) for name in ("organisation", "organisation_end", "team_new")]
    routes += [(name, team.public_id) for name in ("team", "team_end")]
    addresses = [reverse(f"accounts:{name}", args=[public_id] if public_id else []) for name, public_id in routes]
    for who in (
        member(Role.ORGANISATION_ADMINISTRATOR, team=team),
        member(Role.PRIVACY_OFFICER, kind=OrganisationKind.REGION),
    ):
        sign_in(client, who)
        for address in addresses:
            assert client.get(address).status_code == 404
            assert client.post(address, {**NEW, "reason": "x"}).status_code in (404, 405)
    assert Organisation.objects.active().count() == 2


def test_made_changed_and_written_down(client, region):
    municipality = MunicipalityFactory()
    made = client.post(reverse("accounts:organisation_new"), {**NEW, "municipality": municipality.pk})
    row = Organisation.objects.get(name=NEW["name"])
    assert made["Location"] == reverse("accounts:organisation", args=[row.public_id])
    assert row.mail_domains == ["wijkteam.example", "xn--bcher-kva.example"]
    assert client.post(reverse("accounts:organisation_new"), NEW).status_code == 422
    assert client.post(made["Location"], {**NEW, "name": "Wijkteam West", "kind": "gp"}).status_code == 302
    row.refresh_from_db()
    assert (row.name, row.kind) == ("Wijkteam West", "neighbourhood_team")
    assert row.history.count() == 2
    assert Entry.objects.filter(event=Event.ORGANISATION_CHANGED).count() == 2
    team = {"name": "Team Zuid", "mailbox": "zuid@example.org", "serves": [municipality.pk]}
    assert client.post(reverse("accounts:team_new", args=[row.public_id]), team).status_code == 302
    saved = Team.objects.get(organisation=row)
    assert list(saved.serves.all()) == [municipality]
    assert client.post(reverse("accounts:team_new", args=[row.public_id]), team).status_code == 422
    address = reverse("accounts:team", args=[saved.public_id])
    assert client.post(address, {**team, "serves": []}).status_code == 302
    assert not saved.serves.exists()
    for page in (reverse("accounts:organisations"), made["Location"], address):
        assert client.get(page).status_code == 200


@pytest.mark.parametrize(
    "changes",
    [{"kind": "region"}, {"mail_domains": "geen domein"}, {"name": "a\u202eb"}, {"centre": "x"}, {"kind": ""}],
)
def test_what_a_form_refuses(client, region, changes):
    assert client.post(reverse("accounts:organisation_new"), {**NEW, **changes}).status_code == 422


def test_an_end_takes_people_and_invitations_along(client, region, sign_in):
    row = MembershipFactory(role=Role.ORGANISATION_ADMINISTRATOR)
    organisation = row.team.organisation
    theirs = sign_in(type(client)(), row.user)
    invite(actor=None, team=row.team, role=Role.RECEIVER, email="a@example.org", name="A", reason="", token="t")
    address = reverse("accounts:organisation_end", args=[organisation.public_id])
    assert client.get(address).status_code == 200
    assert client.post(address, {"reason": ""}).status_code == 422
    assert client.post(address, {"reason": "bestaat niet meer"}).status_code == 302
    assert not Membership.objects.active().filter(pk=row.pk).exists()
    assert not Team.objects.active().filter(pk=row.team_id).exists()
    assert Invitation.objects.get().revoked_at is not None
    assert theirs.get(reverse("accounts:home")).status_code == 302
    assert organisation.history.first().history_change_reason == "bestaat niet meer"
    assert client.post(address, {"reason": "nog eens"}).status_code == 404
    assert client.post(reverse("accounts:organisation", args=[organisation.public_id]), NEW).status_code == 404


def test_not_ones_own(client, region):
    own = Membership.objects.get(user=region)
    for name, row in (("organisation_end", own.team.organisation), ("team_end", own.team)):
        assert client.post(reverse(f"accounts:{name}", args=[row.public_id]), {"reason": "x"}).status_code == 404
    assert Membership.objects.active().filter(pk=own.pk, active_from__lte=timezone.now()).exists()


def test_domains():
    assert fold_domain(" @BÜCHER.example. ") == "xn--bcher-kva.example"
    assert [fold_domain(word) for word in ("x", "a..b", "-a.nl", "a b.nl", "", "a/b.nl")] == [""] * 6
    assert is_in_domains("a@x.example", [])
    assert not is_in_domains("a@x.example", ["geen domein"])
