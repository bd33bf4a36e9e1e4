"""Plain Dutch: measured, shown while writing, and a reason asked of whoever publishes a hard text."""

import json

import pytest
from django.test import Client
from wagtail.models import PageLogEntry
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield

from pages import plain_language
from pages.enums import Audience
from pages.models import ArticlePage, HomePage
from pages.plain_language import Level, measure
from pages.queries import page_kinds
from pages.writing import ACTION
from tests.pages.editing import publisher, translator, writer
from tests.pages.naughty import NAUGHTY
from tests.pages.site import article, make_site, translate
from tests.shared import shared

pytestmark = pytest.mark.django_db

EASY = "U gaat naar de huisarts. De huisarts helpt u. U belt eerst. Dan maakt u een afspraak. Neem uw pas mee."
HARD = (
    "De vergunninghouder dient binnen de daarvoor gestelde termijn zorg te dragen voor inschrijving in de "
    "basisregistratie personen van de gemeente van vestiging, waarbij de verantwoordelijkheid voor het aanleveren "
    "van documentatie bij de betrokkene berust."
)


@shared
def home() -> HomePage:
    from pages.editors import grant_editing

    home = make_site(("nl", "en"))
    grant_editing()
    return home


@shared
def page(home: HomePage) -> ArticlePage:
    return article(home, summary="U zoekt een huisarts.", body=[("text", f"<p>{EASY}</p>")])


def filled_in(page: ArticlePage, text: str, **fields: str) -> dict[str, str]:
    return nested_form_data(
        {
            "title": page.title,
            "slug": page.slug,
            "summary": page.summary,
            "body": streamfield([("text", rich_text(f"<p>{text}</p>"))]),
            "audience": page.audience,
            "translation_origin": page.translation_origin,
            "seo_title": "",
            "search_description": "",
            "reviewed_on": "",
            "next_review": "",
            "owner_organisation": "",
            "translation_checked_by": "",
            "translation_checked_on": "",
            "comments-TOTAL_FORMS": "0",
            "comments-INITIAL_FORMS": "0",
            "comments-MIN_NUM_FORMS": "0",
            "comments-MAX_NUM_FORMS": "",
            **fields,
        }
    )


def live(page: ArticlePage) -> ArticlePage:
    return ArticlePage.objects.get(pk=page.pk)


def test_the_score_is_that_of_douma() -> None:
    """206.84 - 0.93 x words per sentence - 77 x syllables per word."""
    text = "De gemeente helpt u graag. De medewerker zoekt een woning voor u. U kunt altijd vragen stellen."
    found = measure(text)
    words, sentences = 17, 3
    syllables = sum(plain_language._syllables(word) for word in plain_language.WORD.findall(text))
    assert found.words == words
    assert found.score == pytest.approx(206.84 - 0.93 * words / sentences - 77 * syllables / words, abs=0.2)
    assert found.measure == "Flesch-Douma"


def test_easy_is_easier_than_hard() -> None:
    easy, hard = measure(EASY), measure(HARD)
    assert easy.score is not None
    assert hard.score is not None
    assert easy.score > 80 > 30 > hard.score
    assert easy.level in (Level.EASY, Level.VERY_EASY)
    assert hard.level is Level.VERY_HARD
    assert not easy.hard
    (sentence,) = hard.hard
    assert sentence.text == HARD
    assert "34" in sentence.reasons[0]
    assert "basisregistratie" in sentence.reasons[1]


@pytest.mark.parametrize(
    ("score", "level"),
    [(100, Level.VERY_EASY), (90, Level.VERY_EASY), (89.9, Level.EASY), (65, Level.ORDINARY), (29.9, Level.VERY_HARD)],
)
def test_levels(score: float, level: Level) -> None:
    assert plain_language.level_of(score) is level
    assert str(level.label)


