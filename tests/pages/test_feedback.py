"""Readers say whether a page helped, without cookie, script or name; and nobody fills the disk with it."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from pages import sending
from pages.enums import Limited
from pages.models import ArticlePage, Feedback, PageViews, Refused
from pages.services import limits
from tests.pages.naughty import NAUGHTY
from tests.pages.site import article, make_site, translate
from tests.shared import shared

pytestmark = pytest.mark.django_db
HERE = {"sec-fetch-site": "same-origin"}


@shared
def page() -> ArticlePage:
    page = article(make_site())
    translate(page, "ar", title="البحث عن طبيب")
    return page


def form_of(html: str, action: str) -> dict[str, str]:
    """The hidden fields of the form on a page that goes to this address."""
    form = re.search(rf'<form[^>]*action="{action}".*?</form>', html, re.DOTALL)
    assert form is not None
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form.group()))


def react(client: Client, page: ArticlePage, language: str = "nl", **fields: str) -> Any:
    html = client.get(f"/{language}/gezondheid/{page.slug}/").content.decode()
    data = {**form_of(html, f"/{language}/reactie/"), "helped": "no", **fields}
    return client.post(f"/{language}/reactie/", data, headers=HERE)


def test_a_reader_reacts_and_adds_what_is_missing(client: Client, page: ArticlePage) -> None:
    answer = react(client, page, "ar")

    assert answer.status_code == 303
    thanks = client.get(answer["Location"])
    assert (thanks.status_code, thanks["Cache-Control"]) == (200, "no-store")
    fields = form_of(thanks.content.decode(), "/ar/reactie/wat-mist/")
    told = client.post("/ar/reactie/wat-mist/", {**fields, "text": "رقم الهاتف"}, headers=HERE)
    assert told.status_code == 200
    (kept,) = Feedback.objects.all()
    assert (kept.language, kept.helped, kept.text, kept.state) == ("ar", False, "رقم الهاتف", "open")
    assert kept.page.locale.language_code == "ar"
    assert not client.cookies


def test_reading_and_thanking_write_nothing(client: Client, page: ArticlePage) -> None:
    location = react(client, page)["Location"]
    for _ in range(3):
        client.get(location)

    assert Feedback.objects.count() == 1


def test_what_is_missing_is_said_once(client: Client, page: ArticlePage) -> None:
    fields = form_of(client.get(react(client, page)["Location"]).content.decode(), "/nl/reactie/wat-mist/")
    statuses = [
        client.post("/nl/reactie/wat-mist/", {**fields, "text": text}, headers=HERE).status_code for text in ("a", "b")
    ]

    assert statuses == [200, 400]
    assert Feedback.objects.get().text == "a"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"origin": "https://elsewhere.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://[bad"}, 403),
        ({"referer": "https://elsewhere.example/nl/"}, 403),
        ({}, 403),
        ({"origin": "http://testserver"}, 303),
        ({"referer": "http://testserver/nl/gezondheid/huisarts/"}, 303),
    ],
)
def test_only_a_page_of_this_site_may_send(
    client: Client, page: ArticlePage, headers: dict[str, str], status: int
) -> None:
    data = {"token": sending.token(f"feedback:{page.pk}"), "helped": "yes"}

    assert client.post("/nl/reactie/", data, headers=headers).status_code == status
    assert Feedback.objects.count() == (status == 303)


@pytest.mark.parametrize(
    "fields",
    [
        {"token": ""},
        {"token": "feedback:1:739000:forged"},
        {"website": "https://spam.example"},
        {"helped": "maybe"},
        {"helped": ""},
    ],
)
def test_a_form_that_is_not_ours_is_refused(client: Client, page: ArticlePage, fields: dict[str, str]) -> None:
    assert react(client, page, **fields).status_code == 400
    assert not Feedback.objects.exists()


def test_a_token_serves_one_form_only(client: Client, page: ArticlePage) -> None:
    for token in (sending.token("missing:1"), sending.token("search:"), sending.token("feedback:x")):
        assert react(client, page, token=token).status_code == 400


@pytest.mark.parametrize(("days", "good"), [(0, True), (14, True), (15, False), (-1, False)])
def test_a_token_grows_old(monkeypatch: pytest.MonkeyPatch, days: int, good: bool) -> None:
    signed = sending.token("feedback:1")
    later = timezone.localdate() + timedelta(days=days)
    monkeypatch.setattr(sending.timezone, "localdate", lambda: later)

    assert (sending.purpose_of(signed) == "feedback:1") is good


def test_a_page_is_the_same_for_everybody_all_day(client: Client, page: ArticlePage) -> None:
    address = f"/nl/gezondheid/{page.slug}/"

    assert client.get(address).content == Client().get(address).content


@pytest.mark.parametrize("text", NAUGHTY)
def test_naughty_words_are_no_fault(client: Client, page: ArticlePage, text: str) -> None:
    fields = form_of(client.get(react(client, page)["Location"]).content.decode(), "/nl/reactie/wat-mist/")
    for data in ({**fields, "text": text}, {"token": text, "text": "x"}, {**fields, "website": text, "text": "x"}):
        assert client.post("/nl/reactie/wat-mist/", data, headers=HERE).status_code in (200, 400)
    for data in ({"token": text, "helped": "yes"}, {"token": sending.token(f"feedback:{page.pk}"), "helped": text}):
        assert client.post("/nl/reactie/", data, headers=HERE).status_code == 400
    assert client.get("/nl/reactie/dank/", {"v": text, "p": text}).status_code == 200
    assert len(Feedback.objects.get().text) <= 1000


def test_no_more_than_so_many_a_page_and_day_are_kept(
    client: Client, page: ArticlePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pages.services.feedback.FEEDBACK_A_PAGE", 2)
    statuses = [react(client, page).status_code for _ in range(4)]

    assert statuses == [303, 303, 429, 429]
    assert Feedback.objects.count() == 2
    assert Refused.objects.get(kind=Limited.FEEDBACK).count == 2


def test_no_more_than_so_many_a_day_are_kept(
    client: Client, page: ArticlePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pages.services.feedback.FEEDBACK_A_DAY", 1)
    Feedback.objects.create(page=page, language="nl", helped=True, created_on=date(2020, 1, 1))

    assert [react(client, page).status_code for _ in range(2)] == [303, 429]
    assert limits.FEEDBACK_A_PAGE > 1


def test_no_more_than_so_many_a_minute_are_read(
    client: Client, page: ArticlePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "A_MINUTE", 1)

    assert [react(client, page).status_code for _ in range(2)] == [303, 429]


def test_a_page_that_readers_may_not_see_takes_no_reaction(client: Client, page: ArticlePage) -> None:
    token = sending.token(f"feedback:{page.pk}")
    page.unpublish()

    answer = client.post("/nl/reactie/", {"token": token, "helped": "yes"}, headers=HERE)
    assert answer.status_code == 400


@pytest.mark.parametrize("path", ["/nl/reactie/", "/nl/reactie/wat-mist/", "/nl/zoeken/niet-gevonden/"])
def test_a_look_is_no_message(client: Client, page: ArticlePage, path: str) -> None:
    assert client.get(path).status_code == 405


def test_no_row_says_who(page: ArticlePage) -> None:
    names = {field.name for model in (Feedback, PageViews) for field in model._meta.get_fields()}

    assert not {name for name in names if re.search("address|user|session|agent|ip$|cookie|mail", name)}
