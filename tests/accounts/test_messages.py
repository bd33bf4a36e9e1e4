"""Mails to teams and users: after the commit, once, without names, again when the post was shut."""

import re
import smtplib
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.core import mail
from django.db import transaction
from django.utils import timezone, translation

from portal.accounts.enums import MessageKind
from portal.accounts.messages import deliver_due, mail_address, notify_team, notify_user
from portal.accounts.messages.outbox import _claim
from portal.accounts.messages.texts import TEXTS
from portal.accounts.models import OutgoingMessage
from portal.audit.enums import Event
from portal.audit.models import Entry
from tests.factories import TeamFactory, UserFactory, member

pytestmark = pytest.mark.django_db

SECRET = "a-one-time-secret-of-a-link"


@pytest.fixture
def team():
    return TeamFactory(name="Team Fatima", mailbox="team@example.org")


def the_post(monkeypatch, error):
    """Let every attempt to send fail with ``error``, or succeed again with ``None``."""

    def send(self, *args, **kwargs):
        raise error

    monkeypatch.setattr("django.core.mail.EmailMultiAlternatives.send", send)


def test_every_kind_has_its_sentences():
    assert set(TEXTS) == set(MessageKind)
    sentences = [str(text.what) for text in TEXTS.values()]
    assert len(set(sentences)) == len(sentences)


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


@pytest.mark.parametrize("language", [code for code, _name in django_settings.LANGUAGES])
def test_in_the_readers_language_and_direction(language):
    user = UserFactory(name="Samira Ahmadi", email="samira@example.org", language=language)
    notify_user(user=user, kind=MessageKind.INVITATION, path="/accounts/invitation/", secret=SECRET)
    assert deliver_due() == 1
    (message,) = mail.outbox
    html = message.alternatives[0].content
    direction = "rtl" if language in {"ar", "fa", "prs"} else "ltr"
    assert html.count(f'lang="{language}" dir="{direction}"') == 2
    with translation.override(language):
        assert message.subject == str(MessageKind.INVITATION.label)
        assert str(TEXTS[MessageKind.INVITATION].what) in message.body
    for text in (message.subject, message.body, html):
        assert "Samira" not in text
        assert "samira" not in text


def test_a_language_that_is_gone_is_dutch(team):
    OutgoingMessage.objects.create(team=team, kind=MessageKind.DORMANT, language="xx")
    assert deliver_due() == 1
    assert 'lang="nl" dir="ltr"' in mail.outbox[0].alternatives[0].content


def test_a_translation_adds_no_header(team, monkeypatch):
    monkeypatch.setattr(MessageKind.DORMANT, "_label_", "Nieuw\r\nBcc: evil@example.org")
    notify_team(team=team, kind=MessageKind.DORMANT)
    assert deliver_due() == 1
    sent = mail.outbox[0].message()
    assert sent["Subject"] == "Nieuw Bcc: evil@example.org"
    assert sent["Bcc"] is None


@pytest.mark.parametrize(
    "address", ["", "no address", "a@example.org\nBcc: b@example.org", "a@example.org,b@example.org"]
)
def test_only_to_an_address(address):
    with pytest.raises(ValueError, match="address"):
        mail_address(address=address, kind=MessageKind.INVITATION, path="/accounts/invitation/", language="nl")


def test_a_person_with_a_dossier_gets_no_mail():
    person = UserFactory(email=None, person_id="7d4ed0a5-3f3b-4bb6-93e2-3d0d8e5f3a11")
    assert notify_user(user=person, kind=MessageKind.NEW_DEVICE) is None


def test_the_secret_is_sealed_and_gone_after_sending():
    user = UserFactory(language="nl")
    message = notify_user(user=user, kind=MessageKind.RESET_READY, path="/accounts/resets/", secret=SECRET)
    assert SECRET not in message.secret
    assert deliver_due() == 1
    assert f"{django_settings.BASE_URL}/accounts/resets/{SECRET}/\n" in mail.outbox[0].body
    message.refresh_from_db()
    assert message.secret == ""


def test_a_secret_of_another_message_does_not_open(team):
    user = UserFactory()
    stolen = notify_user(user=user, kind=MessageKind.RESET_READY, path="/accounts/resets/", secret=SECRET)
    forged = OutgoingMessage.objects.create(
        user=UserFactory(), kind=MessageKind.RESET_READY, path="/accounts/resets/", secret=stolen.secret
    )
    OutgoingMessage.objects.filter(pk=stolen.pk).update(sent_at=timezone.now())
    notify_team(team=team, kind=MessageKind.HANDOVER_WAITING)
    assert deliver_due() == 1, "the others go on"
    forged.refresh_from_db()
    assert (forged.sent_at, forged.attempts) == (None, 1)


