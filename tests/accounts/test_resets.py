"""Resets: nobody alone, nothing at once, always to be stopped."""

import threading
import uuid
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_otp import devices_for_user

from portal.accounts import resetting, services
from portal.accounts.enums import IdentityCheck, MessageKind, OrganisationKind, Role
from portal.accounts.messages import deliver_due
from portal.accounts.models import (
    EnrolmentTicket,
    FactorReset,
    Membership,
    OutgoingMessage,
    RecoveryCode,
    RecoveryDevice,
    TotpDevice,
    User,
)
from portal.accounts.policy import Denied
from portal.audit.enums import Event, Outcome
from portal.audit.models import Entry
from tests.factories import PASSWORD, MembershipFactory, TeamFactory, TotpDeviceFactory, UserFactory, member

from .test_enrolment import actor_of, ticket_code

pytestmark = pytest.mark.django_db

ADMIN = Role.ORGANISATION_ADMINISTRATOR


@pytest.fixture
def owner():
    user = MembershipFactory(role=Role.SENDER).user
    TotpDeviceFactory(user=user)
    RecoveryCode.objects.create(device=RecoveryDevice.objects.create(user=user, name="codes"), code_hash="x")
    return user


@pytest.fixture
def team(owner):
    return owner.memberships.get().team


@pytest.fixture
def first(team):
    return member(ADMIN, team=TeamFactory(organisation=team.organisation))


@pytest.fixture
def second(team):
    return member(ADMIN, team=team)


@pytest.fixture
def region():
    return member(Role.REGION_ADMINISTRATOR, kind=OrganisationKind.REGION)


def ask(sign_in, user, owner):
    return services.request_reset(actor=actor_of(user, sign_in), user=owner, identity_check=IdentityCheck.IN_PERSON)


def let_time_pass(**time):
    by = timedelta(**time)
    for reset in FactorReset.objects.all():
        moved = {name: getattr(reset, name) for name in ("requested_at", "approved_at", "not_before", "expires_at")}
        FactorReset.objects.filter(pk=reset.pk).update(**{name: at - by for name, at in moved.items() if at})


@pytest.fixture
def asked(sign_in, first, owner):
    return ask(sign_in, first, owner)


@pytest.fixture
def approved(sign_in, second, asked):
    services.approve_reset(actor=actor_of(second, sign_in), reset=asked)
    return asked


def link_in_last_mail(mailoutbox):
    deliver_due()
    body = mailoutbox[-1].body
    return next(word for word in body.split() if "/accounts/reset" in word).split("testserver")[-1].split("8000")[-1]


@pytest.fixture
def ready(approved, mailoutbox):
    """The owner's link."""
    deliver_due()
    let_time_pass(hours=24, seconds=1)
    assert services.announce_ready() == 1
    return link_in_last_mail(mailoutbox)


def code_of(call) -> str:
    with pytest.raises(Denied) as denied:
        call()
    return denied.value.decision.code


