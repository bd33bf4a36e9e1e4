"""Two administrators of a reset are two people, and what is refused is written down."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.accounts import resetting, services
from portal.accounts.enums import OrganisationKind, Role
from portal.accounts.models import FactorReset, Membership, OutgoingMessage
from portal.audit.enums import Event, Outcome
from portal.audit.models import Entry
from tests.factories import MembershipFactory, TotpDeviceFactory, UserFactory, member

from .test_enrolment import actor_of
from .test_resets import ask, code_of

pytestmark = pytest.mark.django_db

ADMIN = Role.ORGANISATION_ADMINISTRATOR


@pytest.fixture
def owner():
    return TotpDeviceFactory(user=MembershipFactory(role=Role.SENDER).user).user


@pytest.fixture
def team(owner):
    return owner.memberships.get().team


@pytest.fixture
def first(team):
    return member(ADMIN, team=team)


@pytest.fixture
def region():
    return member(Role.REGION_ADMINISTRATOR, kind=OrganisationKind.REGION)


def made_by(maker, team, **more):
    """An administrator whom another one made."""
    return MembershipFactory(user=UserFactory(), team=team, role=ADMIN, granted_by=maker, **more).user


def approve(sign_in, user, reset):
    services.approve_reset(actor=actor_of(user, sign_in), reset=reset)


def refusal(sign_in, user, reset) -> str:
    code = code_of(lambda: approve(sign_in, user, reset))
    reset.refresh_from_db()
    assert reset.approved_by is None
    return code


class TestIndependent:
    def test_not_an_own_second_mailbox(self, sign_in, owner, team, first):
        assert refusal(sign_in, made_by(first, team), ask(sign_in, first, owner)) == "made_by_requester"

    def test_nor_by_way_of_another(self, sign_in, owner, team, first):
        second = made_by(made_by(first, team), team)
        assert refusal(sign_in, second, ask(sign_in, first, owner)) == "made_by_requester"

    def test_nor_the_other_way_round(self, sign_in, owner, team, first):
        puppet = made_by(first, team)
        assert refusal(sign_in, first, ask(sign_in, puppet, owner)) == "made_requester"

    def test_not_who_became_one_since(self, sign_in, owner, team, first):
        reset = ask(sign_in, first, owner)
        new = MembershipFactory(team=team, role=ADMIN, active_from=timezone.now()).user
        assert refusal(sign_in, new, reset) == "administrator_since"

    def test_nor_for_who_became_one_again_since(self, sign_in, owner, team, first):
        second, reset = member(ADMIN, team=team), ask(sign_in, first, owner)
        Membership.objects.filter(user=first).update(active_until=timezone.now())
        MembershipFactory(user=first, team=team, role=ADMIN, granted_by=second, active_from=timezone.now())
        assert refusal(sign_in, second, reset) == "requester_left"

    def test_a_role_elsewhere_of_before_does_not_count_here(self, sign_in, owner, team, first):
        reset = ask(sign_in, first, owner)
        elsewhere = MembershipFactory(user=owner)
        new = MembershipFactory(team=elsewhere.team, role=ADMIN).user
        MembershipFactory(user=new, team=team, role=ADMIN, active_from=timezone.now())
        client = sign_in(Client(), new, team=team)
        client.post(reverse("accounts:reset_approve", args=[reset.public_id]))
        assert Entry.objects.filter(outcome=Outcome.DENIED).latest("pk").reason == "administrator_since"

    def test_the_region_made_the_first_and_may_be_the_second(self, sign_in, owner, team, region):
        first = made_by(region, team)
        approve(sign_in, region, ask(sign_in, first, owner))
        assert FactorReset.objects.get().approved_by == region

    def test_but_not_with_an_own_second_mailbox(self, sign_in, owner, region):
        team = region.memberships.get().team
        puppet = MembershipFactory(team=team, role=Role.REGION_ADMINISTRATOR, granted_by=region).user
        assert refusal(sign_in, puppet, ask(sign_in, region, owner)) == "made_by_requester"

    def test_two_whom_somebody_else_made_are_two(self, sign_in, owner, team, region):
        first, second = made_by(region, team), made_by(region, team)
        approve(sign_in, second, ask(sign_in, first, owner))


class TestWhatThePagesSay:
    def test_why_and_who_may(self, sign_in, owner, team, first, region):
        reset, puppet = ask(sign_in, first, owner), made_by(first, team)
        page = sign_in(Client(), puppet).get(reverse("accounts:reset_approve", args=[reset.public_id]))
        said = page.content.decode()
        assert "door de ander" in said
        assert "beheerder van de regio" in said
        assert ">Keur goed<" not in said

    def test_only_who_may_is_asked(self, sign_in, owner, team, first, region):
        puppet = made_by(first, team)
        reset = ask(sign_in, first, owner)
        assert resetting.possible_approvers(reset) == [region]
        assert not OutgoingMessage.objects.filter(user=puppet).exists()

    @pytest.mark.parametrize(
        ("second", "says"), [("own", "tweede beheerder"), ("region", "beheerder van de regio"), ("", "niemand")]
    )
    def test_who_is_the_second(self, sign_in, owner, team, first, second, says):
        if second == "own":
            member(ADMIN, team=team)
        elif second == "region":
            member(Role.REGION_ADMINISTRATOR, kind=OrganisationKind.REGION)
        data = {"email": owner.email, "identity_check": "known"}
        page = sign_in(Client(), first).post(reverse("accounts:reset_request"), data, follow=True)
        assert any(says in str(message) for message in page.context["messages"])


class TestRefusalsAreWrittenDown:
    def refused(self, client, email) -> Entry:
        rows = Entry.objects.count()
        response = client.post(reverse("accounts:reset_request"), {"email": email, "identity_check": "known"})
        assert response.status_code == 422
        assert Entry.objects.count() == rows + 1
        row = Entry.objects.latest("pk")
        assert (row.event, row.outcome) == (Event.RESET_REQUESTED, Outcome.DENIED)
        return row

    def test_each_with_its_code(self, sign_in, owner, team, first):
        client = sign_in(Client(), first)
        bare, gone = MembershipFactory(team=team).user, MembershipFactory(team=team, user__is_active=False).user
        assert self.refused(client, bare.email).reason == "no_factor"
        assert self.refused(client, gone.email).reason == "user_inactive"
        assert self.refused(client, first.email).reason == "own_reset"
        ask(sign_in, first, owner)
        row = self.refused(client, owner.email)
        assert (row.reason, row.object_id) == ("open_already", str(owner.public_id))

    def test_an_address_of_elsewhere_as_one_of_nobody(self, sign_in, first):
        client, elsewhere = sign_in(Client(), first), TotpDeviceFactory(user=MembershipFactory().user).user
        client.get(reverse("accounts:resets"))
        rows = [self.refused(client, email) for email in (elsewhere.email, "niemand@example.org")]
        assert [(row.reason, row.object_id) for row in rows] == [("not_found", "")] * 2
