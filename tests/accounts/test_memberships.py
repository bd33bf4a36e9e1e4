"""Roles: who gives them, what their end does, for which organisation one works."""

import threading
import uuid
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.accounts import sessions
from portal.accounts.actor import Actor
from portal.accounts.enums import OrganisationKind, Role
from portal.accounts.models import Invitation, Membership
from portal.accounts.policy import Denied, may_grant_membership
from portal.accounts.services import end_membership, grant_membership
from portal.accounts.tasks import sync_lapsed_groups
from portal.audit.enums import Event
from portal.audit.models import Entry
from tests.factories import MembershipFactory, OrganisationFactory, TeamFactory, UserFactory, member

pytestmark = pytest.mark.django_db


def acting(role: Role, organisation, user=None) -> Actor:
    return Actor(
        user_pk=user.pk if user else 0,
        organisation_pk=organisation.pk,
        roles_by_team={0: frozenset({role})},
        signed_in=True,
    )


class TestGranting:
    def test_gives_the_role_and_writes_it_down(self):
        user, team = UserFactory(), TeamFactory()
        membership = grant_membership(granted_by=None, user=user, team=team, role=Role.SENDER, reason="new colleague")
        assert membership.history.count() == 1
        row = Entry.objects.get(event=Event.MEMBERSHIP_GRANTED)
        assert (row.object_id, row.details["role"]) == (str(user.public_id), "sender")

    def test_twice_is_once(self):
        user, team = UserFactory(), TeamFactory()
        for _ in range(2):
            grant_membership(granted_by=None, user=user, team=team, role=Role.SENDER, reason="")
        assert Membership.objects.count() == 1
        assert Entry.objects.count() == 1

    def test_a_refusal_changes_nothing(self):
        user, team = UserFactory(), TeamFactory()
        with pytest.raises(Denied):
            grant_membership(
                granted_by=acting(Role.SENDER, team.organisation), user=user, team=team, role=Role.SENDER, reason=""
            )
        assert not Membership.objects.exists()


@pytest.mark.parametrize(
    ("by", "place", "role", "code"),
    [
        (Role.ORGANISATION_ADMINISTRATOR, "own", Role.SENDER, "own_organisation"),
        (Role.ORGANISATION_ADMINISTRATOR, "own", Role.ORGANISATION_ADMINISTRATOR, "own_organisation"),
        (Role.ORGANISATION_ADMINISTRATOR, "other", Role.SENDER, "other_organisation"),
        (Role.ORGANISATION_ADMINISTRATOR, "own", Role.PRIVACY_OFFICER, "role_belongs_to_the_region"),
        (Role.ORGANISATION_ADMINISTRATOR, "region", Role.PRIVACY_OFFICER, "not_an_administrator"),
        (Role.REGION_ADMINISTRATOR, "other", Role.RECEIVER, "region_administrator"),
        (Role.REGION_ADMINISTRATOR, "region", Role.EDITOR, "region_administrator"),
        (Role.REGION_ADMINISTRATOR, "other", Role.EDITOR, "region_administrator"),
        (Role.REGION_ADMINISTRATOR, "other", Role.PUBLISHER, "region_administrator"),
        (Role.REGION_ADMINISTRATOR, "other", Role.TRANSLATOR, "role_belongs_to_the_region"),
        (Role.ORGANISATION_ADMINISTRATOR, "own", Role.PUBLISHER, "not_an_administrator"),
        (Role.PRIVACY_OFFICER, "region", Role.EDITOR, "not_an_administrator"),
        (Role.RECEIVER, "own", Role.RECEIVER, "not_an_administrator"),
        (None, "own", Role.RECEIVER, "command_line"),
        (None, "own", Role.REGION_ADMINISTRATOR, "role_belongs_to_the_region"),
    ],
)
def test_who_may_give_what(by, place, role, code):
    own, region = OrganisationFactory(), OrganisationFactory(kind=OrganisationKind.REGION)
    organisation = {"own": own, "other": OrganisationFactory(), "region": region}[place]
    actor = acting(by, own) if by else None
    decision = may_grant_membership(actor, user=UserFactory(), team=TeamFactory(organisation=organisation), role=role)
    assert decision.code == code


