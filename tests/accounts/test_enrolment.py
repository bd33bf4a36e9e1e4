"""A first factor: never from a password alone."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.accounts import factors
from portal.accounts.enums import OrganisationKind, Role
from portal.accounts.models import EnrolmentTicket, TotpDevice
from portal.accounts.policy import Denied
from portal.accounts.services import issue_enrolment
from portal.accounts.sessions import active_memberships
from portal.audit.enums import Event
from portal.audit.models import Entry
from tests.factories import MembershipFactory, TeamFactory, TotpDeviceFactory, UserFactory, code_of, member

pytestmark = pytest.mark.django_db


def actor_of(user, sign_in):
    """The actor that a request of this user would have."""
    from django.test import RequestFactory

    from portal.accounts.sessions import resolve_actor

    client = sign_in(Client(), user)
    request = RequestFactory().get("/")
    user.otp_device = TotpDevice.objects.get(user=user)
    request.session, request.user = client.session, user
    return resolve_actor(request)


@pytest.fixture
def newcomer():
    return MembershipFactory(role=Role.SENDER).user


@pytest.fixture
def token(newcomer):
    return issue_enrolment(granted_by=None, user=newcomer)


def link(token):
    return reverse("accounts:enrol", args=[token])


def ticket_code(user) -> str:
    return code_of(factors.open_key(EnrolmentTicket.objects.get(user=user).sealed_key, user=user))


class TestTheWay:
    def test_link_password_picture_code(self, client, newcomer, token):
        from tests.factories import PASSWORD

        response = client.get(link(token))
        assert response["Location"].startswith(reverse("accounts:sign_in"))
        response = client.post(
            response["Location"].split("?")[0],
            {
                "email": newcomer.email,
                "password": PASSWORD,
                "next": link(token),
            },
        )
        assert response["Location"] == link(token)
        response = client.get(link(token))
        assert response.status_code == 200
        assert response.context["qr"].startswith("data:image/svg+xml")
        key_before = client.session.session_key
        response = client.post(link(token), {"code": ticket_code(newcomer)})
        assert response.status_code == 302
        assert client.session.session_key != key_before
        assert client.get(reverse("accounts:home")).status_code == 200
        assert Entry.objects.filter(event=Event.SECOND_FACTOR_ENROLLED, actor_id=str(newcomer.public_id)).count() == 1
        ticket = EnrolmentTicket.objects.get()
        assert ticket.used_at is not None
        assert ticket.sealed_key == ""

    def test_looking_writes_nothing(self, client, sign_in, newcomer, token):
        sign_in(client, newcomer, second_factor=False)
        first = client.get(link(token)).context["secret"]
        assert client.get(link(token)).context["secret"] == first
        assert not TotpDevice.objects.exists()

    def test_a_wrong_code_leaves_the_ticket_good(self, client, sign_in, newcomer, token):
        sign_in(client, newcomer, second_factor=False)
        wrong = "000000" if ticket_code(newcomer) != "000000" else "111111"
        assert client.post(link(token), {"code": wrong}).status_code == 422
        assert client.post(link(token), {"code": ticket_code(newcomer)}).status_code == 302

    def test_the_first_code_does_not_sign_in_again(self, client, sign_in, newcomer, token):
        sign_in(client, newcomer, second_factor=False)
        code = ticket_code(newcomer)
        client.post(link(token), {"code": code})
        assert client.post(reverse("accounts:second_factor"), {"code": code}).status_code == 422


class TestRefusals:
    def test_a_password_alone_meets_no_page_that_enrols(self, client, sign_in, newcomer):
        sign_in(client, newcomer, second_factor=False)
        for guess in ("x", "0" * 43):
            for response in (client.get(link(guess)), client.post(link(guess), {"code": "123456"})):
                assert response.status_code == 404
                assert b"data:image" not in response.content
        assert not TotpDevice.objects.exists()

    def test_somebody_elses_ticket(self, client, sign_in, token):
        sign_in(client, UserFactory(), second_factor=False)
        assert client.get(link(token)).status_code == 404
        assert client.post(link(token), {"code": "123456"}).status_code == 404

    def test_used_expired_replaced(self, client, sign_in, newcomer, token):
        sign_in(client, newcomer, second_factor=False)
        EnrolmentTicket.objects.update(
            issued_at=timezone.now() - timedelta(hours=80), expires_at=timezone.now() - timedelta(seconds=1)
        )
        assert client.get(link(token)).status_code == 404
        newer = issue_enrolment(granted_by=None, user=newcomer)
        assert client.get(link(token)).status_code == 404
        assert client.get(link(newer)).status_code == 200
        EnrolmentTicket.objects.update(used_at=timezone.now())
        assert client.get(link(newer)).status_code == 404

    def test_who_has_a_factor_gets_no_second_one_this_way(self, client, sign_in, newcomer, token):
        TotpDeviceFactory(user=newcomer)
        sign_in(client, newcomer)
        assert client.get(link(token)).status_code == 404
        with pytest.raises(Denied) as denied:
            issue_enrolment(granted_by=None, user=newcomer)
        assert denied.value.decision.code == "has_factor"
        with pytest.raises(IntegrityError), transaction.atomic():
            TotpDeviceFactory(user=newcomer)

    def test_two_sessions_with_one_ticket(self, sign_in, newcomer, token):
        first, second = (sign_in(Client(), newcomer, second_factor=False) for _ in range(2))
        code = ticket_code(newcomer)
        assert first.post(link(token), {"code": code}).status_code == 302
        assert second.post(link(token), {"code": code}).status_code == 404
        assert TotpDevice.objects.count() == 1

    def test_the_token_is_not_kept(self, token):
        row = EnrolmentTicket.objects.get()
        assert token not in (row.token_hash, row.sealed_key)
        assert 71 <= (row.expires_at - timezone.now()).total_seconds() / 3600 <= 72


class TestWhoMayGiveLeave:
    def give(self, administrator, user, sign_in):
        try:
            issue_enrolment(granted_by=actor_of(administrator, sign_in), user=user)
        except Denied as denied:
            return denied.decision.code
        return "yes"

    def test_the_own_organisations_administrator(self, newcomer, sign_in):
        team = active_memberships(newcomer)[0].team
        colleague = TeamFactory(organisation=team.organisation)
        assert self.give(member(Role.ORGANISATION_ADMINISTRATOR, team=colleague), newcomer, sign_in) == "yes"

    def test_the_regions_administrator(self, newcomer, sign_in):
        administrator = member(Role.REGION_ADMINISTRATOR, kind=OrganisationKind.REGION)
        assert self.give(administrator, newcomer, sign_in) == "yes"

    @pytest.mark.parametrize("role", sorted(set(Role) - {Role.REGION_ADMINISTRATOR}))
    def test_nobody_else(self, newcomer, sign_in, role):
        assert self.give(member(role), newcomer, sign_in) == "not_an_administrator"

    def test_not_to_oneself_and_not_to_who_left(self, newcomer, sign_in):
        administrator = member(Role.REGION_ADMINISTRATOR, kind=OrganisationKind.REGION)
        assert self.give(administrator, administrator, sign_in) == "own_factor"
        newcomer.is_active = False
        assert self.give(administrator, newcomer, sign_in) == "user_inactive"

    def test_the_command_line_of_the_machine(self, newcomer, capsys, settings):
        call_command("enrolment_link", newcomer.email.upper())
        token = capsys.readouterr().out.strip().split("/enrol/")[1].strip("/")
        assert EnrolmentTicket.objects.get().token_hash == factors.hash_token(token)
        with pytest.raises(CommandError):
            call_command("enrolment_link", "niemand@example.org")
        TotpDeviceFactory(user=newcomer)
        with pytest.raises(CommandError, match="has_factor"):
            call_command("enrolment_link", newcomer.email)