@pytest.mark.parametrize("count", [15, 16])
def test_a_sentence_is_long_from_sixteen_words(count: int) -> None:
    assert bool(measure(" ".join(["huis"] * count) + ".").hard) == (count > 15)


def test_headings_count_as_sentences_and_too_little_text_says_nothing() -> None:
    assert plain_language.sentences_of("Kop zonder punt\nEen zin. Nog een zin!\n\n- \n5") == [
        "Kop zonder punt",
        "Een zin.",
        "Nog een zin!",
    ]
    short = measure("Dag.")
    assert (short.score, short.level) == (None, None)
    assert not short.is_too_hard(100)


@pytest.mark.parametrize("text", NAUGHTY)
def test_any_text_can_be_measured(text: str) -> None:
    found = measure(text * 3)
    assert found.score is None or 0 <= found.score <= 100
    assert sum(len(sentence.text) for sentence in found.hard) < 20_000


def test_professionals_may_read_harder_texts() -> None:
    assert plain_language.limit_for(Audience.PROFESSIONALS) < plain_language.limit_for(Audience.EVERYONE)
    assert plain_language.limit_for("nonsense") == plain_language.limit_for(Audience.REFUGEES)


def test_while_typing(page: ArticlePage) -> None:
    client = writer()
    found = client.post("/cms/leesniveau/", {"text": HARD, "audience": "everyone"}).json()
    assert found["too_hard"]
    assert found["measure"] == "Flesch-Douma"
    assert found["hard"][0]["reasons"]
    assert not client.post("/cms/leesniveau/", {"text": EASY}).json()["too_hard"]
    for text in NAUGHTY:
        assert client.post("/cms/leesniveau/", {"text": text, "audience": text}).status_code == 200


def test_strangers_measure_nothing(client: Client, page: ArticlePage) -> None:
    assert client.post("/cms/leesniveau/", {"text": EASY}).status_code == 302
    assert writer().get("/cms/leesniveau/").status_code == 405


def test_the_editor_shows_the_level(page: ArticlePage) -> None:
    html = writer().get(f"/cms/pages/{page.pk}/edit/").content.decode()
    assert "data-reading-level" in html
    assert "Flesch-Douma" in html
    assert "reading_level.js" in html
    assert 'name="publish_reason"' in html


def test_every_kind_of_page_asks(page: ArticlePage) -> None:
    from pages.page_forms import BasePageForm

    for kind in page_kinds():
        form = kind.get_edit_handler().get_form_class()
        assert issubclass(form, BasePageForm), kind
        assert "publish_reason" in form.base_fields, kind


@pytest.mark.parametrize("button", ["action-publish", "action-submit"])
def test_a_hard_text_needs_a_reason(page: ArticlePage, button: str) -> None:
    client = publisher()
    response = client.post(f"/cms/pages/{page.pk}/edit/", filled_in(page, HARD, **{button: "1"}))
    assert response.status_code == 200
    assert "Deze tekst is moeilijk (Flesch-Douma" in response.content.decode()
    assert EASY in str(live(page).body)
    assert not PageLogEntry.objects.filter(action=ACTION).exists()


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_draft_is_always_kept(page: ArticlePage, reason: str) -> None:
    response = writer().post(f"/cms/pages/{page.pk}/edit/", filled_in(page, HARD, publish_reason=reason))
    assert response.status_code == 302
    page = live(page)
    assert HARD in str(page.get_latest_revision_as_object().body)
    assert EASY in str(page.body)


def test_with_a_reason_it_goes_online_and_the_reason_is_kept(page: ArticlePage) -> None:
    response = publisher().post(
        f"/cms/pages/{page.pk}/edit/",
        filled_in(page, HARD, **{"action-publish": "1", "publish_reason": "Het is de wet zelf. <b>{}%s"}),
    )
    assert response.status_code == 302
    page = live(page)
    assert HARD in str(page.body)
    entry = PageLogEntry.objects.get(action=ACTION)
    assert entry.page_id == page.pk
    assert entry.data["reason"] == "Het is de wet zelf. <b>{}%s"
    assert entry.data["score"] < entry.data["limit"]
    assert "Het is de wet zelf" in entry.formatter.format_message(entry)
    assert (page.reading_measure, page.reading_level) == ("Flesch-Douma", entry.data["score"])
    history = publisher().get(f"/cms/pages/{page.pk}/history/").content.decode()
    assert "Het is de wet zelf. &lt;b&gt;{}%s" in history


