"""What counts as the text of a page, and what does not."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from wagtail.models import Page

from pages.block_ids import with_stable_ids
from pages.loading import load
from pages.models import ArticlePage, HomePage, StepPage
from pages.staleness import changes, digest_of, is_outdated, live_digest, parts_of, segments_of
from tests.pages.site import add, article, make_site, translate
from tests.shared import shared

pytestmark = pytest.mark.django_db

TEXT = '<p>Bel <a linktype="page" id="{page}">de huisarts</a>.</p><ul><li>Een</li><li>Twee</li></ul>'


def body(**changes: Any) -> list[dict[str, Any]]:
    given = {
        "html": TEXT.format(page=3),
        "kind": "info",
        "telephone": "030 000 00 00",
        "website": "https://example.org/",
        "steps": [{"title": "Eerst", "text": "<p>Bel.</p>", "page": None}],
        **changes,
    }
    return [
        {"type": "text", "value": given["html"]},
        {"type": "note", "value": {"kind": given["kind"], "title": "Let op", "text": "<p>Neem uw pas mee.</p>"}},
        {
            "type": "contact",
            "value": {
                "name": "Balie", "text": "", "telephone": given["telephone"], "email": "", "website": given["website"]
            },
        },
        {"type": "steps", "value": {"title": "Stappen", "steps": given["steps"]}},
    ]  # fmt: skip


@shared
def page() -> ArticlePage:
    return article(make_site(("nl", "ar")), body=body())


def save(page: ArticlePage, blocks: list[dict[str, Any]]) -> ArticlePage:
    page.body = blocks
    page.save_revision().publish()
    return ArticlePage.objects.get(pk=page.pk)


HTML = TEXT.format(page=3)


@pytest.mark.parametrize(
    "change",
    [
        {"html": HTML.replace("<p>", '<p data-block-key="x1">')},
        {"html": HTML.replace("</p>", "</p>\n\n")},
        {"html": HTML.replace("Bel ", "Bel\n   ")},
        {"html": HTML.replace('linktype="page" id="3"', 'id="3" linktype="page"')},
        {"html": HTML.replace("ul>", "ol>")},
        {"html": HTML.replace("Een", "Ee&#110;")},
        {"html": HTML + '<p data-block-key="y"></p>'},
        {"kind": "warning"},
    ],
    ids=str,
)
def test_what_an_editor_does_without_changing_the_text(page: ArticlePage, change: dict[str, Any]) -> None:
    before = segments_of(page)
    assert segments_of(save(page, body(**change))) == before


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"html": HTML.replace("Twee", "Drie")}, "body.text"),
        ({"html": HTML.replace('id="3"', 'id="4"')}, "body.text"),
        ({"html": HTML.replace("Twee", "<b>Twee</b> of meer")}, "body.text"),
        ({"telephone": "112"}, "body.contact.telephone"),
        ({"website": "https://example.org/nieuw"}, "body.contact.website"),
        ({"steps": [{"title": "Nu", "text": "<p>Bel.</p>", "page": None}]}, "body.steps.steps.title"),
        ({"steps": [{"title": "Eerst", "text": "<p>Bel!</p>", "page": None}]}, "body.steps.steps.text"),
        ({"steps": [{"title": "Eerst", "text": "<p>Bel.</p>", "page": 1}]}, "body.steps.steps.page"),
    ],
    ids=str,
)
def test_what_a_translator_is_shown(page: ArticlePage, change: dict[str, Any], place: str) -> None:
    theirs = translate(page, "ar", title="طبيب")
    dutch = save(page, body(**change))
    found = changes(theirs.source_segments, dutch)
    assert [segment.place for segment in found.changed] == [place]
    assert is_outdated(theirs.source_segments, live_digest(dutch.translation_key))


def test_a_block_that_goes_is_counted(page: ArticlePage) -> None:
    before = segments_of(page)
    found = changes(before, save(page, body()[:1]))
    assert found.changed == []
    assert found.gone == len(before) - len(segments_of(page))


def test_another_order_is_another_text(page: ArticlePage) -> None:
    before = segments_of(page)
    dutch = save(page, list(reversed(body())))
    assert digest_of(segments_of(dutch)) != digest_of(before)
    found = changes(before, dutch)
    assert (found.changed, found.gone) == ([], 0)


def test_the_same_sentence_twice_is_two_segments(page: ArticlePage) -> None:
    before = segments_of(page)
    dutch = save(page, [*body(), body()[0]])
    assert len(changes(before, dutch).changed) == 3


def test_facts_are_no_text() -> None:
    home = make_site(("nl",))
    from pages.models import JourneyPage

    road = add(home, JourneyPage, title="De weg", slug="weg")
    step = add(road, StepPage, title="Stap", slug="stap", number=1, what_happens="<p>Iets.</p>")
    before = segments_of(step)
    step.number = 2
    assert segments_of(step) == before
    step.what_happens = "<p>Iets anders.</p>"
    assert segments_of(step) != before


def test_ids_follow_from_the_place(page: ArticlePage) -> None:
    field = ArticlePage._meta.get_field("body")
    one, two = (with_stable_ids(field, field.stream_block.to_python(body())) for _ in range(2))
    assert one == two
    ids = [item["id"] for item in one] + [item["id"] for item in one[3]["value"]["steps"]]
    assert len(set(ids)) == len(ids) == 5


def test_marks_are_short(page: ArticlePage) -> None:
    assert max(len(part.mark) for part in parts_of(page)) < 60


class TestFiles:
    """What the loader says of a translation."""

    @pytest.fixture
    def write(self, tmp_path: Path) -> Callable[..., Path]:
        def write(language: str, key: str, **data: str) -> Path:
            path = tmp_path / language / f"{key}.toml"
            path.parent.mkdir(exist_ok=True)
            path.write_text("".join(f'{name} = "{value}"\n' for name, value in data.items()), encoding="utf-8")
            return tmp_path

        return write

    def site(self, write: Callable[..., Path], **changes: str) -> Path:
        dutch = {"title": "Begin", "summary": "Welkom.", **changes}
        return write("nl", "home", kind="home", **dutch)

    def arabic(self) -> HomePage:
        return HomePage.objects.get(locale__language_code="ar")

    def outdated(self) -> bool:
        page = self.arabic()
        return is_outdated(page.source_segments, live_digest(page.translation_key))

    def stamped(self, write: Callable[..., Path], folder: Path) -> None:
        from pages.files import read

        write("ar", "home", title="بداية", summary="أهلا.", made_from=read("nl", folder)["home"].words_hash)

    def test_made_from_the_file_as_it_is(self, write: Callable[..., Path]) -> None:
        folder = self.site(write)
        self.stamped(write, folder)
        load(folder=folder)
        assert not self.outdated()

    def test_the_dutch_file_changes(self, write: Callable[..., Path]) -> None:
        folder = self.site(write)
        self.stamped(write, folder)
        load(folder=folder)
        self.site(write, summary="Welkom hier.")
        load(folder=folder)
        assert self.outdated()
        dutch = HomePage.objects.get(locale__language_code="nl")
        assert [one.text for one in changes(self.arabic().source_segments, dutch).changed] == ["Welkom hier."]

    def test_and_changes_back(self, write: Callable[..., Path]) -> None:
        folder = self.site(write)
        self.stamped(write, folder)
        load(folder=folder)
        self.site(write, summary="Welkom hier.")
        load(folder=folder)
        self.site(write)
        load(folder=folder)
        assert not self.outdated()

    def test_not_stamped_is_older(self, write: Callable[..., Path]) -> None:
        folder = self.site(write)
        write("ar", "home", title="بداية", summary="أهلا.")
        load(folder=folder)
        assert self.outdated()

    def test_an_editors_dutch_is_not_what_the_file_was_made_from(self, write: Callable[..., Path]) -> None:
        folder = self.site(write)
        load(folder=folder)
        dutch = HomePage.objects.get(locale__language_code="nl")
        dutch.summary = "Van de redactie."
        dutch.save_revision().publish()
        self.stamped(write, folder)
        load(folder=folder)
        assert self.outdated()


def test_deleting_the_dutch_page_leaves_nothing_to_be_older_than(page: ArticlePage) -> None:
    theirs = translate(page, "ar", title="طبيب")
    key = page.translation_key
    Page.objects.get(pk=page.pk).delete()
    assert live_digest(key) is None
    assert not is_outdated(theirs.source_segments, live_digest(key))