def test_nobody_gives_themselves_a_role():
    user, team = UserFactory(), TeamFactory()
    actor = acting(Role.REGION_ADMINISTRATOR, team.organisation, user=user)
    assert may_grant_membership(actor, user=user, team=team, role=Role.SENDER).code == "own_membership"


class TestEnding:
    def test_the_last_role_takes_every_session_along(self, sign_in):
        membership = MembershipFactory()
        here, elsewhere = (sign_in(Client(), membership.user) for _ in range(2))
        end_membership(ended_by=None, membership=membership, reason="left")
        for client in (here, elsewhere):
            assert client.get(reverse("accounts:home"))["Location"].startswith(reverse("accounts:sign_in"))
        assert membership.history.first().history_change_reason == "left"
        assert Entry.objects.get(event=Event.MEMBERSHIP_ENDED).object_id == str(membership.user.public_id)

    def test_another_role_stays_and_asks_a_new_session(self, client, sign_in):
        membership = MembershipFactory()
        MembershipFactory(user=membership.user)
        sign_in(client, membership.user)
        end_membership(ended_by=None, membership=membership, reason="")
        assert client.get(reverse("accounts:home")).status_code == 302
        membership.user.refresh_from_db()
        sign_in(client, membership.user)
        assert client.get(reverse("accounts:home")).status_code == 200

    def test_once(self):
        membership = MembershipFactory()
        end_membership(ended_by=None, membership=membership, reason="")
        with pytest.raises(Denied) as denied:
            end_membership(ended_by=None, membership=membership, reason="")
        assert denied.value.decision.code == "ended_already"

    def test_a_role_that_was_to_begin_later_never_begins(self):
        membership = MembershipFactory(active_from=timezone.now() + timedelta(days=3))
        end_membership(ended_by=None, membership=membership, reason="")
        membership.refresh_from_db()
        assert membership.active_until == membership.active_from


class TestInvitationsEndWithTheRole:
    @pytest.fixture
    def membership(self):
        return MembershipFactory(role=Role.ORGANISATION_ADMINISTRATOR)

    def invite(self, membership, *, email="nieuw@example.org", team=None, invited_by=None):
        return Invitation.objects.create(
            team=team or TeamFactory(organisation=membership.team.organisation),
            role=Role.RECEIVER,
            email=email,
            name="X",
            token_hash=uuid.uuid4().hex,
            invited_by=invited_by,
            expires_at=timezone.now() + timedelta(days=2),
        )

    def is_open(self, invitation):
        invitation.refresh_from_db()
        return invitation.revoked_at is None

    def test_those_for_whoever_leaves(self, membership):
        mine = self.invite(membership, email=membership.user.email)
        elsewhere = self.invite(membership, email=membership.user.email, team=TeamFactory())
        end_membership(ended_by=None, membership=membership, reason="weg")
        assert not self.is_open(mine)
        assert self.is_open(elsewhere), "another organisation decides for itself"
        row = Entry.objects.get(event=Event.INVITATION_REVOKED)
        assert (row.object_id, row.reason) == (str(mine.public_id), "role_ended")
        assert mine.history.first().revoked_at is not None

    def test_those_that_an_administrator_sent(self, membership):
        sent = self.invite(membership, invited_by=membership.user)
        by_a_colleague = self.invite(
            membership,
            email="ook@example.org",
            invited_by=member(Role.ORGANISATION_ADMINISTRATOR, team=membership.team),
        )
        end_membership(ended_by=None, membership=membership, reason="weg")
        assert not self.is_open(sent)
        assert self.is_open(by_a_colleague)
        MembershipFactory(user=membership.user, team=membership.team, role=Role.ORGANISATION_ADMINISTRATOR)
        assert not self.is_open(sent), "a later role does not wake it"

    def test_not_those_of_an_administrator_who_loses_another_role(self, membership):
        other = MembershipFactory(user=membership.user, team=membership.team, role=Role.SENDER)
        sent = self.invite(membership, invited_by=membership.user)
        end_membership(ended_by=None, membership=other, reason="")
        assert self.is_open(sent)


