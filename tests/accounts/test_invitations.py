"""Invitations: what is refused, what a link does, and that nothing comes of it twice."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.accounts.actor import Actor
from portal.accounts.enums import MessageKind, OrganisationKind, Role
from portal.accounts.factors import open_key
from portal.accounts.models import EnrolmentTicket, Invitation, Membership, OutgoingMessage, User
from portal.accounts.policy import Denied
from portal.accounts.services import InvitationRefusedError, invite, resend_invitation, revoke_invitation
from portal.audit.enums import Event
from portal.audit.models import Entry
from tests.factories import PASSWORD, MembershipFactory, TeamFactory, TotpDeviceFactory, UserFactory, code_of, member

pytestmark = pytest.mark.django_db

TOKEN = "a-token-of-the-test-with-43-characters-in-it"
ADDRESS = "nieuw@example.org"
FORM = {"name": "Nieuwe Collega", "password": PASSWORD, "repeated": PASSWORD, "terms": "on"}


def acting(user: User, team, role: Role) -> Actor:
    return Actor(
        user_pk=user.pk,
        user_id=user.public_id,
        organisation_pk=team.organisation_id,
        roles_by_team={team.pk: frozenset({role})},
        signed_in=True,
    )


@pytest.fixture
def team():
    return TeamFactory()


@pytest.fixture
def administrator(team):
    return member(Role.ORGANISATION_ADMINISTRATOR, team=team)


@pytest.fixture
def by(administrator, team):
    return acting(administrator, team, Role.ORGANISATION_ADMINISTRATOR)


def send(by: Actor | None, team, **changes) -> Invitation:
    wanted = {"role": Role.RECEIVER, "email": ADDRESS, "name": "Nieuwe Collega", "reason": "test", "token": TOKEN}
    return invite(actor=by, team=team, **{**wanted, **changes})


def link(token: str = TOKEN) -> str:
    return reverse("accounts:invitation", args=[token])


def enrol(client: Client, address: str, user: User):
    ticket = EnrolmentTicket.objects.get(user=user, used_at=None)
    return client.post(address, {"code": code_of(open_key(ticket.sealed_key, user=user))})


class TestInviting:
    @pytest.mark.parametrize("role", [Role.REGION_ADMINISTRATOR, Role.PRIVACY_OFFICER, Role.TRANSLATOR, Role.PERSON])
    def test_no_role_of_the_region_and_no_person(self, by, team, role):
        with pytest.raises(Denied):
            send(by, team, role=role)
        assert not Invitation.objects.exists()

    def test_only_into_the_own_organisation(self, by):
        with pytest.raises(Denied) as denied:
            send(by, TeamFactory())
        assert denied.value.decision.code == "other_organisation"

    def test_not_into_a_team_that_has_ended(self, by, team):
        team.active_until = timezone.now()
        team.save()
        with pytest.raises(Denied) as denied:
            send(by, team)
        assert denied.value.decision.code == "team_ended"

    def test_addresses_of_the_organisation_only(self, by, team):
        team.organisation.mail_domains = ["jgz.example.org", "bücher.example"]
        team.organisation.save()
        for address in ("a@example.org", "a@notjgz.example.org", "a@jgz.example.org.evil.example"):
            with pytest.raises(InvitationRefusedError) as refused:
                send(by, team, email=address)
            assert refused.value.code == "domain"
        for number, address in enumerate(("A@JGZ.Example.org", "b@zuid.jgz.example.org", "c@xn--bcher-kva.example")):
            assert send(by, team, email=address, token=f"{TOKEN}{number}").email == address.lower()

    def test_an_address_with_something_invisible_is_the_one_that_is_signed_in_with(self, by, team):
        assert send(by, team, email="nieuw@exam\u200bple.org").email == "nieuw@example.org"

    def test_what_is_there_already_is_told(self, by, team, administrator):
        for address, code in (
            (administrator.email, "own"),
            (member(team=team, email="zit-er-al@example.org").email.upper(), "has_role"),
        ):
            with pytest.raises(InvitationRefusedError) as refused:
                send(by, team, email=address)
            assert refused.value.code == code
        send(by, team)
        with pytest.raises(InvitationRefusedError) as refused:
            send(by, team, email=f" {ADDRESS.upper()}", token="another")
        assert refused.value.code == "open_already"

    def test_mails_a_link_and_keeps_only_its_hash(self, by, team):
        invitation = send(by, team, language="ar")
        message = OutgoingMessage.objects.get()
        assert (message.kind, message.address, message.language) == (MessageKind.INVITATION, ADDRESS, "ar")
        assert message.path == "/accounts/invitation/"
        assert TOKEN not in (message.secret, invitation.token_hash)
        assert Entry.objects.get(event=Event.INVITATION_SENT).object_id == str(invitation.public_id)

    def test_one_that_ran_out_is_in_nobodys_way(self, by, team):
        send(by, team)
        earlier = timezone.now() - timedelta(hours=73)
        Invitation.objects.update(created_at=earlier, expires_at=earlier + timedelta(hours=72))
        send(by, team, token="another")
        assert Invitation.objects.filter(revoked_at=None).count() == 1


class TestTheLink:
    def test_looking_changes_nothing_however_often(self, client, by, team):
        send(by, team)
        rows, users = Entry.objects.count(), User.objects.count()
        for method in (client.get, client.head, client.get):
            response = method(link())
            assert response.status_code == 200
            assert "no-store" in response["Cache-Control"]
        assert client.put(link()).status_code == 405
        assert (Entry.objects.count(), User.objects.count()) == (rows, users)
        assert client.cookies.get("sessionid") is None

    def test_used_old_revoked_and_unknown_look_alike(self, client, by, team, administrator):
        invitation = send(by, team)
        unknown = client.get(link("x" * 43))
        assert unknown.status_code == 404
        assert reverse("accounts:sign_in").encode() in unknown.content

        def same() -> bool:
            answers = [client.get(link()), client.post(link(), FORM)]
            return {(answer.status_code, answer.content) for answer in answers} == {(404, unknown.content)}

        now = timezone.now()
        Invitation.objects.update(created_at=now - timedelta(hours=72), expires_at=now - timedelta(seconds=1))
        assert same()
        Invitation.objects.update(expires_at=now + timedelta(hours=1))
        assert client.get(link()).status_code == 200
        Invitation.objects.update(revoked_at=now)
        assert same()
        Invitation.objects.update(
            revoked_at=None, accepted_at=now, user=administrator, terms_accepted_at=now, terms_version="x"
        )
        assert same()
        assert not User.objects.filter(email=invitation.email).exists()

    def test_does_not_outlive_who_invited(self, client, by, team, administrator):
        send(by, team)
        Membership.objects.filter(user=administrator).update(active_until=timezone.now())
        assert client.get(link()).status_code == 404

    def test_revoked_between_looking_and_answering(self, client, by, team):
        invitation = send(by, team)
        assert client.get(link()).status_code == 200
        revoke_invitation(actor=by, invitation=invitation)
        assert client.post(link(), FORM).status_code == 404
        assert not User.objects.filter(email=ADDRESS).exists()

    def test_sent_again_the_old_one_stops(self, client, by, team):
        invitation = send(by, team)
        resend_invitation(actor=by, invitation=invitation)
        assert client.get(link()).status_code == 404
        assert OutgoingMessage.objects.count() == 2

    @pytest.mark.parametrize("name", ["Jan\u202enaJ", "Jan\x00", "\u2066x", "n" * 121, "   ", "\u200f", "1234"])
    def test_hostile_names(self, client, by, team, name):
        send(by, team)
        response = client.post(link(), {**FORM, "name": name})
        assert response.status_code == 422
        assert not User.objects.filter(email=ADDRESS).exists()

    def test_names_of_people_are_fine(self, client, by, team):
        send(by, team, email="a@example.org", token="a")
        assert client.post(link("a"), {**FORM, "name": "  Şükriye  O'Neil-ሰላም نور\u200cالله "}).status_code == 302
        assert User.objects.get(email="a@example.org").name == "Şükriye O'Neil-ሰላም نور\u200cالله"

    @pytest.mark.parametrize(
        ("changes", "says"),
        [
            ({"terms": ""}, "vinkje"),
            ({"repeated": "iets heel anders"}, "niet hetzelfde"),
            ({"password": "kort", "repeated": "kort"}, "te kort"),
            ({"password": "x1" * 2048, "repeated": "x1" * 2048}, "te lang"),
            ({"password": "Welkom2025!!!", "repeated": "Welkom2025!!!"}, "makkelijk te raden"),
        ],
    )
    def test_says_what_is_missing(self, client, by, team, changes, says):
        send(by, team)
        response = client.post(link(), {**FORM, **changes})
        assert response.status_code == 422
        assert says in response.content.decode()


class TestJoining:
    def test_from_link_to_role(self, client, by, team):
        invitation = send(by, team)
        client.get(link())
        begun = client.post(link(), {**FORM, "email": "ander@example.org"})
        user = User.objects.get(email=ADDRESS)
        assert begun["Location"].startswith("/accounts/enrol/")
        assert not User.objects.filter(email="ander@example.org").exists()
        assert not Membership.objects.filter(user=user).exists()
        assert client.get(reverse("accounts:home")).status_code == 302
        assert enrol(client, begun["Location"], user).status_code == 302
        assert client.get(reverse("accounts:home")).status_code == 200
        held = Membership.objects.get(user=user)
        assert (held.team, held.role, held.granted_by_id, held.reason) == (team, Role.RECEIVER, by.user_pk, "test")
        invitation.refresh_from_db()
        assert invitation.accepted_at is not None
        assert len(invitation.terms_version) == 64
        assert Entry.objects.filter(event=Event.INVITATION_ACCEPTED, actor_id=str(user.public_id)).count() == 1
        assert client.get(link()).status_code == 404

    def test_the_session_from_before_is_gone(self, client, by, team, sign_in):
        send(by, team)
        client.get(reverse("accounts:sign_in"))
        session = client.session
        session["planted"] = "yes"
        session.save()
        before = session.session_key
        client.post(link(), FORM)
        assert client.session.session_key != before
        assert "planted" not in client.session

    def test_goes_on_with_the_same_link_and_the_password(self, client, by, team):
        send(by, team)
        client.post(link(), FORM)
        user = User.objects.get(email=ADDRESS)
        later = Client()
        page = later.get(link())
        assert b'name="password"' not in page.content
        assert later.post(link(), FORM).status_code == 200  # no new password by the link alone
        signed_in = later.post(
            reverse("accounts:sign_in"), {"email": ADDRESS.upper(), "password": PASSWORD, "next": link()}
        )
        assert signed_in["Location"] == link()
        goes_on = later.post(link())
        assert enrol(later, goes_on["Location"], user).status_code == 302
        assert Membership.objects.filter(user=user).count() == 1

    def test_two_tabs_give_one_membership(self, client, by, team):
        send(by, team)
        first = client.post(link(), FORM)["Location"]
        second = client.post(link())["Location"]
        assert first == second
        user = User.objects.get(email=ADDRESS)
        code = code_of(open_key(EnrolmentTicket.objects.get(user=user).sealed_key, user=user))
        assert client.post(first, {"code": code}).status_code == 302
        assert client.post(second, {"code": code}).status_code == 404
        assert Membership.objects.filter(user=user).count() == 1

    def test_revoked_before_the_factor_gives_nothing(self, client, by, team):
        invitation = send(by, team)
        address = client.post(link(), FORM)["Location"]
        user = User.objects.get(email=ADDRESS)
        ticket = EnrolmentTicket.objects.get(user=user)
        revoke_invitation(actor=by, invitation=Invitation.objects.get(pk=invitation.pk))
        code = code_of(open_key(ticket.sealed_key, user=user))
        assert client.post(address, {"code": code}).status_code == 404
        assert not Membership.objects.filter(user=user).exists()

    def test_the_ticket_ends_with_the_invitation(self, client, by, team):
        invitation = send(by, team)
        Invitation.objects.update(expires_at=timezone.now() + timedelta(minutes=1))
        client.post(link(), FORM)
        invitation.refresh_from_db()
        assert EnrolmentTicket.objects.get().expires_at == invitation.expires_at

    def test_a_new_invitation_starts_an_unfinished_account_anew(self, client, by, team):
        invitation = send(by, team)
        client.post(link(), FORM)
        revoke_invitation(actor=by, invitation=Invitation.objects.get(pk=invitation.pk))
        send(by, team, token="another")
        other = "een andere lange zin"
        assert Client().post(link("another"), {**FORM, "password": other, "repeated": other}).status_code == 302
        assert User.objects.get(email=ADDRESS).check_password(other)
        assert client.get(reverse("accounts:second_factor")).status_code == 302  # the earlier session has ended


class TestAnExistingAccount:
    @pytest.fixture
    def colleague(self):
        user = MembershipFactory(user__email=ADDRESS).user
        TotpDeviceFactory(user=user)
        return user

    def test_accepts_with_the_second_factor(self, client, by, team, colleague, sign_in):
        send(by, team)
        assert b'name="password"' not in client.get(link()).content
        assert client.post(link(), FORM).status_code == 200
        sign_in(client, colleague, second_factor=False)
        assert client.post(link(), {"terms": "on"}).status_code == 200
        assert Membership.objects.filter(user=colleague).count() == 1
        sign_in(client, colleague)
        assert client.post(link(), {}).status_code == 422
        key = client.session.session_key
        assert client.post(link(), {"terms": "on"}).status_code == 302
        assert client.session.session_key != key
        assert Membership.objects.filter(user=colleague, team=team).count() == 1
        assert client.post(link(), {"terms": "on"}).status_code == 404
        assert User.objects.get(pk=colleague.pk).check_password(PASSWORD)

    def test_somebody_else_is_told_so_without_the_address(self, client, by, team, sign_in):
        send(by, team)
        sign_in(client, member())
        for response in (client.get(link()), client.post(link(), {"terms": "on"})):
            assert response.status_code == 403
            assert "ander e-mailadres" in response.content.decode()
            assert ADDRESS not in response.content.decode()
        assert not Membership.objects.filter(team=team, role=Role.RECEIVER).exists()

    def test_no_way_to_a_factor_for_who_has_none_and_did_not_begin_here(self, client, by, team, sign_in):
        user = MembershipFactory(user__email=ADDRESS).user
        send(by, team)
        sign_in(client, user, second_factor=False)
        assert client.post(link(), {"terms": "on"}).status_code == 403
        assert not EnrolmentTicket.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_who_accept_at_once_get_one_membership(sign_in):
    team = TeamFactory(organisation__kind=OrganisationKind.GP)
    send(None, team)
    colleague = UserFactory(email=ADDRESS)
    clients = [sign_in(Client(), colleague) for _ in range(4)]
    answers, start = [], threading.Barrier(len(clients))

    def accept(client: Client) -> None:
        try:
            start.wait()
            answers.append(client.post(link(), {"terms": "on"}).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=accept, args=[client]) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers.count(302) >= 1
    assert Membership.objects.filter(user=colleague).count() == 1
    assert Entry.objects.filter(event=Event.INVITATION_ACCEPTED).count() == 1
