"""Voices that read the explanations: kept for the very words, heard once they are clean, gone when they go."""

import json
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from consent.enums import Purpose
from consent.errors import NotRecorded
from consent.models import NoticeDraft, NoticeRecording, NoticeText
from consent.notice_texts import canonical, digest, parts_of
from consent.recordings import heard, parts_said, spoken_parts
from consent.services import notices as writing
from consent.services import recordings as services
from portal.accounts.actor import Actor
from portal.accounts.enums import OrganisationKind, Role
from portal.accounts.policy import Denied
from portal.audit.models import Entry
from portal.vault import services as vault
from portal.vault.enums import FileState, Scan
from portal.vault.models import FileKey, StoredFile
from portal.vault.scanning import scan_file
from portal.vault.types import SOUND
from tests.consent.acting_persons import alone
from tests.consent.conftest import make_scene
from tests.consent_factories import actor_of, born, decide, notice, sender_team
from tests.factories import TeamFactory, member
from tests.signing_in import sign_in
from tests.vault import samples

# The vault commits the row of a file before its first byte.
pytestmark = pytest.mark.django_db(transaction=True)
PURPOSE = Purpose.GUIDANCE


@pytest.fixture
def text(db: None) -> NoticeText:
    """An explanation in Arabic, each part with words of its own."""
    row = notice(PURPOSE, languages=("nl",))
    content = {
        "title": "العنوان",
        "parts": {key: {"heading": f"عنوان {key}", "text": [f"جملة {key}"]} for key in parts_of(PURPOSE)},
    }
    stored = canonical(content)
    dutch = row.texts.get(language="nl").sha256
    return NoticeText.objects.create(notice=row, language="ar", content=stored, sha256=digest(stored), made_from=dutch)


@pytest.fixture
def user(db: None):
    return member(Role.REGION_ADMINISTRATOR, team=TeamFactory(organisation__kind=OrganisationKind.REGION))


@pytest.fixture
def actor(user) -> Actor:
    return actor_of(user, user.memberships.get().team)


@pytest.fixture
def visitor(client: Client, user) -> Client:
    return sign_in(client, user)


def sound(content: bytes = samples.mp3(), name: str = "stem.mp3") -> StoredFile:
    with vault.receive(container=vault.create_container(), filename=name, kinds=SOUND) as receiver:
        receiver.write(content)
        return receiver.finish()


def keep(actor: Actor, text: NoticeText, part: str = "what", file: StoredFile | None = None, **changes):
    words = next(said.sha256 for said in parts_said(text) if said.key == part)
    fields = {"purpose": PURPOSE, "language": text.language, "part": part, "words": words, **changes}
    return services.store_recording(actor=actor, file=file or sound(), **fields)


def clean(*rows: NoticeRecording) -> None:
    for row in rows:
        assert scan_file(row.file) is Scan.CLEAN


def address(route: str, *more: str, edition: str = "1") -> str:
    return reverse(f"consent:{route}", args=[PURPOSE.value, edition, "ar", *more])


@pytest.fixture
def upload(visitor: Client, text: NoticeText) -> Callable:
    def send(content: bytes, name: str = "stem.mp3", part: str = "why", **changes):
        words = {said.key: said.sha256 for said in parts_said(text)}
        fields = {"words": words.get(part, ""), "seen": "", "spoken_by": "A. Haddad", **changes}
        files = {"recording": SimpleUploadedFile(name, content)} if name else {}
        return visitor.post(address("notice_recording", part), {**fields, **files})

    return send


def test_the_words_make_the_fingerprint() -> None:
    part = {"heading": "Kop", "text": ["Eén  zin."]}
    content = {"title": "Titel", "parts": dict.fromkeys(parts_of(PURPOSE), part)}
    first, second, *_ = spoken_parts(PURPOSE, content)
    assert first.lines == ("Titel", "Kop", "Eén  zin.")
    assert second.lines == ("Kop", "Eén  zin.")
    spaced = spoken_parts(PURPOSE, {**content, "parts": {**content["parts"], "who": {**part, "text": ["Eén zin."]}}})
    assert spaced[1].sha256 == second.sha256, "a space is no word"
    assert len(spoken_parts(PURPOSE, {**content, "title": ""})) == len(parts_of(PURPOSE)) - 1
    assert spoken_parts(PURPOSE, {"title": "T", "parts": {"why": {"heading": "K", "text": []}}}) == []


def test_nobody_hears_a_recording_before_it_is_clean(actor, text, client, no_clamd, clamd_process, settings) -> None:
    row = keep(actor, text)
    to = reverse("consent:recording", args=[row.file.sha256])
    page = reverse("consent:notice_text", args=[PURPOSE.value, 1, "ar"])
    assert client.get(to).status_code == 404
    assert "<audio" not in client.get(page).content.decode()
    settings.CLAMD_URL = clamd_process.url
    StoredFile.objects.update(scan_due_at=timezone.now())
    clean(row)
    answer = client.get(to)
    assert b"".join(answer.streaming_content) == samples.mp3()
    assert answer["Content-Type"] == "audio/mpeg"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    assert not answer.cookies
    assert to in client.get(page).content.decode()
    assert client.get(to, headers={"If-None-Match": answer["ETag"]}).status_code == 304
    assert client.head(to)["Content-Length"] == str(len(samples.mp3()))
    part = client.get(to, headers={"Range": "bytes=100-199"})
    assert (part.status_code, part["Content-Range"]) == (206, f"bytes 100-199/{len(samples.mp3())}")
    assert b"".join(part.streaming_content) == samples.mp3()[100:200]
    assert client.get(to, headers={"Range": "bytes=999999-"}).status_code == 416
    assert client.get(reverse("consent:recording", args=["0" * 64])).status_code == 404
    assert client.post(to).status_code == 405


