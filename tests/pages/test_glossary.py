"""Words in running text: whole ones, the longest first, once a page, in the scripts and cases of ten languages."""

import unicodedata
import uuid
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.cache import cache
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from pages.glossary import Finder, Term, folded, marked, spoken_forms, terms_for
from pages.models import ArticlePage, GlossaryPage, GlossaryTerm, HomePage
from tests.pages.site import add, article, locale, make_site, translate
from tests.shared import shared


def term(key: str, *forms: str) -> Term:
    return Term(key=key, forms=tuple(spoken_forms(forms)), title=forms[0], explanation="Uitleg.", language="nl")


CASES: list[tuple[str, list[tuple[str, ...]], str, list[str]]] = [
    # language, words (key first), text, what is marked
    ("nl", [("huisarts", "huisarts")], "De Huisarts is er. Uw huisarts ook.", ["Huisarts"]),
    ("nl", [("huisarts", "huisarts")], "De huisartsenpost en de dierenhuisarts.", []),
    ("nl", [("huisarts", "huisarts", "huisartsen")], "Twee huisartsen.", ["huisartsen"]),
    ("nl", [("coa", "COA")], "Het coa, de coach en het COA.", ["COA"]),
    ("nl", [("duo", "DUO")], "Een duo bij DUO.", ["DUO"]),
    ("nl", [("digid", "DigiD")], "Uw DigiD-code en digid.", ["DigiD"]),
    ("nl", [("azc", "azc", "azc's")], "Twee azc's.", ["azc's"]),
    (
        "nl",
        [("a", "zorg"), ("b", "zorg verzekering")],
        "Een zorg  verzekering, en zorg.",
        ["zorg  verzekering", "zorg"],
    ),
    ("nl", [("a", "zorg verzekering"), ("b", "zorg")], "zorg\nverzekering", ["zorg\nverzekering"]),
    ("nl", [("bsn", "BSN")], "BSN2 en 1BSN en _BSN.", []),
    ("nl", [("c", "c++")], "Een c++ cursus.", ["c++"]),
    ("nl", [("e", "café")], "Het cafe\u0301 is open.", ["café"]),
    ("en", [("doctor", "family doctor (huisarts)")], "Your family doctor. The huisarts.", ["family doctor"]),
    ("en", [("doctor", "family doctor (huisarts)")], "A huisarts.", ["huisarts"]),
    ("fr", [("asile", "asile")], "Le droit d’asile et l'asile.", ["asile"]),
    ("tr", [("kimlik", "kimlik")], "KİMLİK kartı.", ["KİMLİK"]),
    ("tr", [("kimlik", "kimlik")], "KIMLIK kartı.", []),
    ("tr", [("isik", "ışık")], "IŞIK.", ["IŞIK"]),
    ("tr", [("bsn", "BSN")], "BSN'niz var.", ["BSN"]),
    ("nl", [("ind", "inburgering")], "INBURGERING.", ["INBURGERING"]),
    ("uk", [("ob", "об")], "Цей об'єкт і об’єкт.", []),
    ("uk", [("misto", "громада")], "Ваша Громада.", ["Громада"]),
    ("ar", [("tabib", "طبيب")], "هذا طَبِيب جيد.", ["طَبِيب"]),
    ("ar", [("tabib", "طبيب")], "الطبيب وطبيبك.", []),
    ("ar", [("tabib", "طبيب", "الطبيب")], "عند الطبيب، غداً.", ["الطبيب"]),
    ("ar", [("tabib", "طبيب")], "طـــبيب", ["طـــبيب"]),
    ("fa", [("bime", "بیمه")], "بيمه شما.", ["بيمه"]),
    ("fa", [("bime", "بیمه")], "بیمه‌نامه.", []),
    ("prs", [("daktar", "داکتر")], "داکتر (huisarts).", ["داکتر"]),
    ("ti", [("hakim", "ሓኪም")], "ሓኪም፡ ናብ ሓኪም።", ["ሓኪም"]),
    ("ti", [("hakim", "ሓኪም")], "ሓኪምና", []),
    ("so", [("dhakhtar", "dhakhtar")], "Dhakhtarka iyo Dhakhtar.", ["Dhakhtar"]),
]


@pytest.mark.parametrize(("language", "words", "text", "expected"), CASES)
def test_finding(language: str, words: list[tuple[str, ...]], text: str, expected: list[str]) -> None:
    finder = Finder([term(*entry) if len(entry) > 1 else term(entry[0], entry[0]) for entry in words], language)
    text = unicodedata.normalize("NFC", text)
    assert [text[start:end] for start, end, _term in finder.find(text, set())] == expected