class TestTheWay:
    def test_two_people_a_day_a_mail_and_the_password(self, sign_in, first, second, owner, mailoutbox):
        asking, approving, elsewhere = sign_in(Client(), first), sign_in(Client(), second), sign_in(Client(), owner)
        response = asking.post(
            reverse("accounts:reset_request"), {"email": owner.email.upper(), "identity_check": "in_person"}
        )
        assert response["Location"] == reverse("accounts:resets")
        reset = FactorReset.objects.get()
        page = approving.get(reverse("accounts:reset_approve", args=[reset.public_id]))
        assert owner.name in page.content.decode()
        approving.post(reverse("accounts:reset_approve", args=[reset.public_id]))
        deliver_due()
        assert services.announce_ready() == 0
        let_time_pass(hours=24, seconds=1)
        assert (services.announce_ready(), services.announce_ready()) == (1, 0)
        link = link_in_last_mail(mailoutbox)

        client = Client()
        response = client.get(link)
        assert response["Location"].startswith(reverse("accounts:sign_in"))
        response = client.post(reverse("accounts:sign_in"), {"email": owner.email, "password": PASSWORD, "next": link})
        assert response["Location"] == link
        assert client.get(link).status_code == 200
        assert TotpDevice.objects.filter(user=owner).exists(), "looking changes nothing"
        key = client.session.session_key
        response = client.post(link)
        assert response["Location"].startswith("/accounts/enrol/")
        assert client.session.session_key != key
        assert not list(devices_for_user(owner, confirmed=None))
        assert not RecoveryCode.objects.exists()
        assert elsewhere.get(reverse("accounts:home"))["Location"].startswith(reverse("accounts:sign_in"))
        response = client.post(response["Location"], {"code": ticket_code(owner)})
        assert client.get(reverse("accounts:home")).status_code == 200
        events = [Event.RESET_REQUESTED, Event.RESET_APPROVED, Event.RESET_COMPLETED]
        rows = Entry.objects.filter(event__in=events, outcome=Outcome.SUCCESS)
        assert [row.event for row in rows] == events
        assert {row.object_id for row in rows} == {str(owner.public_id)}

    def test_the_owner_is_told_each_time(self, ready, owner):
        kinds = OutgoingMessage.objects.filter(user=owner).values_list("kind", flat=True)
        assert list(kinds) == [MessageKind.RESET_REQUESTED, MessageKind.RESET_APPROVED, MessageKind.RESET_READY]

    def test_a_second_administrator_is_told(self, second, region, asked):
        told = OutgoingMessage.objects.filter(kind=MessageKind.RESET_TO_APPROVE)
        assert [message.user for message in told] == [second]

    def test_the_regions_if_there_is_no_second(self, region, asked):
        assert resetting.possible_approvers(asked) == [region]


class TestWhoMayAsk:
    @pytest.mark.parametrize("role", sorted(set(Role) - {ADMIN, Role.REGION_ADMINISTRATOR}))
    def test_no_other_role(self, sign_in, owner, team, role):
        asker = actor_of(member(role, team=team), sign_in)
        check = IdentityCheck.VIDEO
        call = partial(services.request_reset, actor=asker, user=owner, identity_check=check)
        assert code_of(call) == "not_an_administrator"

    def test_nobody_for_themselves_nor_from_another_organisation(self, sign_in, owner, first):
        assert code_of(lambda: ask(sign_in, first, first)) == "own_reset"
        assert code_of(lambda: ask(sign_in, member(ADMIN), owner)) == "other_organisation"
        Membership.objects.filter(user=owner).update(active_until=timezone.now())
        assert code_of(lambda: ask(sign_in, first, owner)) == "other_organisation"

    def test_not_for_who_left_has_no_factor_or_is_a_person(self, sign_in, team, first, region):
        bare = MembershipFactory(team=team).user
        assert code_of(lambda: ask(sign_in, first, bare)) == "no_factor"
        gone = MembershipFactory(team=team, user__is_active=False).user
        assert code_of(lambda: ask(sign_in, first, gone)) == "user_inactive"
        person = User.objects.create(name="P", person_id=uuid.uuid4())
        assert code_of(lambda: ask(sign_in, region, person)) == "is_a_person"

    def test_with_a_fresh_second_factor(self, sign_in, owner, first):
        client = sign_in(Client(), first, factor_age=timedelta(minutes=16))
        for response in (
            client.get(reverse("accounts:reset_request")),
            client.post(reverse("accounts:reset_request"), {"email": owner.email, "identity_check": "known"}),
        ):
            assert response["Location"].startswith(reverse("accounts:second_factor"))
        assert not FactorReset.objects.exists()

    def test_one_at_a_time(self, sign_in, asked, second, owner):
        client = sign_in(Client(), second)
        data = {"email": owner.email, "identity_check": "known"}
        assert client.post(reverse("accounts:reset_request"), data).status_code == 422
        let_time_pass(hours=73)
        assert client.post(reverse("accounts:reset_request"), data).status_code == 302
        assert FactorReset.objects.get(pk=asked.pk).cancel_reason == "expired"

    def test_a_stranger_and_an_unknown_address_are_one_answer(self, sign_in, first):
        elsewhere = MembershipFactory().user
        TotpDeviceFactory(user=elsewhere)
        client, pages = sign_in(Client(), first), set()
        for email in (elsewhere.email, "niemand@example.org"):
            response = client.post(reverse("accounts:reset_request"), {"email": email, "identity_check": "known"})
            pages.add((response.status_code, str(response.context["form"].errors)))
        assert len(pages) == 1
        assert (
            client.get(reverse("accounts:reset_request"), {"user": elsewhere.public_id}).context["form"].initial == {}
        )
        assert client.get(reverse("accounts:reset_request"), {"user": "x"}).status_code == 200

    def test_a_check_that_is_none(self, sign_in, owner, first):
        client = sign_in(Client(), first)
        for check in ("", "telephone"):
            data = {"email": owner.email, "identity_check": check}
            assert client.post(reverse("accounts:reset_request"), data).status_code == 422


