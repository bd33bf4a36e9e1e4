"""Colleagues: whose people one sees and changes, how roles end, who is shown to have access."""

import csv
import io
import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.accounts.access_listing import as_csv, rows_of
from portal.accounts.enums import OrganisationKind, Role
from portal.accounts.models import Invitation, Membership, OutgoingMessage
from portal.accounts.services import invite
from portal.audit.enums import Event, Outcome
from portal.audit.models import Entry
from tests.factories import MembershipFactory, TeamFactory, TotpDeviceFactory, UserFactory, member

pytestmark = pytest.mark.django_db

REASON = {"reason": "werkt hier niet meer"}


@pytest.fixture
def team():
    return TeamFactory()


@pytest.fixture
def administrator(team):
    return member(Role.ORGANISATION_ADMINISTRATOR, team=team)


@pytest.fixture
def colleague(team):
    return MembershipFactory(team=team, user__name="Collega Een")


@pytest.fixture
def elsewhere():
    return MembershipFactory(user__name="Iemand Anders")


def end(membership: Membership) -> str:
    return reverse("accounts:membership_end", args=[membership.public_id])


def invitation(**changes) -> dict[str, object]:
    return {
        "name": "Nieuwe Collega", "email": "nieuw@example.org", "role": "receiver", "language": "nl", "reason": "x",
        **changes,
    }  # fmt: skip


class TestWhoseBusiness:
    def test_other_organisations_people_are_not_there(self, client, sign_in, administrator, elsewhere):
        sign_in(client, administrator)
        other = elsewhere.team.organisation.public_id
        for address in (
            end(elsewhere),
            reverse("accounts:member", args=[elsewhere.user.public_id]),
            f"{reverse('accounts:people')}?organisation={other}",
            f"{reverse('accounts:people')}?organisation=x",
            f"{reverse('accounts:access_list')}?organisation={other}",
            f"{reverse('accounts:access_export')}?organisation={other}",
        ):
            assert client.get(address).status_code == 404
        assert client.post(end(elsewhere), REASON).status_code == 404
        elsewhere.refresh_from_db()
        assert elsewhere.active_until is None
        assert Entry.objects.filter(outcome=Outcome.DENIED).count() == 7

    def test_their_teams_in_a_form_neither(self, client, sign_in, administrator, colleague, elsewhere):
        sign_in(client, administrator)
        foreign = {"team": str(elsewhere.team.public_id)}
        assert client.post(reverse("accounts:invite"), invitation(**foreign)).status_code == 404
        address = reverse("accounts:member", args=[colleague.user.public_id])
        assert client.post(address, {"role": "receiver", "reason": "x", **foreign}).status_code == 404
        assert not Invitation.objects.exists()
        assert Membership.objects.filter(user=colleague.user).count() == 1

    @pytest.mark.parametrize("role", ["region_administrator", "privacy_officer", "person", "editor"])
    def test_no_forged_role(self, client, sign_in, administrator, colleague, team, role):
        sign_in(client, administrator)
        wanted = {"team": str(team.public_id), "role": role}
        assert client.post(reverse("accounts:invite"), invitation(**wanted)).status_code == 404
        address = reverse("accounts:member", args=[colleague.user.public_id])
        assert client.post(address, {"reason": "x", **wanted}).status_code == 404
        assert not Invitation.objects.exists()
        assert set(Membership.objects.values_list("role", flat=True)) == {"organisation_administrator", "receiver"}

    def test_not_by_password_alone_nor_with_an_old_factor(self, client, sign_in, administrator, colleague):
        for how in ({"second_factor": False}, {"factor_age": timedelta(minutes=16)}):
            sign_in(client, administrator, **how)
            for address in (end(colleague), reverse("accounts:invite")):
                assert client.get(address)["Location"].startswith("/accounts/second-factor/")
                assert client.post(address, REASON)["Location"].startswith("/accounts/second-factor/")
        colleague.refresh_from_db()
        assert colleague.active_until is None

    def test_nor_by_who_was_administrator(self, client, sign_in, administrator, colleague):
        Membership.objects.filter(user=administrator).update(active_until=timezone.now())
        MembershipFactory(user=administrator, team=colleague.team)
        sign_in(client, administrator)
        assert client.post(end(colleague), REASON).status_code == 404

    def test_nor_while_acting_for_another_organisation(self, client, sign_in, administrator, colleague, elsewhere):
        MembershipFactory(user=administrator, team=elsewhere.team)
        sign_in(client, administrator, team=elsewhere.team)
        assert client.post(end(colleague), REASON).status_code == 404

    def test_foreign_invitations(self, client, sign_in, administrator, elsewhere):
        sent = invite(
            actor=None, team=elsewhere.team, role=Role.RECEIVER, email="a@example.org", name="A", reason="", token="t"
        )
        sign_in(client, administrator)
        for name in ("invitation_resend", "invitation_revoke"):
            assert client.post(reverse(f"accounts:{name}", args=[sent.public_id])).status_code == 404
        sent.refresh_from_db()
        assert sent.revoked_at is None