@given(st.text(max_size=200), st.sampled_from(["nl", "tr", "ar", "uk", "ti"]))
def test_any_text_is_found_in_without_a_fault(text: str, language: str) -> None:
    text = unicodedata.normalize("NFC", text)
    small, places = folded(text, language)
    assert len(small) == len(places)
    assert places == sorted(places)
    finder = Finder([term("a", "a"), term("i", "i"), term("t", "طبيب")], language)
    found = list(finder.find(text, set()))
    assert len({one.key for _start, _end, one in found}) == len(found) <= 3
    assert all(0 <= start < end <= len(text) for start, end, _term in found)


@given(st.lists(st.text(min_size=1, max_size=12), max_size=6), st.text(max_size=60))
def test_any_words_make_a_finder(forms: list[str], text: str) -> None:
    finder = Finder([term(str(number), form) for number, form in enumerate(forms)], "nl")
    list(finder.find(unicodedata.normalize("NFC", text), set()))


@shared
def words() -> None:
    key = uuid.uuid4()
    GlossaryTerm.objects.create(
        key="bsn",
        term="BSN",
        also="burgerservicenummer",
        explanation="Uw <nummer>.",
        locale=locale("nl"),
        translation_key=key,
    )
    GlossaryTerm.objects.create(
        key="bsn", term="رقم (BSN)", explanation="رقمك.", locale=locale("ar"), translation_key=key
    )


def mark(html: str, text_language: str = "nl", reader: str = "nl") -> BeautifulSoup:
    return BeautifulSoup(marked(html, text_language=text_language, reader=reader, keep=True), "html.parser")


HTML: list[tuple[str, int]] = [
    ('<div class="prose"><p>Uw BSN en uw BSN.</p></div>', 1),
    ('<div class="prose"><p>Uw <b>BSN</b>.</p></div>', 1),
    ('<div class="prose"><p><a href="/">Uw BSN</a></p></div>', 0),
    ('<div class="prose"><p><a href="/">Uw BSN</a> of BSN</p></div>', 1),
    ('<div class="prose"><h3>BSN</h3></div>', 0),
    ("<p>Uw BSN buiten de tekst</p>", 0),
    ('<section class="emergency"><div class="prose"><p>BSN</p></div></section>', 0),
    ('<div lang="en"><div class="prose"><p>BSN</p></div></div>', 0),
    ('<div class="prose"><p lang="nl">BSN</p></div>', 1),
    ('<details><summary>BSN</summary><div class="prose"><p>BSN</p></div></details>', 1),
    ('<div class="prose"><p>BSN</p></div><div class="prose"><p>BSN</p></div>', 1),
    ('<div class="prose"><p>B<b>SN</b></p></div>', 0),
    ('<div class="prose"><p title="BSN">x<!-- BSN --></p></div>', 0),
]


@pytest.mark.parametrize(("html", "count"), HTML)
def test_where_words_are_marked(words: None, html: str, count: int) -> None:
    soup = mark(html)
    buttons = soup.select("button.term")
    assert len(buttons) == count
    assert len(soup.select("#term-bsn[popover]")) == min(count, 1)
    assert all(button["popovertarget"] == "term-bsn" and button["type"] == "button" for button in buttons)
    before = BeautifulSoup(html, "html.parser")
    for section in soup.select(".meanings"):
        section.decompose()
    assert soup.get_text().strip() == before.get_text().strip()


def test_no_line_ends_between_a_word_and_its_bracket_or_full_stop(words: None) -> None:
    for html, expected in (
        ("uw nummer (BSN).", "uw nummer (\u2060BSN\u2060)."),
        ("BSN", "BSN"),
        ("uw BSN is dat", "uw BSN is dat"),
    ):
        marked_up = mark(f'<div class="prose"><p>{html}</p></div>')
        assert [text.get_text() for text in marked_up.select(".prose p")] == [expected]


def test_the_meaning_is_in_the_readers_language_and_escaped(words: None) -> None:
    html = '<div class="prose"><p>Uw burgerservicenummer &lt;b&gt; &amp; meer.</p></div>'
    meaning = mark(html, reader="ar").select_one("#term-bsn")
    assert meaning is not None
    assert (meaning["lang"], meaning["dir"]) == ("ar", "rtl")
    assert "رقمك." in meaning.get_text()
    answer = marked(html, text_language="nl", reader="nl", keep=True)
    assert "Uw &lt;nummer&gt;." in answer
    assert "&lt;b&gt; &amp; meer" in answer