def test_without_a_scanner_a_recording_waits(upload, visitor, client, no_clamd) -> None:
    assert upload(samples.mp3()).status_code == 302
    row = NoticeRecording.objects.get()
    assert scan_file(row.file) is Scan.PENDING
    assert "Wordt gecontroleerd" in visitor.get(address("notice_recordings")).content.decode()
    assert Client().get(reverse("consent:recording", args=[row.file.sha256])).status_code == 404


def test_the_same_words_keep_their_voice_and_other_words_never_get_it(actor, text, visitor, clamd) -> None:
    rows = [keep(actor, text, key, sound(samples.mp3(8 + number))) for number, key in enumerate(parts_of(PURPOSE))]
    clean(*rows)
    assert heard(text)["recorded"]
    draft = writing.begin_draft(actor=actor, purpose=PURPOSE)
    content = json.loads(draft.texts.get(language="ar").content)
    content["parts"]["why"]["text"] = ["كلمات أخرى"]
    draft = writing.save_draft_text(actor=actor, purpose=PURPOSE, language="ar", content=content, seen=1)
    page = visitor.get(address("notice_recordings", edition="draft"))
    parts = {part["key"]: part for part in page.context["parts"]}
    assert page.context["done"] == len(rows) - 1
    assert parts["what"]["recording"]
    assert parts["why"]["recording"] is None
    assert [other["removable"] for other in parts["why"]["others"]] == [False], "the version that counts still says it"
    new = keep(actor, draft.texts.get(language="ar"), "why", sound(samples.mp3(40)))
    clean(new)
    published = writing.publish_draft(actor=actor, purpose=PURPOSE, seen=draft.row_version)
    latest = heard(published.texts.get(language="ar"))
    assert latest["recorded"]
    urls = {part["key"]: part["recording"]["url"] for part in latest["parts"]}
    before = {part["key"]: part["recording"]["url"] for part in heard(text)["parts"]}
    assert {key for key in urls if urls[key] != before[key]} == {"why"}
    page = visitor.get(address("notice_recordings", edition="2"))
    others = {part["key"]: part["others"] for part in page.context["parts"]}
    assert [other["removable"] for other in others["why"]] == [True]
    listed = visitor.get(reverse("consent:notices")).content.decode()
    assert "8 van 8 delen" in listed


def test_another_recording_takes_the_place_and_the_old_one_is_destroyed(actor, text, clamd) -> None:
    old = keep(actor, text, spoken_by="  A.   Haddad ")
    assert old.spoken_by == "A. Haddad"
    first = old.file
    again = sound()
    assert keep(actor, text, file=again).file == first, "sent twice"
    again.refresh_from_db()
    assert again.state == FileState.SHREDDED
    other = sound(samples.ogg(), "stem.ogg")
    with pytest.raises(NotRecorded, match="recording_meanwhile"):
        keep(actor, text, file=other)
    other.refresh_from_db()
    assert other.state == FileState.SHREDDED, "nothing is left of what was not kept"
    new = keep(actor, text, file=sound(samples.m4a(), "stem.m4a"), seen=first.sha256)
    assert (new.pk, new.file.media_type) == (old.pk, "audio/mp4")
    first.refresh_from_db()
    assert first.state == FileState.SHREDDED
    assert not FileKey.objects.filter(file=first).exists()
    assert [row.file.sha256 for row in new.history.order_by("history_id")] == [first.sha256, new.file.sha256]
    with pytest.raises(NotRecorded, match="recording_meanwhile"):
        keep(actor, text, file=sound(samples.mp3(20)), seen=first.sha256)
    events = Entry.objects.filter(event="consent:notice:record").order_by("pk")
    assert [row.action for row in events] == ["C", "U"]


def test_words_that_are_no_more_get_no_voice(actor, text) -> None:
    for changes in ({"words": "0" * 64}, {"part": "why", "words": parts_said(text)[0].sha256}):
        file = sound()
        with pytest.raises(NotRecorded, match="recording_text_changed"):
            keep(actor, text, file=file, **changes)
        file.refresh_from_db()
        assert file.state == FileState.SHREDDED
    assert not NoticeRecording.objects.exists()