class TestTheSameRoleTwiceAtOnce:
    def test_is_given_once(self, monkeypatch):
        """The other grant is committed between the look and the insert."""
        user, team = UserFactory(), TeamFactory()
        MembershipFactory(user=user, team=team, role=Role.SENDER)
        monkeypatch.setattr(Membership.objects, "active", Membership.objects.none)
        membership = grant_membership(granted_by=None, user=user, team=team, role=Role.SENDER, reason="")
        assert membership.user == user
        assert Membership.objects.count() == 1
        assert not Entry.objects.exists()

    def test_nor_one_that_begins_later(self):
        held = MembershipFactory(active_from=timezone.now() + timedelta(days=3))
        given = grant_membership(granted_by=None, user=held.user, team=held.team, role=held.role, reason="")
        assert given == held

    @pytest.mark.postgresql
    @pytest.mark.django_db(transaction=True)
    def test_race(self, sign_in):
        if connection.vendor != "postgresql":
            pytest.skip("threads that write at once need PostgreSQL")
        team = TeamFactory()
        administrators = [member(Role.ORGANISATION_ADMINISTRATOR, team=team) for _ in range(2)]
        clients = [sign_in(Client(), user) for user in administrators]
        for client in clients:
            client.get(reverse("accounts:people"))
        for at in range(3):
            colleague = MembershipFactory(team=team).user
            role = {"team": str(team.public_id), "role": "sender", "reason": "x"}
            invited = {**role, "email": f"nieuw-{at}@example.org", "name": "X", "language": "nl"}
            grant = reverse("accounts:member", args=[colleague.public_id])
            given = at_once(*[partial(client.post, grant, role) for client in clients])
            assert [response.status_code for response in given] == [302, 302]
            assert Membership.objects.filter(user=colleague, role=Role.SENDER).count() == 1
            sent = at_once(*[partial(client.post, reverse("accounts:invite"), invited) for client in clients])
            assert sorted(response.status_code for response in sent) == [302, 422]
            assert Invitation.objects.filter(email=invited["email"]).count() == 1


def at_once(*calls):
    answers, start = [], threading.Barrier(len(calls))

    def run(call):
        try:
            start.wait()
            answers.append(call())
        finally:
            connection.close()

    running = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    return answers


class TestWagtailGroups:
    def test_follow_the_roles(self):
        region = TeamFactory(organisation__kind=OrganisationKind.REGION)
        user = UserFactory()
        membership = grant_membership(granted_by=None, user=user, team=region, role=Role.EDITOR, reason="")
        grant_membership(granted_by=None, user=user, team=region, role=Role.PRIVACY_OFFICER, reason="")
        assert list(user.groups.values_list("name", flat=True)) == ["editor"]
        end_membership(ended_by=None, membership=membership, reason="")
        assert not user.groups.exists()

    def test_lapse_with_them(self):
        region = TeamFactory(organisation__kind=OrganisationKind.REGION)
        user = UserFactory()
        membership = grant_membership(granted_by=None, user=user, team=region, role=Role.EDITOR, reason="")
        assert sync_lapsed_groups() == 0
        Membership.objects.filter(pk=membership.pk).update(active_until=timezone.now())
        assert sync_lapsed_groups() == 1
        assert not user.groups.exists()