def test_a_word_that_changes_is_changed_in_the_text(words: None) -> None:
    html = '<div class="prose"><p>BSN en sofinummer</p></div>'
    assert [button.get_text() for button in mark(html).select(".term")] == ["BSN"]
    row = GlossaryTerm.objects.get(term="BSN")
    row.term, row.also = "sofinummer", ""
    row.save()
    assert [button.get_text() for button in mark(html).select(".term")] == ["sofinummer"]
    row.delete()
    assert mark(html).select(".term") == []


def test_words_are_asked_once(words: None, django_assert_num_queries: Any) -> None:
    cache.clear()
    with django_assert_num_queries(1):
        terms_for("nl", "ar")
        terms_for("nl", "ar")


def test_what_is_not_for_everybody_is_not_kept(words: None) -> None:
    html = '<div class="prose"><p>Geheim BSN</p></div>'
    marked(html, text_language="nl", reader="nl", keep=False)
    kept = [str(value) for value in cache._cache.values()]  # type: ignore[attr-defined]
    assert not any("Geheim" in value for value in kept)
    marked(html, text_language="nl", reader="nl", keep=True)
    assert any("Geheim" in str(value) for value in cache._cache.values())  # type: ignore[attr-defined]


@shared
def home(words: None) -> HomePage:
    return make_site()


def test_on_a_page(client: Client, home: HomePage) -> None:
    body = [("heading", "Uw BSN"), ("text", "<p>U krijgt een BSN.</p>"), ("text", "<p>Uw BSN.</p>")]
    page = article(home, body=body)
    soup = BeautifulSoup(client.get(page.url).content, "html.parser")
    (button,) = soup.select("button.term")
    assert button.get_text() == "BSN"
    meaning = soup.select_one("article #term-bsn")
    assert meaning is not None
    assert "Uw <nummer>." in meaning.get_text()
    assert meaning.select_one("button[popovertargetaction=hide]") is not None


def test_the_list_of_words(client: Client, home: HomePage) -> None:
    GlossaryTerm.objects.create(key="azc", term="azc", explanation="Een centrum.", locale=locale("nl"))
    page = add(home, GlossaryPage, title="Woorden", slug="woorden")
    translate(page, "ar", title="كلمات")
    rows = BeautifulSoup(client.get("/nl/woorden/").content, "html.parser").select(".words > div")
    assert [row.dt.get_text() for row in rows] == ["azc", "BSN"]  # type: ignore[union-attr]
    rows = BeautifulSoup(client.get("/ar/woorden/").content, "html.parser").select(".words > div")
    assert [(row["id"], row["lang"], row["dir"]) for row in rows] == [("bsn", "ar", "rtl"), ("azc", "nl", "ltr")]


def test_loading_words_twice_is_once_and_leaves_edits_alone(db: None) -> None:
    entry = {"key": "azc", "term": "azc", "also": ["azc's"], "explanation": "Een centrum."}
    GlossaryTerm.load(entry, locale("nl"), overwrite=False)
    GlossaryTerm.load(entry, locale("nl"), overwrite=False)
    row = GlossaryTerm.objects.get()
    assert row.forms == ["azc", "azc's"]
    GlossaryTerm.load({**entry, "explanation": "Nieuw."}, locale("nl"), overwrite=False)
    row.refresh_from_db()
    assert row.explanation == "Nieuw."
    row.explanation = "Van een redacteur."
    row.save()
    GlossaryTerm.load({**entry, "explanation": "Nieuwer."}, locale("nl"), overwrite=False)
    row.refresh_from_db()
    assert row.explanation == "Van een redacteur."
    GlossaryTerm.load({**entry, "explanation": "Nieuwer."}, locale("nl"), overwrite=True)
    row.refresh_from_db()
    assert row.explanation == "Nieuwer."
    GlossaryTerm.load({"key": "azc", "term": "centre", "explanation": "A centre."}, locale("en"), overwrite=False)
    assert len({one.translation_key for one in GlossaryTerm.objects.all()}) == 1


def test_no_words_no_cost(client: Client, home: HomePage) -> None:
    GlossaryTerm.objects.all().delete()
    page: ArticlePage = article(home, body=[("text", "<p>Uw BSN.</p>")])
    assert b"popover" not in client.get(page.url).content