class TestWhoMayApprove:
    def approve(self, sign_in, user, reset):
        return lambda: services.approve_reset(actor=actor_of(user, sign_in), reset=reset)

    def test_neither_owner_nor_asker(self, sign_in, team, first, asked, owner):
        MembershipFactory(user=owner, team=team, role=ADMIN)
        assert code_of(self.approve(sign_in, owner, asked)) == "own_reset"
        assert code_of(self.approve(sign_in, first, asked)) == "same_person"

    def test_not_another_organisations(self, sign_in, asked, owner):
        assert code_of(self.approve(sign_in, member(ADMIN), asked)) == "other_organisation"
        also = MembershipFactory(user=owner).team
        assert code_of(self.approve(sign_in, member(ADMIN, team=also), asked)) == "other_organisation"

    def test_the_region_is_a_second_and_its_own_first_has_any(self, sign_in, region, owner, second, asked):
        self.approve(sign_in, region, asked)()
        services.cancel_reset(actor=actor_of(second, sign_in), reset=asked)
        by_region = ask(sign_in, region, owner)
        assert code_of(self.approve(sign_in, region, by_region)) == "same_person"
        self.approve(sign_in, second, by_region)()

    def test_not_when_the_first_has_left(self, sign_in, first, second, asked):
        Membership.objects.filter(user=first).update(active_until=timezone.now())
        assert code_of(self.approve(sign_in, second, asked)) == "requester_left"

    def test_not_when_the_second_has_left(self, sign_in, second, asked):
        Membership.objects.filter(user=second).update(active_until=timezone.now())
        assert code_of(self.approve(sign_in, second, asked)) == "not_an_administrator"

    def test_not_twice_not_stopped_not_too_late(self, sign_in, second, region, approved):
        assert code_of(self.approve(sign_in, region, approved)) == "not_open"
        FactorReset.objects.update(approved_by=None, approved_at=None, not_before=None)
        approved.refresh_from_db()
        let_time_pass(hours=100)
        assert code_of(self.approve(sign_in, region, approved)) == "not_open"
        services.expire_resets()
        assert code_of(self.approve(sign_in, region, approved)) == "not_open"

    def test_with_a_fresh_second_factor(self, sign_in, second, asked):
        client = sign_in(Client(), second, factor_age=timedelta(minutes=16))
        response = client.post(reverse("accounts:reset_approve", args=[asked.public_id]))
        assert response["Location"].startswith(reverse("accounts:second_factor"))
        assert FactorReset.objects.get().approved_by is None

    @pytest.mark.parametrize("role", sorted(set(Role) - {ADMIN, Role.REGION_ADMINISTRATOR, Role.PERSON}))
    def test_for_others_it_does_not_exist(self, sign_in, team, asked, role):
        client = sign_in(Client(), member(role, team=team))
        url = reverse("accounts:reset_approve", args=[asked.public_id])
        assert [client.get(url).status_code, client.post(url).status_code] == [404, 404]
        assert client.post(reverse("accounts:reset_cancel", args=[asked.public_id])).status_code == 404
        assert client.get(reverse("accounts:resets")).status_code == 404

    def test_another_organisations_list_is_empty(self, sign_in, asked):
        client = sign_in(Client(), member(ADMIN))
        assert client.get(reverse("accounts:resets")).context["rows"] == []
        for name in ("reset_approve", "reset_cancel"):
            for public_id in (asked.public_id, uuid.uuid4()):
                assert client.post(reverse(f"accounts:{name}", args=[public_id])).status_code == 404
        assert not FactorReset.objects.get().cancelled_at