class TestActing:
    @pytest.fixture
    def user(self):
        user = UserFactory()
        for name, role in (("A", Role.SENDER), ("B", Role.PRIVACY_OFFICER)):
            MembershipFactory(user=user, team__organisation__name=name, role=role)
        return user

    def test_switching(self, client, sign_in, user):
        sign_in(client, user)
        second = Membership.objects.get(team__organisation__name="B").team.organisation
        assert client.get(reverse("accounts:home")).context["actor"].organisation_name == "A"
        key = client.session.session_key
        response = client.post(reverse("accounts:acting"), {"organisation": str(second.public_id)})
        assert response.status_code == 302
        assert client.session.session_key != key
        actor = client.get(reverse("accounts:home")).context["actor"]
        assert (actor.organisation_name, actor.roles) == ("B", {Role.PRIVACY_OFFICER})
        row = Entry.objects.get(event=Event.ACTING_SWITCHED)
        assert (row.organisation_id, row.actor_role) == (str(second.public_id), "privacy_officer")

    def test_not_to_where_one_has_no_role(self, client, sign_in, user):
        sign_in(client, user)
        ended = MembershipFactory(user=user, active_until=timezone.now()).team.organisation.public_id
        for organisation in (OrganisationFactory().public_id, ended, uuid.uuid4()):
            assert client.post(reverse("accounts:acting"), {"organisation": str(organisation)}).status_code == 404
        assert sessions.ACTING_FOR not in client.session
        assert Entry.objects.filter(event=Event.ACTING_SWITCHED, outcome="denied").count() == 3

    def test_a_choice_that_makes_no_sense(self, client, sign_in, user):
        sign_in(client, user)
        assert client.post(reverse("accounts:acting"), {"organisation": "1"}).status_code == 422

    def test_when_the_chosen_one_ends_the_other_is_left(self, client, sign_in, user):
        team = Membership.objects.get(team__organisation__name="B").team
        sign_in(client, user, team=team)
        Membership.objects.filter(team=team).update(active_until=timezone.now())
        assert client.get(reverse("accounts:home")).context["actor"].organisation_name == "A"


def test_the_own_account_shows_roles_and_factor(client, sign_in):
    user = member(Role.SENDER, name="Fatma de Vries")
    sign_in(client, user)
    page = client.get(reverse("accounts:home")).content.decode()
    assert "Fatma de Vries" in page
    assert str(Role.SENDER.label) in page


class TestLanguages:
    @pytest.fixture
    def region(self):
        return TeamFactory(organisation__kind=OrganisationKind.REGION)

    def grant(self, user, team, *languages, role=Role.TRANSLATOR):
        return grant_membership(granted_by=None, user=user, team=team, role=role, reason="", languages=languages)

    def test_a_group_for_each(self, region):
        user = UserFactory()
        membership = self.grant(user, region, "ti", "ar")
        assert membership.languages == ["ar", "ti"]
        assert set(user.groups.values_list("name", flat=True)) == {"translator", "translator-ar", "translator-ti"}
        assert Entry.objects.get(event=Event.MEMBERSHIP_GRANTED).details["languages"] == "ar-ti"

    def test_others_instead_of_the_former(self, region):
        user = UserFactory()
        self.grant(user, region, "ar")
        self.grant(user, region, "fa")
        assert Membership.objects.get().languages == ["fa"]
        assert set(user.groups.values_list("name", flat=True)) == {"translator", "translator-fa"}

    def test_none_named_is_none(self, region):
        user = UserFactory()
        self.grant(user, region)
        assert list(user.groups.values_list("name", flat=True)) == ["translator"]

    def test_an_unknown_one_is_refused(self, region):
        with pytest.raises(ValueError, match="unknown"):
            self.grant(UserFactory(), region, "xx")
        assert not Membership.objects.exists()

    def test_they_mean_nothing_for_other_roles(self, region):
        assert self.grant(UserFactory(), region, "ar", role=Role.EDITOR).languages == []

    def test_end_with_the_role(self, region):
        user = UserFactory()
        end_membership(ended_by=None, membership=self.grant(user, region, "ar"), reason="")
        assert not user.groups.exists()