class TestTheWayToAReset:
    def test_a_colleague_who_has_something_to_lose(self, client, sign_in, administrator, colleague):
        sign_in(client, administrator)
        page, link = reverse("accounts:member", args=[colleague.user.public_id]), f"?user={colleague.user.public_id}"
        assert link not in client.get(page).content.decode()
        TotpDeviceFactory(user=colleague.user)
        assert link in client.get(page).content.decode()
        assert colleague.user.email in client.get(reverse("accounts:reset_request") + link).content.decode()

    def test_not_for_oneself(self, client, sign_in, administrator):
        sign_in(client, administrator)
        page = client.get(reverse("accounts:member", args=[administrator.public_id])).content.decode()
        assert "?user=" not in page


class TestInviting:
    def test_from_form_to_list_and_back(self, client, sign_in, administrator, team):
        sign_in(client, administrator)
        sent = client.post(reverse("accounts:invite"), invitation(team=str(team.public_id)), follow=True)
        assert "nieuw@example.org" in sent.content.decode()
        row = Invitation.objects.get()
        assert row.invited_by == administrator
        again = client.post(reverse("accounts:invite"), invitation(team=str(team.public_id)))
        assert again.status_code == 422
        assert client.post(reverse("accounts:invitation_resend", args=[row.public_id])).status_code == 302
        assert client.post(reverse("accounts:invitation_revoke", args=[row.public_id])).status_code == 302
        assert client.post(reverse("accounts:invitation_revoke", args=[row.public_id])).status_code == 404
        assert OutgoingMessage.objects.filter(address="nieuw@example.org").count() == 2

    def test_says_which_domains(self, client, sign_in, administrator, team):
        team.organisation.mail_domains = ["jgz.example"]
        team.organisation.save()
        sign_in(client, administrator)
        response = client.post(reverse("accounts:invite"), invitation(team=str(team.public_id)))
        assert response.status_code == 422
        assert "…@jgz.example" in response.content.decode()

    def test_the_regions_administrator_invites_anywhere(self, client, sign_in, team):
        sign_in(client, member(Role.REGION_ADMINISTRATOR, kind=OrganisationKind.REGION))
        wrong = client.post(reverse("accounts:invite"), invitation(team=str(team.public_id), role="translator"))
        assert wrong.status_code == 422
        assert client.post(reverse("accounts:invite"), invitation(team=str(team.public_id))).status_code == 302