class TestStopping:
    def test_by_the_link_in_each_mail_without_signing_in(self, approved, mailoutbox):
        deliver_due()
        mine = [mail.body for mail in mailoutbox if "/resets/stop/" in mail.body]
        links = {next(word for word in body.split() if "/resets/stop/" in word) for body in mine}
        assert (len(mine), len(links)) == (2, 1)
        path = reverse("accounts:reset_stop", args=[links.pop().rstrip("/").rpartition("/")[2]])
        client = Client()
        page = client.get(path)
        assert (page.status_code, "no-store" in page["Cache-Control"]) == (200, True)
        assert client.head(path).status_code == 200
        assert FactorReset.objects.get().cancelled_at is None, "a mail program that looks stops nothing"
        assert client.post(path).status_code == 200
        assert client.post(path).status_code == 404
        reset = FactorReset.objects.get()
        assert (reset.cancel_reason, reset.cancelled_by) == ("link", None)
        row = Entry.objects.get(event=Event.RESET_CANCELLED)
        assert (row.actor_kind, row.reason) == ("anonymous", "link")

    def test_a_guessed_link(self, asked):
        for token in ("x", "0" * 64, str(asked.public_id)):
            path = reverse("accounts:reset_stop", args=[token])
            assert [Client().get(path).status_code, Client().post(path).status_code] == [404, 404]
        assert not FactorReset.objects.get().cancelled_at

    def test_by_the_owner_signed_in(self, sign_in, owner, asked):
        client = sign_in(Client(), owner)
        url = reverse("accounts:reset_cancel", args=[asked.public_id])
        assert url in client.get(reverse("accounts:home")).content.decode()
        assert client.post(url).status_code == 302
        assert FactorReset.objects.get().cancel_reason == "owner"

    def test_not_with_the_owners_password_alone(self, sign_in, owner, asked):
        client = sign_in(Client(), owner, second_factor=False)
        client.post(reverse("accounts:reset_cancel", args=[asked.public_id]))
        assert not FactorReset.objects.get().cancelled_at

    def test_by_an_administrator(self, sign_in, second, approved):
        sign_in(Client(), second).post(reverse("accounts:reset_cancel", args=[approved.public_id]))
        assert FactorReset.objects.get().cancel_reason == "own_organisation"

    def test_what_is_stopped_is_not_approved_not_ready_and_not_used(self, sign_in, second, region, owner, ready):
        reset = FactorReset.objects.get()
        services.cancel_reset(actor=actor_of(second, sign_in), reset=reset)
        assert code_of(lambda: services.approve_reset(actor=actor_of(region, sign_in), reset=reset)) == "not_open"
        client = sign_in(Client(), owner, second_factor=False)
        assert [client.get(ready).status_code, client.post(ready).status_code] == [404, 404]
        assert code_of(lambda: services.cancel_reset(actor=actor_of(region, sign_in), reset=reset)) == "not_open"
        assert TotpDevice.objects.filter(user=owner).exists()


