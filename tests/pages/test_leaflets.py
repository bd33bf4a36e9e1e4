"""Leaflets: the right words in the right order, back to the page, made ahead, and never of what is private."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone
from wagtail.models import PageViewRestriction

from pages.enums import LeafletLayout
from pages.leaflets import store
from pages.leaflets.documents import card_of, document_of, short_address
from pages.leaflets.sections import Section, side_by_side
from pages.models import (
    ArticlePage,
    EmergencyPage,
    EventPage,
    EventsPage,
    HomePage,
    KnowledgeBasePage,
    KnowledgePage,
    Leaflet,
)
from portal.print.slots import slot
from tests.pages.site import add, article, make_site, translate
from tests.print.reading import fonts_of, reader, tags_of, text_of
from tests.shared import shared

pytestmark = pytest.mark.django_db

DUTCH = [
    ("text", "<p>Zoek een huisarts bij u in de buurt.</p><p>U mag zelf kiezen.</p>"),
    (
        "steps",
        {
            "title": "Zo gaat het",
            "steps": [
                {"title": "Bel de praktijk", "text": "<p>Vraag of er plek is.</p>", "page": None},
                {"title": "Ga langs", "text": "<p>Neem uw pas mee.</p>", "page": None},
            ],
        },
    ),
    ("pictogram", {"name": "doctor", "text": "De huisarts is er voor u."}),
    ("emergency", {"title": "Gevaar?", "text": "<p>Wacht niet.</p>"}),
    ("contact", {"name": "Voorbeeld", "text": "", "telephone": "030 000 00 00", "email": "", "website": ""}),
]
ARABIC = [
    ("text", "<p>ابحث عن طبيب قريب منك.</p><p>يمكنك الاختيار.</p>"),
    (
        "steps",
        {
            "title": "هكذا يتم الأمر",
            "steps": [
                {"title": "اتصل بالعيادة", "text": "<p>اسأل عن مكان.</p>", "page": None},
                {"title": "اذهب", "text": "<p>خذ بطاقتك معك.</p>", "page": None},
            ],
        },
    ),
    ("pictogram", {"name": "doctor", "text": "الطبيب هنا من أجلك."}),
    ("emergency", {"title": "خطر؟", "text": "<p>لا تنتظر.</p>"}),
    ("contact", {"name": "مثال", "text": "", "telephone": "030 000 00 00", "email": "", "website": ""}),
]


@shared
def site() -> HomePage:
    return make_site(("nl", "en", "ar", "ti"))


@shared
def dutch(site: HomePage) -> ArticlePage:
    return article(site, body=DUTCH)


@shared
def arabic(dutch: ArticlePage) -> ArticlePage:
    return translate(dutch, "ar", title="طبيب الأسرة", summary="كيف تجد طبيبًا.", body=ARABIC)


def body_of(response) -> bytes:
    return response.content if not response.streaming else b"".join(response)


def test_the_leaflet_says_what_the_page_says(client: Client, dutch: ArticlePage) -> None:
    response = client.get("/nl/gezondheid/huisarts/folder.pdf")
    assert (response.status_code, response["Content-Type"]) == (200, "application/pdf")
    pdf = body_of(response)
    text = text_of(pdf)
    wanted = (dutch.title, "Zoek een huisarts", "Bel de praktijk", "De huisarts is er", "Bel 112", "030 000 00 00")
    places = [text.find(words) for words in wanted]
    assert -1 not in places
    assert places == sorted(places)
    assert short_address(dutch) in text
    assert reader(pdf).trailer["/Root"]["/Lang"] == "nl"
    figures = [tag for tag in tags_of(pdf) if tag["/S"] == "/Figure"]
    assert figures
    assert all(short_address(dutch) in figure["/Alt"] for figure in figures)
    assert all(fonts_of(pdf).values())


@pytest.mark.parametrize(("name", "width", "sides"), [("folder.pdf", 595, None), ("folder-a5.pdf", 839, 2)])
def test_paper(client: Client, dutch: ArticlePage, name: str, width: int, sides: int | None) -> None:
    pages = reader(body_of(client.get(f"/nl/gezondheid/huisarts/{name}"))).pages
    assert round(float(pages[0].mediabox.width)) == width
    assert sides is None or len(pages) % sides == 0


def test_two_languages_stand_side_by_side(client: Client, arabic: ArticlePage) -> None:
    pdf = body_of(client.get("/ar/gezondheid/huisarts/folder-nl.pdf"))
    rows = [tag for tag in tags_of(pdf) if tag["/S"] == "/TR"]
    languages = [[cell.get_object()["/Lang"] for cell in row["/K"]] for row in rows]
    assert languages == [["nl", "ar"]] * len(rows)
    # Column titles, title, two paragraphs, two steps of which the first below its heading, three blocks.
    assert len(rows) == 1 + 1 + 2 + 2 + 3
    text = text_of(pdf)
    for words in ("Ga langs", "Nederlands", "اذهب", "العربية"):
        assert words in text
    document = document_of(arabic, LeafletLayout.BILINGUAL, source=store.source_of(arabic))
    for dutch_words, own_words in (("Neem uw pas mee.", "خذ بطاقتك معك."), ("Wacht niet.", "لا تنتظر.")):
        row = next(part for part in document.html.split("<tr>") if dutch_words in part)
        assert own_words in row


def test_a_section_without_a_partner_stands_alone() -> None:
    def section(kind: str, *pieces: str) -> Section:
        return Section(kind=kind, pieces=pieces)

    left = [section("text", "a", "b"), section("note", "new"), section("steps", "c", "d")]
    right = [section("text", "A", "B"), section("steps", "C")]
    assert side_by_side(left, right) == [("a", "A"), ("b", "B"), ("new", ""), ("cd", "C")]


def test_dutch_does_not_stand_beside_itself(client: Client, dutch: ArticlePage) -> None:
    assert client.get("/nl/gezondheid/huisarts/folder-nl.pdf").status_code == 404
    assert LeafletLayout.BILINGUAL not in store.layouts_of(dutch)


def test_a_translation_says_what_is_the_matter_with_it(dutch: ArticlePage, arabic: ArticlePage) -> None:
    def said(page: ArticlePage) -> str:
        return document_of(ArticlePage.objects.get(pk=page.pk), LeafletLayout.PAGES).html

    assert "niet nagekeken" in said(arabic) or "لم يراجع" in said(arabic)
    ArticlePage.objects.filter(pk=arabic.pk).update(translation_checked_by="Amal")
    assert 'class="box box--warning notices"' not in said(arabic)
    dutch = ArticlePage.objects.get(pk=dutch.pk)
    dutch.title = "Een huisarts kiezen"
    dutch.save_revision().publish()
    assert 'class="box box--warning notices"' in said(arabic)


def test_where_a_translation_is_missing_the_best_one_is_next(client: Client, arabic: ArticlePage) -> None:
    found = client.get("/ti/gezondheid/huisarts/folder-a5.pdf")
    assert (found.status_code, found["Location"]) == (302, "/nl/gezondheid/huisarts/folder-a5.pdf")
    found = client.get("/ti/gezondheid/huisarts/folder-nl.pdf")
    assert found["Location"] == "/nl/gezondheid/huisarts/folder.pdf"


@pytest.mark.parametrize(
    "address",
    [
        "/nl/folder.pdf",  # the home page is a list of others
        "/nl/bestaat-niet/folder.pdf",
        "/nl/gezondheid/huisarts/folder-a3.pdf",
        "/nl/gezondheid/huisarts/folder-.pdf",
        "/nl/../../etc/folder.pdf",
        "/nl/gezondheid/huisarts/folder.pdf/",
        "/nl/tolk.pdf",
        "/nl/p/999999/",
        "/nl/p/99999999999999999999999999/",
        "/media/leaflets/x.pdf",
    ],
)
def test_what_is_not_there(client: Client, dutch: ArticlePage, address: str) -> None:
    assert client.get(address).status_code in (302, 404)
    if "gezondheid" in address or address == "/nl/folder.pdf":
        assert client.get(address).status_code == 404


def test_nothing_private_is_printed(client: Client, site: HomePage, dutch: ArticlePage) -> None:
    base = add(site, KnowledgeBasePage, title="Kennisbank", slug="kennisbank")
    private = add(base, KnowledgePage, title="Voor professionals", slug="werk")
    draft = article(site, title="Concept", slug="concept", publish=False)
    restricted = article(site, title="Besloten", slug="besloten")
    PageViewRestriction.objects.create(page=restricted.page_ptr, restriction_type="login")
    for path, page in (
        ("kennisbank/werk", private),
        ("kennisbank", base),
        ("gezondheid/concept", draft),
        ("gezondheid/besloten", restricted),
    ):
        for name in ("folder.pdf", "folder-a5.pdf", "folder-nl.pdf"):
            assert client.get(f"/nl/{path}/{name}").status_code == 404
        assert client.get(f"/nl/p/{page.pk}/").status_code == 404
    store.keep_due(limit=50)
    assert set(Leaflet.objects.values_list("page_id", flat=True)) == {dutch.pk, dutch.get_parent().pk}


def test_a_leaflet_that_becomes_private_goes(client: Client, dutch: ArticlePage) -> None:
    body_of(client.get("/nl/gezondheid/huisarts/folder.pdf"))
    store.keep_due(limit=50)
    PageViewRestriction.objects.create(page=dutch.page_ptr, restriction_type="login")
    assert client.get("/nl/gezondheid/huisarts/folder.pdf").status_code == 404
    store.sweep()
    assert not Leaflet.objects.filter(page_id=dutch.pk).exists()


def test_the_address_on_paper_outlives_a_new_name(client: Client, dutch: ArticlePage, arabic: ArticlePage) -> None:
    address = short_address(dutch).split("8000", 1)[1]
    assert client.get(address)["Location"] == "/nl/gezondheid/huisarts/"
    dutch = ArticlePage.objects.get(pk=dutch.pk)
    dutch.slug = "dokter"
    dutch.save_revision().publish()
    assert client.get(address)["Location"] == "/nl/gezondheid/dokter/"
    # And it speaks the language of its beginning.
    assert client.get(f"/ar/p/{dutch.pk}/")["Location"].startswith("/ar/")


def test_it_is_made_after_publishing_and_then_lies_ready(client: Client, arabic: ArticlePage, monkeypatch) -> None:
    assert store.due().count() == 4  # the article and the topic above it, in two languages
    # The newest publication first, one a turn.
    assert store.keep_due() == 1
    assert set(Leaflet.objects.filter(page_id=arabic.pk).values_list("layout", flat=True)) == {"a4", "a5", "nl"}
    while store.keep_due():
        pass
    assert not store.due().exists()

    def never(_document) -> bytes:
        raise AssertionError("made again")

    monkeypatch.setattr(store, "make", never)
    response = client.get("/ar/gezondheid/huisarts/folder-nl.pdf")
    assert response.status_code == 200
    assert body_of(response).startswith(b"%PDF-1.7")
    assert (
        client.get("/ar/gezondheid/huisarts/folder-nl.pdf", headers={"If-None-Match": response["ETag"]}).status_code
        == 304
    )


def test_a_new_dutch_text_makes_the_translation_due_and_the_old_file_goes(
    dutch: ArticlePage, arabic: ArticlePage
) -> None:
    while store.keep_due():
        pass
    before = Leaflet.objects.get(page_id=arabic.pk, layout="nl").file.name
    dutch = ArticlePage.objects.get(pk=dutch.pk)
    dutch.summary = "Dit is nieuw."
    dutch.save_revision().publish()
    assert set(store.due().values_list("pk", flat=True)) == {dutch.pk, arabic.pk}
    while store.keep_due():
        pass
    after = Leaflet.objects.get(page_id=arabic.pk, layout="nl").file.name
    assert before != after
    assert (default_storage.exists(before), default_storage.exists(after)) == (False, True)


def test_the_same_words_are_the_same_file(dutch: ArticlePage) -> None:
    page = ArticlePage.objects.get(pk=dutch.pk)
    first, second = (store.prepare(page, LeafletLayout.PAGES) for _time in range(2))
    assert first is not None
    assert second is not None
    assert first.fingerprint == second.fingerprint
    assert first.render() == second.render()
    page.title = "Anders"
    assert document_of(page, LeafletLayout.PAGES).fingerprint != first.fingerprint
    assert document_of(page, LeafletLayout.BOOKLET).fingerprint != document_of(page, LeafletLayout.PAGES).fingerprint


def test_a_stranger_cannot_keep_the_machine_printing(client: Client, dutch: ArticlePage, settings) -> None:
    settings.PRINT_AT_ONCE = 1
    with slot():
        busy = client.get("/nl/gezondheid/huisarts/folder.pdf")
        assert (busy.status_code, busy["Retry-After"], busy["Cache-Control"]) == (503, "10", "no-store")
    assert body_of(client.get("/nl/gezondheid/huisarts/folder.pdf"))
    with slot():  # what lies ready costs nothing
        assert body_of(client.get("/nl/gezondheid/huisarts/folder.pdf")).startswith(b"%PDF")
    for query in ("?a=1", "?a=2"):  # and no query makes another file
        assert body_of(client.get(f"/nl/gezondheid/huisarts/folder.pdf{query}")).startswith(b"%PDF")
    assert len(default_storage.listdir("leaflets")[1]) == 1


def test_a_letter_that_cannot_be_printed_is_said_honestly(client: Client, site: HomePage) -> None:
    page = article(site, title="Thee 家", slug="thee")
    response = client.get("/nl/gezondheid/thee/folder.pdf")
    assert response.status_code == 503
    assert "Retry-After" not in response
    store.keep_due()
    assert set(Leaflet.objects.filter(page_id=page.pk).values_list("problem", "file")) == {("font_missing", "")}
    assert page.pk not in store.due().values_list("pk", flat=True)


def test_files_that_belong_to_nothing_go_after_a_day(client: Client, dutch: ArticlePage, monkeypatch) -> None:
    body_of(client.get("/nl/gezondheid/huisarts/folder.pdf"))
    assert store.sweep() == 0
    monkeypatch.setattr(store, "KEEP_UNNAMED", timedelta(0))
    monkeypatch.setattr(
        store.timezone, "now", lambda: timezone.datetime.now(timezone.get_current_timezone()) + timedelta(1)
    )
    assert store.sweep() == 1


@pytest.mark.parametrize("language", ["en", "ar", "ti", "fa", "prs", "so", "tr", "uk", "fr"])
def test_a_card_for_whoever_needs_an_interpreter(client: Client, language: str) -> None:
    response = client.get(f"/{language}/tolk.pdf")
    assert response.status_code == 200
    pdf = body_of(response)
    assert len(reader(pdf).pages) == 1
    assert "tolk nodig" in text_of(pdf).replace("\n", " ")
    assert [tag["/Lang"] for tag in tags_of(pdf) if tag["/S"] == "/TD"] == ["nl", language]
    assert "icon-interpreter" in card_of(language).style


@pytest.mark.parametrize(("language", "month"), [("ar", "مارس"), ("ti", "መጋቢት")])
def test_dates_are_in_the_language_of_the_paper(site: HomePage, language: str, month: str) -> None:
    """Django has no words for the months in Tigrinya, and would print them in English."""
    agenda = add(site, EventsPage, title="Agenda", slug="agenda")
    begin = datetime(2027, 3, 4, 18, 30, tzinfo=UTC)
    event = add(agenda, EventPage, title="Eten", slug="eten", starts_at=begin, ends_at=begin + timedelta(hours=2))
    theirs = translate(event, language, title="x")
    EventPage.objects.filter(pk=theirs.pk).update(last_published_at=begin)
    html = document_of(EventPage.objects.get(pk=theirs.pk), LeafletLayout.PAGES).html
    assert html.count(month) == 3  # begins, ends, and the day of the text
    assert "19:30" in html


def test_need_is_printed_too(client: Client, site: HomePage) -> None:
    add(site, EmergencyPage, title="Nood", slug="nood", body=[DUTCH[3]])
    assert "Bel 112" in text_of(body_of(client.get("/nl/nood/folder.pdf")))


def test_editors_cannot_reach_files_of_the_machine(site: HomePage) -> None:
    hostile = [
        (
            "text",
            '<p><a href="file:///etc/passwd">x</a> &lt;img src="file:///etc/passwd"&gt; <b>{{ settings }}</b></p>',
        ),
        ("heading", "<script>alert(1)</script><!--piece--> given:qr.svg"),
        ("note", {"kind": "info", "title": "\u202eomgekeerd \U0001f44b", "text": "<p>a</p>" * 300}),
    ]
    page = article(site, title="<b>Vet</b> & \u0000".replace("\u0000", ""), slug="vet", body=hostile)
    text = text_of(document_of(page, LeafletLayout.PAGES).render())
    assert "<script>alert(1)</script>" in text
    assert "root:" not in text
