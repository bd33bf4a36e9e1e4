"""What the service worker is told, the manifest of each language, and the page for when there is no network."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client
from wagtail.models import PageViewRestriction

from pages import offline
from pages.models import EmergencyPage, HomePage, JourneyPage, StepPage
from tests.shared import shared

from .site import add, article, make_site, translate

pytestmark = pytest.mark.django_db
LANGUAGES = [code for code, _ in settings.LANGUAGES]
STEPS = ("aankomen", "in-het-azc", "verhuizen")


@shared
def home() -> HomePage:
    """A road of three steps, a page for need, and an article that is nobody's road."""
    home = make_site(("nl", "ar"))
    article(home)
    journey = add(home, JourneyPage, title="De weg", slug="de-weg")
    for number, slug in enumerate(STEPS, start=1):
        add(journey, StepPage, title=slug, slug=slug, number=number, what_happens="<p>U komt aan.</p>")
    add(home, EmergencyPage, title="Nood", slug="nood")
    return home


def build_of(client: Client) -> dict[str, Any]:
    """What the worker knows."""
    text = client.get("/sw.js").content.decode()
    found = re.match(r"const BUILD = (\{.*\});\n", text)
    assert found
    return json.loads(found[1])  # type: ignore[no-any-return]


def test_need_comes_first_and_then_the_road(client: Client, home: HomePage) -> None:
    build = build_of(client)

    assert build["saved"] == ["nood/", "", "de-weg/", *(f"de-weg/{slug}/" for slug in STEPS)]
    assert build["languages"] == LANGUAGES
    for path in [*build["saved"], build["standIn"]]:
        answer = client.get(f"/ar/{path}")
        assert answer.status_code == 200
        assert "public" in answer["Cache-Control"]


def test_what_not_everybody_may_read_is_not_kept(client: Client, home: HomePage) -> None:
    first, second, third = StepPage.objects.order_by("number")
    PageViewRestriction.objects.create(page=first, restriction_type=PageViewRestriction.LOGIN)
    second.unpublish()

    assert build_of(client)["saved"] == ["nood/", "", "de-weg/", "de-weg/verhuizen/"]
    assert third.slug == "verhuizen"


def test_the_worker_is_a_script_at_the_root_that_is_asked_for_anew(client: Client, home: HomePage) -> None:
    answer = client.get("/sw.js")

    assert answer["Content-Type"].startswith("text/javascript")
    assert answer["Cache-Control"] == "no-cache"
    assert "worker-src 'self'" in answer["Content-Security-Policy"]
    assert not answer.cookies
    assert client.post("/sw.js").status_code == 405


def test_an_empty_installation_has_a_worker_too(client: Client, db: None) -> None:
    assert client.get("/sw.js").status_code == 200


def test_few_queries_for_the_worker(client: Client, home: HomePage, django_assert_max_num_queries: Any) -> None:
    client.get("/sw.js")
    with django_assert_max_num_queries(2):
        client.get("/sw.js")


def test_a_changed_file_makes_another_version(monkeypatch: pytest.MonkeyPatch) -> None:
    before = offline.version()
    real = offline._read
    assert offline.version() == before
    monkeypatch.setattr(offline, "_read", lambda name: real(name) + b" ")

    assert offline.version() != before


def test_all_that_a_page_needs_is_kept_with_it(client: Client, home: HomePage) -> None:
    for path in ("", "nood/", "de-weg/verhuizen/", "geen-internet/"):
        html = client.get(f"/nl/{path}").content.decode()
        needed = re.findall(r'<script[^>]*src="/static/([^"]+)"', html)
        needed += re.findall(r'<link rel="stylesheet"\s+href="/static/([^"]+)"', html)
        assert needed
        assert set(needed) <= set(offline.ASSETS)


def test_every_page_carries_the_line_that_the_worker_shows(client: Client, home: HomePage) -> None:
    worker = Path(str(finders.find(offline.WORKER))).read_text(encoding="utf-8")
    line = re.search(r"replace\('([^']+)', '([^']+)'\)", worker)
    assert line

    for path in ("", "nood/", "de-weg/", "de-weg/verhuizen/", "gezondheid/huisarts/"):
        html = client.get(f"/nl/{path}").content.decode()
        assert html.count(line[1]) == 1
        assert line[2] + "\n" not in html


@pytest.mark.parametrize("language", LANGUAGES)
def test_installable_in_every_language(client: Client, home: HomePage, language: str) -> None:
    html = client.get(f"/{language}/").content.decode()
    address = re.search(r'<link rel="manifest" href="([^"]+)"', html)
    assert address
    answer = client.get(address[1])
    manifest = answer.json()

    assert answer["Content-Type"] == "application/manifest+json"
    assert (manifest["lang"], manifest["dir"]) == (language, "rtl" if language in ("ar", "fa", "prs") else "ltr")
    assert manifest["start_url"] == f"/{language}/"
    assert manifest["scope"] == "/"
    assert {icon["purpose"] for icon in manifest["icons"]} == {"any", "maskable"}
    for icon in manifest["icons"]:
        assert finders.find(icon["src"].removeprefix(settings.STATIC_URL)), icon


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_for_no_network_speaks_ten_languages(client: Client, home: HomePage, language: str) -> None:
    html = client.get(f"/{language}/geen-internet/").content.decode()

    assert f'<html lang="{language}"' in html
    spoken = set(re.findall(r'<li lang="(\w+)" dir="\w+">', html))
    assert spoken == set(LANGUAGES) - {language}
    assert f'href="/{language}/nood/"' in html
    assert 'href="tel:112"' in html


def test_a_step_says_where_on_the_road_it_is(client: Client, home: HomePage) -> None:
    step = StepPage.objects.get(slug="in-het-azc")
    translate(step, "ar", title="في المركز")
    html = client.get("/ar/de-weg/in-het-azc/").content.decode()

    assert re.search(r'href="/ar/de-weg/aankomen/"\s+rel="prev"', html)
    assert re.search(r'href="/ar/de-weg/verhuizen/"\s+rel="next"', html)
    road = re.search(r'<nav class="step-road".*?</nav>', html, re.DOTALL)
    assert road
    assert re.findall(r'href="/ar/de-weg/([\w-]+)/"', road[0]) == list(STEPS)
    assert road[0].count('aria-current="page"') == 1


def test_the_first_and_the_last_step_lead_one_way(client: Client, home: HomePage) -> None:
    first, last = (client.get(f"/nl/de-weg/{slug}/").content.decode() for slug in (STEPS[0], STEPS[-1]))

    assert 'rel="prev"' not in first
    assert 'rel="next"' in first
    assert 'rel="prev"' in last
    assert 'rel="next"' not in last