class TestTheLink:
    def refused(self, client, link):
        return [client.get(link).status_code, client.post(link).status_code] == [404, 404]

    def test_is_the_owners_alone(self, sign_in, ready, first, second, owner):
        for user in (first, second, UserFactory()):
            assert self.refused(sign_in(Client(), user), ready)
        assert Client().post(ready)["Location"].startswith(reverse("accounts:sign_in"))
        assert TotpDevice.objects.filter(user=owner).exists()

    def test_works_once_and_for_three_days(self, sign_in, ready, owner):
        client = sign_in(Client(), owner, second_factor=False)
        let_time_pass(hours=71)
        assert client.get(ready).status_code == 200
        let_time_pass(hours=1)
        assert self.refused(client, ready)
        FactorReset.objects.update(expires_at=timezone.now() + timedelta(hours=1))
        assert client.post(ready).status_code == 302
        assert self.refused(client, ready)
        assert EnrolmentTicket.objects.filter(user=owner).count() == 1

    def test_not_before_the_day_is_over(self, sign_in, approved, owner):
        let_time_pass(hours=23)
        assert services.announce_ready() == 0
        FactorReset.objects.update(link_hash="0" * 64)
        assert resetting.by_link_token("x", user=owner) is None
        client = sign_in(Client(), owner, second_factor=False)
        assert self.refused(client, reverse("accounts:reset", args=["x"]))

    def test_not_when_one_of_the_two_has_left(self, sign_in, ready, first, owner):
        Membership.objects.filter(user=first).update(active_until=timezone.now())
        client = sign_in(Client(), owner, second_factor=False)
        assert client.post(ready).status_code == 404
        assert Entry.objects.get(event=Event.RESET_COMPLETED).reason == "administrator_left"
        assert TotpDevice.objects.filter(user=owner).exists()

    def test_the_token_is_not_kept(self, ready):
        token = ready.rstrip("/").rpartition("/")[2]
        assert token not in str(FactorReset.objects.values())
        assert token not in str(OutgoingMessage.objects.values())


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
class TestRaces:
    ROUNDS = 3

    @pytest.fixture(autouse=True)
    def threads(self):
        if connection.vendor != "postgresql":
            pytest.skip("threads that write at once need PostgreSQL")

    def at_once(self, *calls):
        outcomes, start = [], threading.Barrier(len(calls))

        def run(call):
            try:
                start.wait()
                call()
                outcomes.append(True)
            except Denied:
                outcomes.append(False)
            finally:
                connection.close()

        running = [threading.Thread(target=run, args=(call,)) for call in calls]
        for thread in running:
            thread.start()
        for thread in running:
            thread.join()
        return outcomes

    def test_two_approve_one_counts(self, sign_in, first, second, region, owner):
        actors = [actor_of(user, sign_in) for user in (second, region)]
        for _ in range(self.ROUNDS):
            reset = ask(sign_in, first, owner)
            calls = [partial(services.approve_reset, actor=actor, reset=reset) for actor in actors]
            assert sorted(self.at_once(*calls)) == [False, True]
            services.cancel_reset(actor=actors[0], reset=reset)

    def test_approving_and_stopping(self, sign_in, first, second, region, owner):
        approving, stopping = actor_of(second, sign_in), actor_of(region, sign_in)
        for _ in range(self.ROUNDS):
            reset = ask(sign_in, first, owner)
            self.at_once(
                partial(services.approve_reset, actor=approving, reset=reset),
                partial(services.cancel_reset, actor=stopping, reset=reset),
            )
            reset.refresh_from_db()
            assert reset.cancelled_at is not None, "stopping always counts"
            assert code_of(partial(services.cancel_reset, actor=stopping, reset=reset)) == "not_open"

    def test_used_twice_is_once(self, sign_in, ready, owner):
        clients = [sign_in(Client(), owner, second_factor=False) for _ in range(2)]
        self.at_once(*[partial(client.post, ready) for client in clients])
        assert EnrolmentTicket.objects.filter(user=owner).count() == 1
        assert Entry.objects.filter(event=Event.RESET_COMPLETED, outcome=Outcome.SUCCESS).count() == 1