def test_the_link_leads_to_the_work_list_or_the_notices_by_default(team, settings):
    settings.LOGIN_REDIRECT_URL = "accounts:home"
    notify_team(team=team, kind=MessageKind.HANDOVER_WAITING)
    notify_user(user=UserFactory(), kind=MessageKind.ACCESS_CHANGED)
    deliver_due()
    assert f"{settings.BASE_URL}/accounts/\n" in mail.outbox[0].body
    assert f"{settings.BASE_URL}/accounts/notices/\n" in mail.outbox[1].body


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


def test_of_two_workers_one_sends(team):
    """The second worker read the row before the first claimed it."""
    notify_team(team=team, kind=MessageKind.HANDOVER_WAITING)
    stale = OutgoingMessage.objects.select_related("team").get()
    other = OutgoingMessage.objects.select_related("team").get()
    assert _claim(stale) is True
    assert _claim(other) is False
    assert deliver_due() == 0, "a claimed message waits for its next turn"


def test_tried_again_later_and_later_and_then_given_up(monkeypatch):
    user = UserFactory()
    notify_user(user=user, kind=MessageKind.RESET_READY, path="/accounts/resets/", secret=SECRET)
    the_post(monkeypatch, smtplib.SMTPServerDisconnected())
    waits = []
    for _ in range(10):
        assert deliver_due() == 0
        message = OutgoingMessage.objects.get()
        waits.append(message.due_at - timezone.now())
        OutgoingMessage.objects.update(due_at=timezone.now())
    assert message.attempts == 8
    assert waits[0] < timedelta(minutes=3)
    assert waits[:7] == sorted(waits[:7])
    assert (message.bounce_code, message.secret, message.sent_at) == ("given_up", "", None)
    assert Entry.objects.filter(event=Event.MESSAGE_BOUNCED).count() == 1


def test_a_worker_that_was_stopped_in_the_last_attempt_leaves_nothing_open(team):
    notify_team(team=team, kind=MessageKind.HANDOVER_WAITING)
    OutgoingMessage.objects.update(attempts=8)
    assert deliver_due() == 0
    assert OutgoingMessage.objects.get().bounce_code == "given_up"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (smtplib.SMTPRecipientsRefused({"a@b": (550, b"5.1.1 no such user")}), "5.1.1"),
        (smtplib.SMTPRecipientsRefused({"a@b": (550, b"nobody here")}), "550"),
        (smtplib.SMTPRecipientsRefused({"a@b": (451, b"4.7.1 try later")}), ""),
        (smtplib.SMTPDataError(554, b"5.7.1 refused"), "5.7.1"),
        (smtplib.SMTPDataError(452, b"full"), ""),
        (smtplib.SMTPSenderRefused(550, b"5.7.1 log in first", "a@b"), ""),
        (smtplib.SMTPAuthenticationError(535, b"5.7.8 wrong"), ""),
        (ConnectionRefusedError(), ""),
    ],
)
def test_a_refusal_for_good_is_final_and_others_are_not(team, monkeypatch, caplog, error, code):
    notify_team(team=team, kind=MessageKind.HANDOVER_WAITING)
    the_post(monkeypatch, error)
    assert deliver_due() == 0
    message = OutgoingMessage.objects.get(team=team)
    assert message.bounce_code == code
    assert (message.bounced_at is not None) is bool(code)
    assert "a@b" not in caplog.text


def test_the_envelope_names_the_message_and_the_letter_head_does_not(team, settings):
    settings.MAIL_BOUNCE_ADDRESS = "terug@portaal.example"
    message = notify_team(team=team, kind=MessageKind.HANDOVER_WAITING)
    deliver_due()
    (sent,) = mail.outbox
    assert sent.from_email == f"terug+{message.public_id.hex}@portaal.example"
    assert sent.message()["From"] == settings.DEFAULT_FROM_EMAIL
    assert sent.message()["Message-ID"] == f"<{message.public_id}@example.org>"


def test_texts_are_plain():
    """Short sentences (at most 18 words), no addresses, no markup."""
    for text in TEXTS.values():
        for part in (str(text.what), str(text.do)):
            assert "http" not in part
            assert "<" not in part
            for sentence in re.split(r"[.?!:]\s", part):
                assert len(sentence.split()) <= 18, sentence


def test_a_member_whose_team_gets_mail_is_not_mailed_too():
    user = member()
    notify_team(team=user.memberships.get().team, kind=MessageKind.HANDOVER_WAITING)
    assert deliver_due() == 1