def test_others_keep_and_take_nothing(actor, text, client) -> None:
    team, sender = sender_team()
    row = keep(actor, text)
    with pytest.raises(Denied):
        keep(actor_of(sender, team), text, "why")
    with pytest.raises(Denied):
        services.remove_recording(actor=actor_of(sender, team), recording=row)
    sign_in(client, sender)
    assert client.get(address("notice_recordings")).status_code == 404
    refused = client.post(address("notice_recording", "why"), {"recording": SimpleUploadedFile("a.mp3", samples.mp3())})
    assert refused.status_code == 404
    assert client.post(address("notice_recording_remove", str(row.public_id))).status_code == 404
    assert NoticeRecording.objects.get() == row


def test_the_pages_of_the_administrator(upload, visitor, text, clamd) -> None:
    assert upload(samples.mp3()).url == address("notice_recordings") + "#why"
    row = NoticeRecording.objects.get()
    assert (row.part, row.language, row.spoken_by) == ("why", "ar", "A. Haddad")
    clean(row)
    page = visitor.get(address("notice_recordings")).content.decode()
    assert reverse("consent:recording", args=[row.file.sha256]) in page
    assert "1 van 8 delen" in page
    remove = address("notice_recording_remove", str(row.public_id))
    assert visitor.post(remove).url == address("notice_recordings") + "#why"
    assert not NoticeRecording.objects.exists()
    row.file.refresh_from_db()
    assert row.file.state == FileState.SHREDDED
    assert Client().get(reverse("consent:recording", args=[row.file.sha256])).status_code == 404
    assert visitor.post(remove).url == address("notice_recordings"), "a second click finds it gone"
    assert Entry.objects.filter(event="consent:notice:remove_recording", action="D").count() == 1


def test_the_voice_is_there_wherever_the_explanation_is(actor, clamd) -> None:
    """A short text has the same words in all parts but the first, where the title is: two voices are enough."""
    young = make_scene(child_born=born(17))
    own = NoticeText.objects.select_related("notice").get(notice__purpose=Purpose.YOUTH_HEALTH, language="nl")
    files = {"what": sound(), "secrecy": sound(samples.ogg(), "stem.ogg")}
    rows = [keep(actor, own, part, file, purpose=Purpose.YOUTH_HEALTH) for part, file in files.items()]
    clean(*rows)
    held = decide(
        actor=young.actor,
        team=young.team,
        child=young.child,
        deciders=[young.child],
        recipient=young.recipient,
        language="nl",
    )
    again = [young.child.public_id, young.sender.public_id, young.recipient.public_id, Purpose.YOUTH_HEALTH.value]
    desk = sign_in(Client(), young.user)
    for client, to, players in (
        (alone(young.child), reverse("my:agree", args=again), 9),
        (desk, reverse("consent:conversation", args=[held.public_id]), 8),
    ):
        page = client.get(to).content.decode()
        assert page.count("<audio") == players, to
        assert page.count(rows[0].file.sha256) == 1
        assert page.count('type="audio/ogg"') == players - 1
        assert ('id="listen-recorded"' in page) is (players == 9)
        assert ("listen__device" in page) is ('data-only="form"' in page) is ("my/" in to)


@pytest.mark.parametrize(
    ("content", "name", "says"),
    [
        (b"<html><script>alert(1)</script></html>" * 50, "stem.mp3", "past niet bij de naam"),
        (samples.pdf(), "brief.pdf", "Kies een geluidsbestand"),
        (samples.mp3(21 * 1024 * 1024 // 417), "lang.mp3", "hoogstens 20 MB"),
        (b"", "leeg.mp3", "leeg"),
        (b"", "", "geen bestand gekozen"),
    ],
    ids=["disguised", "no sound", "21 MB", "empty", "nothing"],
)
def test_a_wrong_file_is_explained_and_nothing_stays(upload, content: bytes, name: str, says: str) -> None:
    answer = upload(content, name)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert says in page
    assert 'value="A. Haddad"' in page
    assert not NoticeRecording.objects.exists()
    assert not StoredFile.objects.filter(state=FileState.STORED).exists()


def test_what_is_not_there_takes_no_recording(upload, visitor, text) -> None:
    wrong = [
        reverse("consent:notice_recording", args=arguments)
        for arguments in (
            (PURPOSE.value, "1", "ar", "secrecy"),
            (PURPOSE.value, "1", "xx", "why"),
            (PURPOSE.value, "1", "fr", "why"),
            (PURPOSE.value, "9", "ar", "why"),
            (PURPOSE.value, "draft", "ar", "why"),
            ("nothing", "1", "ar", "why"),
        )
    ]
    for to in wrong:
        answer = visitor.post(to, {"recording": SimpleUploadedFile("a.mp3", samples.mp3())})
        assert answer.status_code == 404, to
    changed = upload(samples.mp3(), words="0" * 64)
    assert changed.status_code == 422
    assert not StoredFile.objects.filter(state=FileState.STORED).exists()
    assert not NoticeDraft.objects.exists()


def test_a_recording_asks_for_a_fresh_second_factor(client, user, text) -> None:
    sign_in(client, user, factor_age=3600)
    answer = client.post(address("notice_recording", "why"), {"recording": SimpleUploadedFile("a.mp3", samples.mp3())})
    assert answer.status_code == 302
    assert "second-factor" in answer.url
    assert not StoredFile.objects.exists()
