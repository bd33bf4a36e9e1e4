"""Searching: in ten languages and four scripts, forgiving, bounded, and only among what a reader may see."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from wagtail.models import PageViewRestriction

from pages import sending
from pages.models import ArticlePage, KnowledgeBasePage, Refused, SearchDocument, SearchMiss, SearchWord
from pages.search import vocabulary
from pages.search.finding import MOST_ROWS, RESULTS, search
from pages.search.folding import LONGEST_WORD, fold, query_terms, terms
from pages.search.indexing import index_page
from tests.pages.many import many_articles
from tests.pages.naughty import NAUGHTY
from tests.pages.site import add, article, make_site, topic, translate
from tests.shared import shared

pytestmark = pytest.mark.django_db
HERE = {"sec-fetch-site": "same-origin"}


@pytest.fixture(autouse=True)
def words_anew() -> Iterator[None]:
    vocabulary.forget()
    yield
    vocabulary.forget()


def addresses(query: str, language: str) -> list[str]:
    return [found.address for found in search(query, language)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("İSTANBUL", "istanbul"),
        ("IŞIK", "ışık"),
        ("SAĞLIK", "saglik"),
        ("École", "ecole"),
        ("ﬁets", "fiets"),
        ("ＢＳＮ", "bsn"),
        ("مدرسة", "مدرسه"),
        ("کتاب", "كتاب"),
        ("یک", "يك"),
        ("أحمد إلى آدم", "احمد الى ادم"),
        ("مَدْرَسَةٌ", "مدرسه"),
        ("الطبيـــــب", "الطبيب"),
        ("می‌شود", "میشود"),
        ("على", "علي"),
        ("ﻻ", "لا"),
        ("سؤال مسئول", "سوال مسيول"),
        ("ሓኪም", "ሐኪም"),
        ("ኀይሊ", "ሀይሊ"),
        ("ሠራሕ", "ሰራሕ"),
        ("ዐይኒ", "አይኒ"),
        ("ኣብ", "አብ"),
        ("ፀሓይ", "ጸሃይ"),
        ("їжа", "іжа"),
        ("Ґанок", "ганок"),
        ("٣ ۳ ３", "3 3 3"),
        ("a\u202eb\u200fc\x00", "abc "),
    ],
)
def test_what_counts_as_the_same_letters(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("text", "forms"),
    [
        ("l'école", [("lecole", "ecole")]),
        ("Utrecht'te", [("utrechtte", "utrecht")]),
        ("зв’язок", [("звязок", "зв", "язок")]),
        ("والمدرسة", [("والمدرسه", "مدرس")]),
        ("ንሓኪም፡ገዛ።", [("ንሀኪም", "ሀኪም"), ("ገዛ",)]),
        ("a-b_c d/e", [("a",), ("b",), ("c",), ("d",), ("e",)]),
    ],
)
def test_words_and_what_clings_to_them(text: str, forms: list[tuple[str, ...]]) -> None:
    found = list(terms(text))
    assert [word[0] for word in found] == [word[0] for word in forms]
    assert all(set(word) & set(found[place]) == set(found[place]) for place, word in enumerate(forms))


@pytest.mark.parametrize("text", NAUGHTY)
def test_any_text_has_bounded_words(text: str) -> None:
    assert len(query_terms(text)) <= 8
    assert all(0 < len(form) <= LONGEST_WORD and "\x00" not in form for forms in terms(text) for form in forms)


@shared
def page() -> ArticlePage:
    page = article(make_site(("nl", "en", "ar", "ti")), summary="Wie u belt als u ziek bent.")
    translate(page, "ar", title="اختيار طبيب", summary="بمن تتصل.")
    return page


@pytest.mark.parametrize(
    ("query", "language", "address"),
    [
        ("huisarts", "nl", "/nl/gezondheid/huisarts/"),
        ("HUISARTS", "nl", "/nl/gezondheid/huisarts/"),
        ("huisrats", "nl", "/nl/gezondheid/huisarts/"),
        ("huis", "nl", "/nl/gezondheid/huisarts/"),
        ("arts", "nl", "/nl/gezondheid/huisarts/"),
        ("zieke", "nl", "/nl/gezondheid/huisarts/"),
        ("huisarts", "ar", "/ar/gezondheid/huisarts/"),
        ("huisarts", "ti", "/ti/gezondheid/huisarts/"),
        ("طبيب", "ar", "/ar/gezondheid/huisarts/"),
        ("الطَّبيب", "ar", "/ar/gezondheid/huisarts/"),
        ("доктор", "uk", "/uk/gezondheid/huisarts/"),
    ],
)
def test_words_lead_to_the_page_in_the_readers_language(
    page: ArticlePage, query: str, language: str, address: str
) -> None:
    assert addresses(query, language)[:1] == [address]


def test_a_result_is_in_the_best_language_there_is(client: Client, page: ArticlePage) -> None:
    (found, *_) = search("huisarts", "ar")
    assert (found.member.language, found.summary) == ("ar", "بمن تتصل.")
    (stand_in, *_) = search("huisarts", "ti")
    assert stand_in.member.language == "nl"
    html = client.get("/ti/zoeken/", {"q": "huisarts"}).content.decode()
    assert '<html lang="ti" dir="ltr">' in html
    assert '<li class="result" lang="nl" dir="ltr">' in html


def test_titles_come_before_summaries_before_text_before_dutch(page: ArticlePage) -> None:
    health = page.get_parent().specific
    article(health, title="Anders", slug="tekst", body=[("text", "<p>Over de kinderopvang hier.</p>")])
    article(health, title="Nog iets", slug="kop", body=[("heading", "Kinderopvang")])
    article(health, title="Weer iets", slug="samenvatting", summary="Alles over kinderopvang.")
    article(health, title="Kinderopvang", slug="titel")

    found = [address.split("/")[-2] for address in addresses("kinderopvang", "nl")]
    assert found == ["titel", "samenvatting", "kop", "tekst"]


def test_the_index_follows_the_page(page: ArticlePage) -> None:
    here = "/nl/gezondheid/huisarts/"
    page.title = "Fysiotherapie"
    page.save_revision()
    assert here not in addresses("fysiotherapie", "nl")
    page.save_revision().publish()
    assert here in addresses("fysiotherapie", "nl")
    page.unpublish()
    assert addresses("fysiotherapie", "nl") == []
    page.save_revision().publish()
    assert here in addresses("fysiotherapie", "nl")
    ArticlePage.objects.filter(translation_key=page.translation_key).delete()
    assert addresses("fysiotherapie", "nl") == []
    assert not SearchDocument.objects.filter(title="Fysiotherapie").exists()


def test_private_pages_are_not_found(client: Client, page: ArticlePage) -> None:
    home = page.get_parent().get_parent().specific
    base = add(home, KnowledgeBasePage, title="Vakgeheim", slug="kennis")
    assert SearchDocument.objects.filter(page=base).count() == 0
    shut = PageViewRestriction.objects.create(page=page.get_parent(), restriction_type="login")

    assert addresses("huisarts", "nl") == []
    assert addresses("vakgeheim", "nl") == []
    assert "Een huisarts zoeken" not in client.get("/nl/zoeken/", {"q": "huisarts"}).content.decode()
    assert not SearchDocument.objects.filter(page=page).exists()
    shut.delete()
    assert addresses("huisarts", "nl") == ["/nl/gezondheid/huisarts/"]


def test_a_restriction_that_the_index_missed_counts_all_the_same(page: ArticlePage) -> None:
    PageViewRestriction.objects.bulk_create([PageViewRestriction(page=page, restriction_type="login")])

    assert "/nl/gezondheid/huisarts/" not in addresses("zoeken", "nl")


def test_the_command_makes_the_index_anew(page: ArticlePage, capsys: pytest.CaptureFixture[str]) -> None:
    before = set(SearchWord.objects.values_list("document__page", "word", "weight"))
    SearchDocument.objects.all().delete()
    call_command("update_search")

    assert set(SearchWord.objects.values_list("document__page", "word", "weight")) == before
    assert capsys.readouterr().out.startswith(f"{SearchDocument.objects.count()} ")


def test_indexing_what_did_not_change_writes_no_word(page: ArticlePage) -> None:
    before = set(SearchWord.objects.values_list("pk", flat=True))
    index_page(page=ArticlePage.objects.get(pk=page.pk))

    assert set(SearchWord.objects.values_list("pk", flat=True)) == before


@pytest.mark.parametrize("language", ["nl", "ar"])
@pytest.mark.parametrize("query", NAUGHTY)
def test_no_query_is_a_fault(client: Client, page: ArticlePage, query: str, language: str) -> None:
    response = client.get(f"/{language}/zoeken/", {"q": query})

    assert response.status_code == 200
    assert b"<script>alert" not in response.content
    assert not response.cookies


@pytest.mark.parametrize("raw", ["q=%FF%FE", "q=%00", "q[]=1", "q=a&q=b", "%q=1", "q=%ED%A0%80", "q"])
def test_no_broken_address_is_a_fault(client: Client, page: ArticlePage, raw: str) -> None:
    assert client.get(f"/nl/zoeken/?{raw}").status_code == 200


def test_what_was_typed_is_shown_again_and_nowhere_run(client: Client, page: ArticlePage) -> None:
    html = client.get("/nl/zoeken/", {"q": '"><b>{{ 7*7 }}'}).content.decode()

    assert 'value="&quot;&gt;&lt;b&gt;{{ 7*7 }}"' in html


def test_nothing_found_helps_on(client: Client, page: ArticlePage) -> None:
    html = client.get("/nl/zoeken/", {"q": "xyzzyqwv"}).content.decode()

    assert 'href="/nl/gezondheid/"' in html
    assert 'href="tel:112"' in html
    assert 'action="/nl/zoeken/niet-gevonden/"' in html


def test_the_language_switch_keeps_the_question(client: Client, page: ArticlePage) -> None:
    assert 'href="/ar/zoeken/?q=huis+arts"' in client.get("/nl/zoeken/", {"q": "huis arts"}).content.decode()


def test_a_fresh_database_answers(client: Client) -> None:
    assert client.get("/nl/zoeken/", {"q": "x"}).status_code in (200, 404)


@pytest.mark.slow
def test_five_thousand_pages_cost_no_more_queries(
    client: Client, page: ArticlePage, django_assert_num_queries: Any
) -> None:
    def count() -> tuple[int, int]:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        numbers = []
        for look in (lambda: search("gemeente huisarts vragen", "ar"), lambda: client.get("/ar/zoeken/?q=gemeente")):
            vocabulary.forget()
            look()
            with CaptureQueriesContext(connection) as queries:
                look()
            numbers.append(len(queries))
        return numbers[0], numbers[1]

    few = count()
    made = many_articles(topic(page.get_parent().get_parent().specific, slug="veel", title="Veel"), 5000)
    families = dict(ArticlePage.objects.filter(pk__in=made).values_list("pk", "translation_key"))
    documents = SearchDocument.objects.bulk_create(
        [SearchDocument(page_id=pk, family=families[pk], language="nl", title=f"Artikel {pk}") for pk in made],
        batch_size=1000,
    )
    SearchWord.objects.bulk_create(
        [
            SearchWord(document=document, language="nl", word=word, weight=1.0)
            for document in documents
            for word in ("gemeente", "vragen", "huisartsen", f"woord{document.pk}", f"artikel{document.pk}")
        ],
        batch_size=2000,
    )

    assert count() == few
    assert few[0] <= 6
    assert few[1] <= 10
    vocabulary.forget()
    with django_assert_num_queries(6):
        assert len(search("gemeente", "nl")) == RESULTS
    assert addresses("huisarts", "nl")[0] == "/nl/gezondheid/huisarts/"
    assert SearchWord.objects.count() > MOST_ROWS


def told(client: Client, query: str, **fields: str) -> int:
    data = {"token": sending.token("search:"), "q": query, **fields}
    return client.post("/ar/zoeken/niet-gevonden/", data, headers=HERE).status_code


def test_one_tap_tells_the_editors(client: Client, page: ArticlePage) -> None:
    html = client.get("/ar/zoeken/", {"q": "  باص   وقطار "}).content.decode()
    form = re.search(r'<form class="not-found".*?</form>', html, re.DOTALL)
    assert form is not None
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form.group()))
    for _ in range(2):
        assert client.post("/ar/zoeken/niet-gevonden/", fields, headers=HERE).status_code == 200

    assert list(SearchMiss.objects.values_list("language", "query", "count")) == [("ar", "باص وقطار", 2)]
    assert not client.cookies


@pytest.mark.parametrize("query", NAUGHTY)
def test_naughty_words_reach_the_editors_cut_and_clean(client: Client, page: ArticlePage, query: str) -> None:
    assert told(client, query) in (200, 400, 429)
    for row in SearchMiss.objects.all():
        assert 0 < len(row.query) <= 200
        assert row.query.isprintable()


@pytest.mark.parametrize(
    ("fields", "headers", "status"),
    [
        ({}, {"sec-fetch-site": "cross-site"}, 403),
        ({}, {}, 403),
        ({"token": "x"}, HERE, 400),
        ({"website": "spam"}, HERE, 400),
        ({"token": sending.token("feedback:1")}, HERE, 400),
    ],
)
def test_what_is_not_ours_is_refused(
    client: Client, page: ArticlePage, fields: dict[str, str], headers: dict[str, str], status: int
) -> None:
    data = {"token": sending.token("search:"), "q": "x", **fields}

    assert client.post("/ar/zoeken/niet-gevonden/", data, headers=headers).status_code == status
    assert not SearchMiss.objects.exists()


def test_a_stranger_cannot_fill_the_disk(client: Client, page: ArticlePage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pages.services.searches.SEARCHES_A_DAY", 2)

    assert [told(client, f"woord {number}") for number in (1, 2, 3, 1)] == [200, 200, 429, 200]
    assert SearchMiss.objects.count() == 2
    assert Refused.objects.get().count == 1
