"""Mail that did not arrive: reports of mail servers, honest and hostile; who sees it and who is told."""

import io
import sys
import uuid
from contextlib import suppress
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from portal.accounts.enums import MessageKind, OrganisationKind, Role
from portal.accounts.messages import deliver_due, mail_address, notify_team, notify_user, take_bounce
from portal.accounts.messages.bounces import REPORT_BYTES, UnreadableReportError, bounce
from portal.accounts.models import Invitation, OutgoingMessage
from portal.audit.enums import Event
from portal.audit.models import Entry
from tests.factories import MembershipFactory, TeamFactory, UserFactory, member

pytestmark = pytest.mark.django_db

REPORT = """\
From: MAILER-DAEMON@mx.example.net
To: {to}
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I could not deliver your mail to Samira.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net

Final-Recipient: rfc822; samira@example.org
Action: {action}
Status: {status}

--b
Content-Type: {returned}

From: portaal@example.org
Message-ID: {message_id}

--b--
"""


def report(message=None, *, to="portaal@example.org", action="failed", status="5.1.1", returned="text/rfc822-headers"):
    message_id = f"<{message.public_id}@example.org>" if message else "<x@example.org>"
    return REPORT.format(to=to, action=action, status=status, returned=returned, message_id=message_id).encode()


@pytest.fixture
def administrator():
    return member(Role.ORGANISATION_ADMINISTRATOR)


@pytest.fixture
def team(administrator):
    return TeamFactory(organisation=administrator.memberships.get().team.organisation)


@pytest.fixture
def message(team):
    message = notify_team(team=team, kind=MessageKind.HANDOVER_WAITING)
    deliver_due()
    return message


@pytest.mark.parametrize("returned", ["text/rfc822-headers", "message/rfc822"])
def test_known_by_the_headers_that_came_back(message, returned):
    assert take_bounce(report(message, returned=returned)) == message
    message.refresh_from_db()
    assert message.bounced_at is not None
    assert message.bounce_code == "5.1.1"
    row = Entry.objects.get(event=Event.MESSAGE_BOUNCED)
    assert (row.reason, row.object_id) == ("5.1.1", str(message.public_id))


def test_known_by_the_address_it_came_to(message):
    to = f"terug+{message.public_id.hex}@portaal.example"
    assert take_bounce(report(), recipient=to) == message


def test_known_by_its_own_header(message):
    assert take_bounce(report(to=f"<terug+{message.public_id.hex}@portaal.example>")) == message


def test_twice_is_once(message):
    assert take_bounce(report(message)) == message
    assert take_bounce(report(message)) is None
    assert Entry.objects.filter(event=Event.MESSAGE_BOUNCED).count() == 1


@pytest.mark.parametrize("changes", [{"action": "delayed", "status": "4.4.1"}, {"action": "delivered"}])
def test_a_delay_is_no_failure(message, changes):
    assert take_bounce(report(message, **changes)) is None
    message.refresh_from_db()
    assert message.bounced_at is None


def test_a_status_that_is_none_is_written_as_unknown(message):
    take_bounce(report(message, status="<script>"))
    message.refresh_from_db()
    assert message.bounce_code == "5.0.0"


def test_of_none_of_ours():
    assert take_bounce(report(OutgoingMessage(public_id=uuid.uuid4()))) is None


NESTED = "".join(
    f'Content-Type: multipart/mixed; boundary="b{depth}"\n\n--b{depth}\n' for depth in range(2000)
).encode()
HOSTILE = {
    "empty": b"",
    "noise": bytes(range(256)) * 40,
    "too large": b"x" * (REPORT_BYTES + 1),
    "an out-of-office answer": b"From: a@b\nTo: c@d\nSubject: away\n\nhello",
    "nested": b"MIME-Version: 1.0\n" + NESTED,
    "many parts": b'Content-Type: multipart/report; boundary="b"\n\n' + b"--b\n\nx\n" * 500,
    "no boundary": b"Content-Type: multipart/report; report-type=delivery-status\n\nAction: failed\n",
    "a charset of nowhere": b'Content-Type: multipart/report; boundary="b"; charset="nowhere"\n\n--b\n\n--b--\n',
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_report_marks_nothing(message, name):
    with suppress(UnreadableReportError):
        assert take_bounce(HOSTILE[name]) is None
    message.refresh_from_db()
    assert message.bounced_at is None


class TestCommand:
    @pytest.fixture
    def hand_over(self, monkeypatch):
        def run(text: bytes, **options) -> str:
            monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text)))
            out = io.StringIO()
            call_command("take_bounce", stdout=out, **options)
            return out.getvalue().strip()

        return run

    def test_it_says_what_it_did(self, message, hand_over):
        assert hand_over(report(message)) == f"bounced: {message.public_id}"
        assert hand_over(report(message)) == "nothing to mark"
        assert hand_over(b"hello") == "ignored: not a multipart/report"
        assert hand_over(b"x" * (REPORT_BYTES + 5)) == "ignored: larger than a report is"


