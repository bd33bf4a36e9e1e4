"""Content goes from files to pages and back: edits survive, nothing is made twice, and a comparison shows the edit."""

import re
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from wagtail.models import Page

from pages.exporting import export
from pages.files import FOLDER, read
from pages.loading import Report, load
from pages.models import ArticlePage, BasePage, GlossaryTerm, HomePage, TopicPage
from pages.policy import Editor
from pages.staleness import is_outdated, live_digest
from pages.translating.services import mark_current
from tests.factories import UserFactory
from tests.pages.site import article, translate

pytestmark = pytest.mark.django_db

KEYS = ("home", "health", "find-doctor", "medical-file", "youth-health")
LINK = re.compile(r'(page = "|page:)([a-z0-9-]+)')
WRITER = Editor(writes=frozenset({None}), translates=frozenset({"ar", "en"}))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of some files in three languages; a link to a page that is not among them leads to one that is."""
    for language in ("nl", "en", "ar"):
        (tmp_path / language).mkdir()
        for key in {*KEYS} & {*read(language)}:
            text = (FOLDER / language / f"{key}.toml").read_text(encoding="utf-8")
            lines = [line for line in text.splitlines() if not line.startswith("related")]
            text = "\n".join(lines) + "\n"
            (tmp_path / language / f"{key}.toml").write_text(LINK.sub(_among_these, text), encoding="utf-8")
    stamp(tmp_path)
    return tmp_path


def _among_these(found: re.Match[str]) -> str:
    return found.group(1) + (found.group(2) if found.group(2) in KEYS else "health")


def stamp(folder: Path) -> None:
    """The translations were made from the Dutch files as they are here."""
    sources = read("nl", folder)
    for language in ("en", "ar"):
        for key, file in read(language, folder).items():
            path = folder / language / f"{key}.toml"
            text = path.read_text(encoding="utf-8")
            path.write_text(text.replace(file.data["made_from"], sources[key].words_hash), encoding="utf-8")


@pytest.fixture
def loaded_small(folder: Path) -> Report:
    """What loading those files did."""
    return load(folder=folder)


def page(key: str, language: str = "nl", kind: type[BasePage] = ArticlePage) -> Any:
    return kind.objects.select_related("locale").get(file_key=key, locale__language_code=language)


def edit(found: BasePage, **fields: Any) -> None:
    for name, value in fields.items():
        setattr(found, name, value)
    found.save_revision().publish()


def replace(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / f"{name}.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def texts(folder: Path) -> dict[str, list[str]]:
    return {
        path.relative_to(folder).with_suffix("").as_posix(): path.read_text(encoding="utf-8").splitlines()
        for path in folder.rglob("*.toml")
    }


def outdated(found: BasePage) -> bool:
    return is_outdated(found.source_segments, live_digest(found.translation_key))


def rows() -> list[dict[str, Any]]:
    return list(Page.objects.order_by("pk").values())


def test_an_edit_is_one_line_and_loading_it_again_changes_nothing(folder: Path, loaded_small: Report) -> None:
    before = texts(folder)
    edit(page("find-doctor"), title="Anders")

    assert export(folder=folder).written == ["nl/find-doctor"]

    after = texts(folder)
    changed = [line for line in after["nl/find-doctor"] if line not in before["nl/find-doctor"]]
    assert changed == ['title = "Anders"']
    assert len(after["nl/find-doctor"]) == len(before["nl/find-doctor"])
    stored = rows()
    for _time in range(2):
        again = load(folder=folder)
        assert (again.created, again.updated, again.kept) == ([], [], [])
        assert rows() == stored
        assert export(folder=folder).written == []
    # From now on the file may be changed by hand again.
    replace(folder, "nl/find-doctor", '"Anders"', '"Nog anders"')
    assert "nl/find-doctor" in load(folder=folder).updated
    assert page("find-doctor").title == "Nog anders"


def test_what_is_no_text_is_exported_too(folder: Path, loaded_small: Report) -> None:
    doctor = page("find-doctor")
    doctor.related_pages.set([page("medical-file").page_ptr])
    edit(doctor, slug="dokter", seo_title="Een dokter", next_review=date(2027, 3, 1), reviewed_on=date(2026, 9, 1))
    page("youth-health").move(page("find-doctor"), pos="left")

    assert set(export(folder=folder).written) >= {"nl/find-doctor"}

    data = read("nl", folder)["find-doctor"].data
    assert (data["slug"], data["seo_title"], data["related"]) == ("dokter", "Een dokter", ["medical-file"])
    assert (data["reviewed_on"], data["next_review"]) == (date(2026, 9, 1), date(2027, 3, 1))
    orders = {key: file.data.get("order", 0) for key, file in read("nl", folder).items()}
    assert orders["medical-file"] < orders["youth-health"] < orders["find-doctor"]
    # An empty database gets the same.
    Page.objects.filter(depth__gt=1).delete()
    load(folder=folder)
    fresh = page("find-doctor")
    assert (fresh.slug, fresh.seo_title, fresh.next_review) == ("dokter", "Een dokter", date(2027, 3, 1))
    assert [one.title for one in fresh.related_pages.all()] == [page("medical-file").title]
    assert [one.file_key for one in ArticlePage.objects.child_of(page("health", kind=TopicPage)).order_by("path")] == [
        "medical-file",
        "youth-health",
        "find-doctor",
    ]


def test_a_page_that_an_editor_made_gets_a_file_and_is_not_made_twice(folder: Path, loaded_small: Report) -> None:
    new = article(page("health", kind=TopicPage), title="Nieuw stuk", slug="nieuw-stuk")
    theirs = translate(new, "ar", title="جديد")
    key = f"nieuw-stuk-{new.pk}"

    assert export(folder=folder).written == [f"nl/{key}", f"ar/{key}"]

    stored = rows()
    again = load(folder=folder)
    assert (again.created, again.updated, again.kept) == ([], [], [])
    assert rows() == stored
    # The name holds when the page is renamed, and for its translations.
    edit(ArticlePage.objects.get(pk=new.pk), slug="anders-genoemd")
    assert export(folder=folder).written == [f"nl/{key}"]
    assert page(key, "ar").pk == theirs.pk


def test_a_file_that_comes_where_an_editor_made_a_page(folder: Path, loaded_small: Report) -> None:
    mine = article(page("health", kind=TopicPage), title="Tandarts", slug="tandarts")
    start = 'kind = "article"\nparent = "health"\nslug = "tandarts"\norder = 9\n'
    (folder / "nl" / "dentist.toml").write_text(f'{start}title = "De tandarts"\nsummary = "Voor uw tanden."\n')

    assert load(folder=folder).kept == ["nl/dentist"]

    assert ArticlePage.objects.get(slug="tandarts").pk == mine.pk
    assert ArticlePage.objects.get(pk=mine.pk).title == "Tandarts"


def test_what_an_editor_changed_is_kept(folder: Path, loaded_small: Report) -> None:
    edit(page("home", kind=HomePage), title="Anders")
    replace(folder, "nl/home", "title = ", 'seo_title = "x"\ntitle = ')

    assert "nl/home" in load(folder=folder).kept
    assert page("home", kind=HomePage).title == "Anders"

    assert "nl/home" in load(folder=folder, overwrite=True).updated
    assert page("home", kind=HomePage).title == read("nl", folder)["home"].data["title"]


def test_what_an_editor_works_on_or_took_off_is_kept(folder: Path, loaded_small: Report) -> None:
    doctor = page("find-doctor")
    doctor.title = "Concept"
    draft = doctor.save_revision()
    page("medical-file").unpublish()
    for name in ("nl/find-doctor", "nl/medical-file"):
        replace(folder, name, 'summary = "', 'summary = "Let op. ')

    kept = load(folder=folder).kept

    assert {"nl/find-doctor", "nl/medical-file"} <= set(kept)
    assert page("find-doctor").latest_revision_id == draft.pk
    assert not page("medical-file").live


def test_a_file_that_nobody_loaded_yet_is_not_written_over(folder: Path, loaded_small: Report) -> None:
    replace(folder, "nl/find-doctor", "title = ", 'seo_title = "Nieuwer"\ntitle = ')

    assert export(folder=folder).written == []
    assert read("nl", folder)["find-doctor"].data["seo_title"] == "Nieuwer"


def test_what_is_said_of_a_translation_comes_along(folder: Path, loaded_small: Report) -> None:
    edit(page("find-doctor"), title="Anders")
    arabic = page("find-doctor", "ar")
    edit(arabic, translation_checked_by="Amal", translation_checked_on=date(2026, 10, 1))
    mark_current(
        editor=WRITER, user=UserFactory(), page=page("find-doctor", "ar"), digest=live_digest(arabic.translation_key)
    )

    assert export(folder=folder).written == ["nl/find-doctor", "ar/find-doctor"]

    dutch, said = read("nl", folder)["find-doctor"], read("ar", folder)["find-doctor"].data
    assert (said["made_from"], said["checked_by"], said["checked_on"]) == (dutch.words_hash, "Amal", date(2026, 10, 1))
    assert read("en", folder)["find-doctor"].data["made_from"] != dutch.words_hash
    Page.objects.filter(depth__gt=1).delete()
    load(folder=folder)
    assert not outdated(page("find-doctor", "ar"))
    assert outdated(page("find-doctor", "en"))
    assert page("find-doctor", "ar").translation_checked_by == "Amal"


def test_a_translator_who_vouched_is_believed_when_a_fact_changes(folder: Path, loaded_small: Report) -> None:
    edit(page("find-doctor"), title="Anders")
    arabic = page("find-doctor", "ar")
    mark_current(editor=WRITER, user=UserFactory(), page=arabic, digest=live_digest(arabic.translation_key))
    replace(folder, "nl/find-doctor", "slug = ", 'audience = "refugees"\nslug = ')

    report = load(folder=folder)

    assert "ar/find-doctor" in report.updated  # it has its facts from the Dutch file
    assert page("find-doctor", "ar").audience == "refugees"
    assert not outdated(page("find-doctor", "ar"))


def test_a_word_goes_there_and_back(folder: Path) -> None:
    shutil.copy(FOLDER / "nl" / "glossary.toml", folder / "nl")
    load(folder=folder)
    word = GlossaryTerm.objects.get(key="bsn", locale__language_code="nl")
    word.explanation = "Uw nummer."
    word.save()

    assert export(folder=folder).written == ["nl/glossary"]
    load(folder=folder)
    replace(folder, "nl/glossary", '"Uw nummer."', '"Uw eigen nummer."')
    load(folder=folder)

    assert GlossaryTerm.objects.get(pk=word.pk).explanation == "Uw eigen nummer."