@pytest.mark.parametrize("below", [False, True])
def test_a_list_is_no_way_around_the_reason(page: ArticlePage, below: bool) -> None:
    draft = live(page)
    draft.body = [("text", f"<p>{HARD}</p>")]
    draft.save_revision()
    if below:
        live(page).unpublish()
    ticked = page.get_parent() if below else page
    address = f"/cms/bulk/wagtailcore/page/publish/?id={ticked.pk}&next=/cms/"
    fields = {"include_descendants": "on"} if below else {}

    answer = publisher().post(address, fields, follow=True)

    assert "Deze teksten zijn moeilijk" in answer.content.decode()
    assert page.title in answer.content.decode()
    assert HARD not in str(live(page).body)
    draft.body = [("text", f"<p>{EASY} Tot ziens.</p>")]
    draft.save_revision()
    publisher().post(address, fields)
    assert "Tot ziens" in str(live(page).body)


def test_an_easy_text_needs_none(page: ArticlePage) -> None:
    response = publisher().post(
        f"/cms/pages/{page.pk}/edit/",
        filled_in(page, f"{EASY} Tot ziens.", **{"action-publish": "1", "publish_reason": "Zomaar"}),
    )
    assert response.status_code == 302
    assert "Tot ziens" in str(live(page).body)
    assert not PageLogEntry.objects.filter(action=ACTION).exists()


def test_a_translation_is_not_measured_by_a_dutch_rule(page: ArticlePage) -> None:
    english = translate(page, "en", title="Find a doctor", summary="Text.", body=[("text", f"<p>{HARD}</p>")])
    assert live(english).reading_level is None
    html = translator("en").get(f"/cms/pages/{english.pk}/edit/").content.decode()
    assert "data-reading-level" not in html


def test_what_is_published_is_stored(page: ArticlePage) -> None:
    stored = live(page)
    assert stored.reading_measure == "Flesch-Douma"
    assert stored.reading_level == measure(plain_language.text_of(stored)).score
    stored.body = [("text", f"<p>{HARD}</p>")]
    stored.save_revision().publish()
    assert live(page).reading_level < 40


@pytest.mark.parametrize(("text", "marked"), [(HARD, True), (EASY, False)])
def test_the_preview_carries_a_mark_for_the_content_check(page: ArticlePage, text: str, marked: bool) -> None:
    client = writer()
    address = f"/cms/pages/{page.pk}/edit/preview/"
    assert client.post(address, filled_in(page, text)).json()["is_valid"]
    html = client.get(address).content.decode()
    assert ("data-plain-language" in html) == marked


def test_readers_never_see_the_mark(client: Client, page: ArticlePage) -> None:
    stored = live(page)
    stored.body = [("text", f"<p>{HARD}</p>")]
    stored.save_revision().publish()
    assert "data-plain-language" not in client.get("/nl/gezondheid/huisarts/").content.decode()


def test_wagtails_own_check_knows_the_rule(page: ArticlePage) -> None:
    html = writer().get(f"/cms/pages/{page.pk}/edit/").content.decode()
    found = html.partition('id="checker-axe-configuration"')[2].partition(">")[2].partition("</script>")[0]
    configuration = json.loads(found)
    assert "plain-language" in {rule["id"] for rule in configuration["spec"]["rules"]}
    assert "plain-language" in configuration["options"]["runOnly"]
    assert configuration["messages"]["plain-language"]["error_name"]