class TestWhoIsTold:
    def test_the_administrator_once_a_day(self, message, administrator, team):
        other = notify_team(team=team, kind=MessageKind.HANDOVER_STOPPED)
        bounce(message=message, code="5.1.1")
        bounce(message=other, code="5.1.1")
        told = OutgoingMessage.objects.get(kind=MessageKind.MAIL_BOUNCED)
        assert (told.user, told.path) == (administrator, reverse("accounts:bounces"))

    def test_not_about_their_own_mail_and_not_about_that_notice(self, administrator):
        for kind in (MessageKind.NEW_DEVICE, MessageKind.MAIL_BOUNCED):
            bounce(message=notify_user(user=administrator, kind=kind), code="5.1.1")
        assert OutgoingMessage.objects.filter(kind=MessageKind.MAIL_BOUNCED, bounced_at=None).count() == 0

    def test_not_another_organisations(self, message):
        stranger = member(Role.ORGANISATION_ADMINISTRATOR)
        colleague = member(Role.SENDER, team=message.team)
        bounce(message=message, code="5.1.1")
        assert not OutgoingMessage.objects.filter(user__in=[stranger, colleague]).exists()


class TestPage:
    @pytest.fixture
    def bounced(self, team, administrator):
        """One of each kind of recipient in the administrator's organisation, and one elsewhere."""
        colleague = MembershipFactory(team=team, user=UserFactory(name="Collega", email="collega@example.org")).user
        Invitation.objects.create(
            team=team, role=Role.SENDER, email="nieuw@example.org", name="Nieuw", token_hash="x",
            invited_by=administrator, expires_at=timezone.now() + timedelta(hours=72),
        )  # fmt: skip
        rows = [
            notify_team(team=team, kind=MessageKind.HANDOVER_WAITING),
            notify_user(user=colleague, kind=MessageKind.ACCESS_CHANGED),
            mail_address(
                address="nieuw@example.org", kind=MessageKind.INVITATION, path="/accounts/", language="nl", secret="s"
            ),
            notify_team(team=TeamFactory(mailbox="elders@example.org"), kind=MessageKind.HANDOVER_WAITING),
        ]
        for row, code in zip(rows, ("5.1.1", "5.2.2", "given_up", "550"), strict=True):
            bounce(message=row, code=code)
        return rows

    def test_an_administrator_sees_the_own_organisation(self, client, sign_in, administrator, bounced, team):
        page = sign_in(client, administrator).get(reverse("accounts:bounces")).content.decode()
        for text in (team.mailbox, "collega@example.org", "nieuw@example.org", "De postbus is vol"):
            assert text in page
        assert "elders@example.org" not in page

    def test_the_region_sees_all(self, client, sign_in, bounced):
        user = member(Role.REGION_ADMINISTRATOR, kind=OrganisationKind.REGION)
        page = sign_in(client, user).get(reverse("accounts:bounces")).content.decode()
        assert page.count("<tr") == 5

    @pytest.mark.parametrize("role", [Role.SENDER, Role.RECEIVER])
    def test_a_colleague_does_not(self, client, sign_in, bounced, team, role):
        assert sign_in(client, member(role, team=team)).get(reverse("accounts:bounces")).status_code == 404

    def test_somebody_who_left_is_not_shown(self, client, sign_in, administrator, bounced):
        left = bounced[1].user
        left.memberships.update(active_until=timezone.now())
        page = sign_in(client, administrator).get(reverse("accounts:bounces")).content.decode()
        assert "collega@example.org" not in page