class TestLeaving:
    def test_ends_the_sessions_and_keeps_the_reason(self, client, sign_in, administrator, colleague):
        theirs = sign_in(Client(), colleague.user)
        sign_in(client, administrator)
        assert client.get(end(colleague)).status_code == 200
        assert client.post(end(colleague), {"reason": ""}).status_code == 422
        assert client.post(end(colleague), REASON).status_code == 302
        assert theirs.get(reverse("accounts:home")).status_code == 302
        colleague.refresh_from_db()
        assert colleague.end_reason == REASON["reason"]
        page = client.get(reverse("accounts:member", args=[colleague.user.public_id])).content.decode()
        assert REASON["reason"] in page
        assert client.post(end(colleague), REASON).status_code == 404

    def test_not_oneself(self, client, sign_in, administrator):
        sign_in(client, administrator)
        own = Membership.objects.get(user=administrator)
        assert client.post(end(own), REASON).status_code == 404
        address = reverse("accounts:member", args=[administrator.public_id])
        assert "Dit bent u zelf" in client.get(address).content.decode()
        wanted = {"team": str(own.team.public_id), "role": "sender", "reason": "x"}
        assert client.post(address, wanted).status_code == 404
        assert Membership.objects.filter(user=administrator).count() == 1

    def test_the_last_administrator_goes_by_the_region_only(self, client, sign_in, administrator):
        own = Membership.objects.get(user=administrator)
        sign_in(client, member(Role.REGION_ADMINISTRATOR, kind=OrganisationKind.REGION))
        assert client.post(end(own), REASON).status_code == 302

    def test_a_further_role_and_its_notice(self, client, sign_in, administrator, colleague, team):
        sign_in(client, administrator)
        address = reverse("accounts:member", args=[colleague.user.public_id])
        wanted = {"team": str(team.public_id), "role": "sender", "reason": "doet nu ook dit"}
        assert client.post(address, wanted).status_code == 302
        assert Membership.objects.get(user=colleague.user, role="sender").granted_by == administrator
        assert OutgoingMessage.objects.filter(user=colleague.user).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_administrators_who_remove_each_other_leave_one(sign_in):
    team = TeamFactory()
    rows = [MembershipFactory(team=team, role=Role.ORGANISATION_ADMINISTRATOR) for _ in range(2)]
    clients = [sign_in(Client(), row.user) for row in rows]
    start = threading.Barrier(2)

    def remove(client: Client, row: Membership) -> None:
        try:
            start.wait()
            client.post(end(row), REASON)
        finally:
            connection.close()

    threads = [threading.Thread(target=remove, args=pair) for pair in zip(clients, reversed(rows), strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Membership.objects.active().filter(team=team).count() == 1


class TestWhoHasAccess:
    def test_the_list_and_the_row_in_the_log(self, client, sign_in, administrator, colleague):
        TotpDeviceFactory(user=colleague.user)
        sign_in(client, administrator)
        page = client.get(reverse("accounts:access_list")).content.decode()
        assert colleague.user.email in page
        assert Entry.objects.get(event=Event.ACCESS_LIST_READ).details == {"rows": 2}

    def test_the_privacy_officer_reads_any_and_takes_none_along(self, client, sign_in, colleague):
        sign_in(client, member(Role.PRIVACY_OFFICER, kind=OrganisationKind.REGION))
        chosen = f"?organisation={colleague.team.organisation.public_id}"
        page = client.get(reverse("accounts:access_list") + chosen)
        assert colleague.user.email in page.content.decode()
        assert client.get(reverse("accounts:access_export") + chosen).status_code == 404
        assert client.get(reverse("accounts:people") + chosen).status_code == 404

    def test_the_export_needs_a_fresh_factor(self, client, sign_in, administrator):
        sign_in(client, administrator, factor_age=16 * 60)
        assert client.get(reverse("accounts:access_export"))["Location"].startswith("/accounts/second-factor/")
        sign_in(client, administrator)
        answer = client.get(reverse("accounts:access_export"))
        assert answer["Content-Type"].startswith("text/csv")
        assert Entry.objects.filter(event=Event.ACCESS_LIST_EXPORTED).count() == 1

    @pytest.mark.parametrize("name", ["=1+1", "+31", "-2", "@SUM(A1)", "\t=1", " =1", "=cmd|' /C calc'!A0"])
    def test_no_cell_is_a_formula(self, team, name):
        MembershipFactory(team=team, user=UserFactory(name=name), reason=name)
        cells = [
            cell for row in csv.reader(io.StringIO(as_csv(rows_of(team.organisation))), delimiter=";") for cell in row
        ]
        assert f"'{name}" in cells
        assert not [cell for cell in cells if cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t"))]
