"""Machine translation: off unless asked for, files out and files in, always marked until a person has read it."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from wagtail_localize.machine_translators import get_machine_translator
from wagtail_localize.models import StringTranslation

from pages.editors import grant_editing
from pages.enums import TranslationStatus
from pages.models import ArticlePage, HomePage, TranslationState
from pages.translating.adoption import prepare
from pages.translating.machine import FilesTranslator, UnreadableFile, key_of
from pages.translating.matrix import Wanted, matrix
from tests.pages.editing import publisher, translator
from tests.pages.site import article, make_site, translate
from tests.shared import shared

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> Path:
    """The plug-in that comes along, at work in a folder."""
    settings.WAGTAILLOCALIZE_MACHINE_TRANSLATOR = {
        "CLASS": "pages.translating.machine.FilesTranslator",
        "OPTIONS": {"folder": tmp_path},
    }
    (tmp_path / "in").mkdir()
    return tmp_path


@shared
def page() -> ArticlePage:
    home = make_site(("nl", "ar", "fa"))
    grant_editing()
    for language in ("ar", "fa"):
        HomePage.objects.filter(locale__language_code=language).update(translation_origin="person")
    return article(home, body=[{"type": "text", "value": "<p>Bel <b>eerst</b>.</p><p>Bel eerst.</p>"}])


def asked(folder: Path, language: str = "ar") -> list[dict[str, str]]:
    return json.loads((folder / "out" / f"{language}.json").read_text(encoding="utf-8"))["segments"]


def answer(folder: Path, language: str = "ar", **changes: str) -> None:
    """Every question is answered with a word, or with what ``changes`` says by its source."""
    segments = [
        {**item, "translation": changes.get(item["source"], f"آلة {n}")} for n, item in enumerate(asked(folder))
    ]
    (folder / "in" / f"{language}.json").write_text(json.dumps({"segments": segments}), encoding="utf-8")


def status(page: ArticlePage) -> str:
    rows = {row.source_id: row for row in matrix(Wanted(languages=("ar",)))}
    return rows[page.pk].cells[0].status.value


def test_it_is_off_by_default(page: ArticlePage, settings: Any) -> None:
    assert configured.MACHINE_TRANSLATION == ""
    assert get_machine_translator() is None
    for name in ("export_for_machine", "import_from_machine"):
        with pytest.raises(CommandError, match="off"):
            call_command(name, "ar")
    translation = prepare(source=page, language="ar", user=None)
    assert publisher().post(reverse("wagtail_localize:machine_translate", args=[translation.pk])).status_code == 404


class TestThereAndBack:
    def test_out_are_the_segments_that_are_missing(self, page: ArticlePage, folder: Path) -> None:
        call_command("export_for_machine", "ar")
        sources = [item["source"] for item in asked(folder)]
        assert {"Bel <b>eerst</b>.", "Bel eerst.", "Een huisarts zoeken"} <= set(sources)
        assert len(sources) == len(set(sources))

    def test_out_are_only_the_changed_segments_of_an_outdated_page(self, page: ArticlePage, folder: Path) -> None:
        for one in (page.get_parent().specific, page):
            translate(one, "ar", title=one.title + "*") if one.pk == page.pk else None
        page.summary = "Een andere zin."
        page.save_revision().publish()
        call_command("export_for_machine", "ar")
        sources = [item["source"] for item in asked(folder)]
        assert "Een andere zin." in sources
        assert "Bel eerst." not in sources

    def test_in_comes_a_marked_draft(self, page: ArticlePage, folder: Path) -> None:
        call_command("export_for_machine", "ar")
        answer(folder, **{"Bel <b>eerst</b>.": "اتصل <b>أولاً</b>."})
        call_command("import_from_machine", "ar")
        theirs = ArticlePage.objects.get(locale__language_code="ar")
        draft = theirs.get_latest_revision_as_object()
        assert not theirs.live
        assert "اتصل <b>أولاً</b>." in str(draft.body)
        assert draft.translation_origin == "machine"
        assert status(page) == TranslationStatus.DRAFT

    def test_published_it_says_so_until_a_person_has_read_it(self, page: ArticlePage, folder: Path) -> None:
        call_command("export_for_machine", "ar")
        answer(folder)
        call_command("import_from_machine", "ar")
        theirs = ArticlePage.objects.get(locale__language_code="ar")
        theirs.latest_revision.publish()
        assert status(page) == TranslationStatus.MACHINE
        path = f"/ar/{page.get_parent().slug}/{page.slug}/"
        assert Client().get(path).context["by_machine"] is True

        translator("ar").post(reverse("pages_translation_checked", args=[page.pk, "ar"]))

        assert status(page) == TranslationStatus.CURRENT
        assert Client().get(path).context["by_machine"] is False
        assert TranslationState.objects.get(page=theirs).checked_by

    def test_a_live_page_keeps_its_words(self, page: ArticlePage, folder: Path) -> None:
        theirs = translate(page, "ar", title="طبيب")
        page.summary = "Een andere zin."
        page.save_revision().publish()
        call_command("export_for_machine", "ar")
        answer(folder)
        call_command("import_from_machine", "ar")
        live = ArticlePage.objects.get(pk=theirs.pk)
        assert live.summary == "Een korte zin."
        assert live.translation_origin == "person"
        draft = live.get_latest_revision_as_object()
        assert draft.summary.startswith("آلة")
        assert (draft.title, draft.translation_origin) == ("طبيب", "machine")

    def test_twice_is_once(self, page: ArticlePage, folder: Path) -> None:
        call_command("export_for_machine", "ar")
        answer(folder)
        call_command("import_from_machine", "ar")
        theirs = ArticlePage.objects.get(locale__language_code="ar")
        before = theirs.revisions.count()
        call_command("import_from_machine", "ar")
        assert theirs.revisions.count() == before

    def test_what_a_person_typed_stays(self, page: ArticlePage, folder: Path) -> None:
        call_command("export_for_machine", "ar")
        answer(folder)
        translation = prepare(source=page, language="ar", user=None)
        row = translation.source.stringsegment_set.get(string__data="Bel eerst.")
        row.string.translations.create(
            locale=translation.target_locale, context=row.context, data="مني", translation_type="manual"
        )
        translator("ar").post(reverse("wagtail_localize:machine_translate", args=[translation.pk]))
        assert row.string.translations.get(context=row.context).data == "مني"
        assert row.string.translations.count() < StringTranslation.objects.count()

    def test_the_button_in_the_editor(self, page: ArticlePage, folder: Path) -> None:
        translation = prepare(source=page, language="ar", user=None)
        address = reverse("wagtail_localize:machine_translate", args=[translation.pk])
        translator("ar").post(address)
        assert "Bel eerst." in [item["source"] for item in asked(folder)]
        answer(folder)
        translator("ar").post(address)
        assert translation.get_progress()[0] == translation.get_progress()[1]


@pytest.mark.parametrize(
    "content",
    [b"", b"[", b"[]", b'{"segments": 1}', b'{"segments": [1]}', b'{"segments": [{"id": 1}]}', b"\xff", b"[" * 100_000],
    ids=range(8),
)  # fmt: skip
def test_a_broken_file_is_refused(page: ArticlePage, folder: Path, content: bytes) -> None:
    (folder / "in" / "ar.json").write_bytes(content)
    with pytest.raises(UnreadableFile):
        FilesTranslator({"folder": folder}).answers("ar")
    with pytest.raises(CommandError, match=r"ar\.json"):
        call_command("import_from_machine", "ar")
    assert not ArticlePage.objects.filter(locale__language_code="ar").exists()


@pytest.mark.parametrize(
    "translation", ["", "  ", "<script>x</script>", "<p>x</p>", '<a href="//e">x</a>', "a\x00b", '<b onclick="x">x</b>']
)
def test_an_answer_that_no_page_may_have_is_left_out(folder: Path, translation: str) -> None:
    item = {"id": key_of("Bel."), "source": "Bel.", "translation": translation}
    (folder / "in" / "ar.json").write_text(json.dumps({"segments": [item]}), encoding="utf-8")
    assert FilesTranslator({"folder": folder}).answers("ar") == {}


def test_an_answer_to_another_question_is_left_out(folder: Path) -> None:
    item = {"id": key_of("Bel."), "source": "Kom.", "translation": "x"}
    (folder / "in" / "ar.json").write_text(json.dumps({"segments": [item]}), encoding="utf-8")
    assert FilesTranslator({"folder": folder}).answers("ar") == {}
