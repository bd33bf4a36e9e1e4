"""Mails to teams: after the commit, once, without names, again when the post was shut."""

import smtplib
from datetime import timedelta

import pytest
from django.core import mail
from django.db import transaction
from django.utils import timezone

from portal.accounts import messages
from portal.accounts.enums import MessageKind
from portal.accounts.messages import deliver_due, notify_team
from portal.accounts.models import OutgoingMessage
from portal.audit.enums import Event
from portal.audit.models import Entry
from tests.factories import TeamFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def team():
    return TeamFactory(name="Team Fatima", mailbox="team@example.org")


@pytest.mark.parametrize("kind", MessageKind)
def test_one_link_no_name(team, kind, settings):
    notify_team(team=team, kind=kind, path="/dossiers/packages/")
    assert deliver_due() == 1
    (message,) = mail.outbox
    html = message.alternatives[0].content
    assert message.to == ["team@example.org"]
    assert message.subject == kind.label
    for text in (message.body, html):
        assert text.count(f"{settings.BASE_URL}/dossiers/packages/") == 1
        assert text.count("http") == 1
        assert "Fatima" not in text
        assert "{" not in text
    assert message.extra_headers["Auto-Submitted"] == "auto-generated"
    assert Entry.objects.get(event=Event.NOTICE_MAILED).details == {"team": str(team.public_id), "kind": kind.value}


def test_the_link_leads_to_the_work_list_by_default(team, settings):
    settings.LOGIN_REDIRECT_URL = "accounts:home"
    notify_team(team=team, kind=MessageKind.HANDOVER_WAITING)
    deliver_due()
    assert f"{settings.BASE_URL}/accounts/\n" in mail.outbox[0].body


@pytest.mark.parametrize("path", ["https://evil.example/", "//evil.example", "dossiers/"])
def test_only_to_this_site(team, path):
    with pytest.raises(ValueError, match="this site"):
        notify_team(team=team, kind=MessageKind.HANDOVER_WAITING, path=path)


def test_what_was_rolled_back_is_not_mailed(team):
    with transaction.atomic():
        notify_team(team=team, kind=MessageKind.HANDOVER_WAITING)
        transaction.set_rollback(True)
    assert deliver_due() == 0
    assert mail.outbox == []


def test_once(team):
    notify_team(team=team, kind=MessageKind.HANDOVER_WAITING)
    assert [deliver_due(), deliver_due()] == [1, 0]


def test_of_two_workers_one_sends(team, monkeypatch):
    """The second worker read the row before the first claimed it."""
    notify_team(team=team, kind=MessageKind.HANDOVER_WAITING)
    stale = OutgoingMessage.objects.select_related("team").get()
    assert messages._claim(stale) is True
    assert messages._claim(stale) is False
    assert deliver_due() == 0, "a claimed message waits for its next turn"


def test_tried_again_later_and_later_and_then_left(team, monkeypatch):
    notify_team(team=team, kind=MessageKind.HANDOVER_WAITING)

    def shut(self, *args, **kwargs):
        raise smtplib.SMTPServerDisconnected

    with monkeypatch.context() as patched:
        patched.setattr("django.core.mail.EmailMultiAlternatives.send", shut)
        waits = []
        for _ in range(10):
            assert deliver_due() == 0
            message = OutgoingMessage.objects.get()
            waits.append(message.due_at - timezone.now())
            OutgoingMessage.objects.update(due_at=timezone.now())
    assert message.attempts == 8
    assert waits[0] < timedelta(minutes=3)
    assert waits[:7] == sorted(waits[:7])
    assert deliver_due() == 0, "given up: it shows as unsent"
    OutgoingMessage.objects.update(attempts=3)
    assert deliver_due() == 1
    assert OutgoingMessage.objects.get().sent_at is not None
