"""Invitations to whoever has an account already: one that sleeps, and a session that ends on the way."""

import pytest
from django.utils import timezone
from qsessions.models import Session

from portal.accounts.enums import OrganisationKind, Role
from portal.accounts.models import Membership
from portal.accounts.services import invitations, joining
from portal.audit.enums import Event
from portal.audit.models import Entry
from tests.factories import MembershipFactory, TeamFactory, TotpDeviceFactory, UserFactory, member

from .test_invitations import ADDRESS, FORM, acting, link, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def team():
    return TeamFactory()


@pytest.fixture
def by(team):
    return acting(member(Role.ORGANISATION_ADMINISTRATOR, team=team), team, Role.ORGANISATION_ADMINISTRATOR)


class TestASleepingAccount:
    """Inviting wakes no more than an administrator may wake with the button."""

    @pytest.fixture
    def sleeper(self):
        membership = MembershipFactory(user__is_active=False, user__dormant_since=timezone.now())
        return TotpDeviceFactory(user=membership.user).user

    def test_of_another_organisation_sleeps_on_and_its_owner_hears_why(self, client, by, team, sleeper):
        send(by, team, email=sleeper.email)
        sleeper.refresh_from_db()
        assert sleeper.dormant_since is not None
        assert not Entry.objects.filter(event=Event.ACCOUNT_WOKEN).exists()
        page = client.get(link())
        assert page.status_code == 403
        assert "slaapt" in page.content.decode()
        assert client.post(link(), FORM).status_code == 403

    @pytest.mark.parametrize("who", ["own", "region", "machine"])
    def test_is_woken_by_whoever_may(self, by, team, sleeper, who):
        actor = by
        if who == "own":
            MembershipFactory(user=sleeper, team=team, role=Role.SENDER)
        elif who == "region":
            region = TeamFactory(organisation__kind=OrganisationKind.REGION)
            actor = acting(member(Role.REGION_ADMINISTRATOR, team=region), region, Role.REGION_ADMINISTRATOR)
        else:
            actor = None
        send(actor, team, email=sleeper.email)
        sleeper.refresh_from_db()
        assert sleeper.dormant_since is None
        assert sleeper.is_active


def test_a_session_that_is_ended_while_it_accepts_does_not_come_back(client, sign_in, by, team, monkeypatch):
    user = TotpDeviceFactory(user=UserFactory(email=ADDRESS)).user
    send(by, team)
    sign_in(client, user)
    give = joining.give_role

    def ended_meanwhile(**given):
        Session.objects.all().delete()
        return give(**given)

    monkeypatch.setattr(invitations, "give_role", ended_meanwhile)
    client.post(link(), {"terms": "on"})
    assert not Membership.objects.filter(user=user).exists()
