"""Notices: complete in ten languages, published once, provable by their hash."""

import hashlib
import io
import json
import shutil

import pytest
from django.core.management import CommandError, call_command
from django.template.loader import render_to_string

from consent import notice_texts
from consent.enums import Purpose
from consent.models import Conversation, Notice, NoticeText
from consent.notice_texts import FOLDER, PARTS, PICTOGRAMS, NoticeRefused, digest, load, shown
from portal.audit.models import Entry
from tests.consent_factories import decide
from tests.triggers import without_triggers


def test_every_purpose_is_explained_in_all_languages(db, settings):
    assert load() == len(Purpose) * len(settings.LANGUAGES)
    assert load() == 0
    for purpose in Purpose:
        dutch = NoticeText.objects.get(notice__purpose=purpose, language="nl")
        for code, _name in settings.LANGUAGES:
            text = NoticeText.objects.get(notice__purpose=purpose, language=code)
            lines = [len(part["text"]) for part in shown(text)["parts"]]
            assert lines == [len(part["text"]) for part in shown(dutch)["parts"]], "sentence for sentence"
            assert text.made_from == ("" if code == "nl" else dutch.sha256), "made from the Dutch text as it is"
            assert "privacy@example.org" in text.content
    assert Entry.objects.filter(event="consent:notice:publish").count() == len(Purpose)


def test_every_part_has_a_drawing_of_its_own():
    assert set(PICTOGRAMS) == {*PARTS, "secrecy"}
    assert len(set(PICTOGRAMS.values())) == len(PICTOGRAMS)
    for name in PICTOGRAMS.values():
        assert "<svg" in render_to_string(f"icons/{name}.svg", {"classes": "icon"})


def test_the_hash_is_that_of_the_stored_text(db):
    load()
    for text in NoticeText.objects.all():
        assert hashlib.sha256(text.content.encode()).hexdigest() == text.sha256


@pytest.fixture
def folder(tmp_path, monkeypatch):
    copy = tmp_path / "notices"
    shutil.copytree(FOLDER, copy)
    monkeypatch.setattr(notice_texts, "FOLDER", copy)
    return copy


def test_a_published_text_is_fixed(db, folder):
    load(folder)
    file = folder / Purpose.YOUTH_HEALTH / "1" / "nl.json"
    content = json.loads(file.read_text(encoding="utf-8"))
    content["title"] = "Anders"
    file.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(NoticeRefused, match="fixed"):
        load(folder)


def test_layout_is_not_content(db, folder):
    load(folder)
    file = folder / Purpose.YOUTH_HEALTH / "1" / "nl.json"
    file.write_text(json.dumps(json.loads(file.read_text(encoding="utf-8"))), encoding="utf-8")
    assert load(folder) == 0


def test_a_new_version_and_a_new_language_are_published(db, folder):
    load(folder)
    version = folder / Purpose.YOUTH_HEALTH / "2"
    shutil.copytree(folder / Purpose.YOUTH_HEALTH / "1", version)
    (version / "about.json").write_text('{"asks_again": true}', encoding="utf-8")
    shutil.copy(version / "en.json", folder / Purpose.YOUTH_HEALTH / "1" / "ru.json")
    assert load(folder) == 11
    assert Notice.objects.get(purpose=Purpose.YOUTH_HEALTH, version=2).asks_again
    (version / "about.json").unlink()
    with pytest.raises(NoticeRefused, match="fixed"):
        load(folder)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda content: content.pop("title"),
        lambda content: content["parts"].pop("no_consequence"),
        lambda content: content["parts"]["why"].update(text=[]),
        lambda content: content["parts"]["why"].update(text=[" "]),
        lambda content: content["parts"]["why"].update(heading=""),
        lambda content: content.update(extra=1),
    ],
)
def test_half_a_notice_publishes_nothing(db, folder, spoil):
    file = folder / Purpose.GUIDANCE / "1" / "ar.json"
    content = json.loads(file.read_text(encoding="utf-8"))
    spoil(content)
    file.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(NoticeRefused):
        load(folder)
    assert not Notice.objects.exists()


def test_the_command(db, capsys, tmp_path, monkeypatch):
    call_command("load_notices")
    assert "60 notice texts published" in capsys.readouterr().out
    (tmp_path / Purpose.GUIDANCE / "first").mkdir(parents=True)
    monkeypatch.setattr("consent.management.commands.load_notices.load", lambda: load(tmp_path))
    with pytest.raises(CommandError, match="number"):
        call_command("load_notices")


class TestVerifying:
    """``verify_notices`` against somebody who writes in the database, past the triggers."""

    def verified(self):
        out = io.StringIO()
        try:
            call_command("verify_notices", stdout=out)
        except CommandError as error:
            return f"{out.getvalue()}\n{error}"
        return out.getvalue()

    def test_published_texts_are_in_order(self, db):
        load()
        dutch = NoticeText.objects.get(notice__purpose=Purpose.GUIDANCE, language="nl")
        said = self.verified()
        assert f"{dutch.sha256}  {Purpose.GUIDANCE}/1/nl  ok" in said
        assert "not" not in said.lower()

    @pytest.mark.parametrize(
        ("fields", "word"),
        [({"content": "{}"}, "DIFFERS"), ({"content": "{}", "sha256": digest("{}")}, "NOT WHAT THE LOG SAYS")],
    )
    def test_a_changed_text_is_found_with_its_hash_or_without(self, db, fields, word):
        load()
        with without_triggers():
            NoticeText.objects.filter(notice__purpose=Purpose.GUIDANCE, language="nl").update(**fields)
        said = self.verified()
        assert f"{Purpose.GUIDANCE}/1/nl  {word}" in said
        assert "1 texts" in said

    def test_a_text_slipped_in_and_one_taken_away_are_found(self, db):
        load()
        row = Notice.objects.get(purpose=Purpose.GUIDANCE)
        NoticeText.objects.create(notice=row, language="ru", content="{}", sha256=digest("{}"))
        with without_triggers():
            row.texts.get(language="so").delete()
        said = self.verified()
        assert f"{Purpose.GUIDANCE}/1/so  MISSING" in said
        assert "2 texts" in said

    def test_a_conversation_that_names_another_text_is_found(self, scene):
        given = decide(actor=scene.actor, team=scene.team, child=scene.child, deciders=[scene.mother, scene.father])
        assert "0 conversations" in self.verified()
        with without_triggers():
            Conversation.objects.filter(pk=given.pk).update(notice_sha256="0" * 64)
        assert "1 conversations" in self.verified()
