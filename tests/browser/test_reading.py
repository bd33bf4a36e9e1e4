"""Reading without a script, without a mouse, and without a right to."""

from typing import Any
from urllib.parse import urljoin

import pytest

from dossiers.demo import walkthrough as walk

from .conftest import Portal, path_of, sign_in
from .readers import tab_to

QUIET = {"service_workers": "block"}


@pytest.mark.parametrize("language", ["nl", "ar"])
def test_without_a_script(portal: Portal, new_page: Any, language: str) -> None:
    """Reading, switching language, searching, the directory, the words, answering; no cookie, no other host."""
    page = new_page(java_script_enabled=False, viewport={"width": 360, "height": 800})
    hosts: set[str] = set()
    page.on("request", lambda request: hosts.add(request.url.split("/")[2]))
    page.goto(f"{portal.url}/nl/")
    page.click(f".languages a[hreflang={language}]")
    assert path_of(page) == f"/{language}/"

    page.click(".header-button--menu")
    page.click(f"#menu a[href='/{language}/gezondheid/']")
    assert path_of(page) == f"/{language}/gezondheid/"
    page.click(".switch > summary")
    page.click(".switch a[hreflang=ti]")
    assert path_of(page) == "/ti/gezondheid/"

    page.goto(f"{portal.url}/{language}/de-weg/verhuizen/")
    page.locator(".term").first.click()
    assert page.locator(".meaning").locator("visible=true").count() == 1
    page.click(".meaning__close >> visible=true")
    page.click(".step-link--after")
    assert path_of(page) == f"/{language}/de-weg/overdracht/"

    page.click(".header-button--search")
    page.fill("main input[type=search]", "huisarts")
    page.click("main .search-form button")
    assert page.locator(".results a").count() >= 1
    page.locator(".results a").first.click()
    assert path_of(page) != f"/{language}/zoeken/"

    page.goto(f"{portal.url}/{language}/hulp-in-de-buurt/")
    everything = page.locator(".listing .tile").count()
    page.select_option("select[name=gemeente]", "GM0355")
    page.click(".narrowing button")
    assert 1 <= page.locator(".listing .tile").count() < everything

    page.goto(f"{portal.url}/{language}/woorden/")
    assert page.locator("main dt, main .word, main h2").count() >= 40

    page.goto(f"{portal.url}/{language}/gezondheid/medisch-dossier/")
    page.click(".feedback button[value=no]")
    assert path_of(page) == f"/{language}/reactie/dank/"
    page.fill("main textarea", "Ik zoek het adres.")
    page.click("main form button[type=submit]")
    assert page.locator("h1").count() == 1

    assert hosts == {portal.url.split("/")[2]}
    assert page.context.cookies() == []


def test_with_the_keyboard_alone(portal: Portal, new_page: Any) -> None:
    """Past the skip link to the road, to a step, to its leaflet, and to the question whether the page helped."""
    page = new_page(**QUIET)
    page.goto(f"{portal.url}/nl/de-weg/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#main"
    page.keyboard.press("Enter")
    tab_to(page, "main .road a[href='/nl/de-weg/verhuizen/']")
    shown = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert shown == "solid"
    page.keyboard.press("Enter")
    page.wait_for_url("**/nl/de-weg/verhuizen/")

    tab_to(page, ".term")
    page.keyboard.press("Enter")
    assert page.locator(".meaning").locator("visible=true").count() == 1
    page.keyboard.press("Escape")
    assert page.locator(".meaning").locator("visible=true").count() == 0

    tab_to(page, "a[href$='/folder.pdf'], a[href*='/folder.pdf?']")
    leaflet = page.evaluate("document.activeElement.getAttribute('href')")
    with page.expect_request(lambda request: "/folder.pdf" in request.url):
        page.keyboard.press("Enter")
    answer = page.request.get(urljoin(page.url, leaflet), timeout=60_000)
    assert answer.status == 200
    assert answer.body().startswith(b"%PDF-")

    page.goto(f"{portal.url}/nl/de-weg/verhuizen/")
    tab_to(page, ".feedback button[value=yes]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/nl/reactie/dank/**")
    assert page.locator("h1").inner_text() != ""


def test_need_is_one_tap_from_everywhere(portal: Portal, new_page: Any) -> None:
    """On the smallest screen too, without scrolling."""
    page = new_page(viewport={"width": 320, "height": 560}, has_touch=True, **QUIET)
    for path in ("", "de-weg/", "de-weg/verhuizen/", "gezondheid/", "zoeken/?q=huisarts", "woorden/", "taalscholen/"):
        page.goto(f"{portal.url}/ar/{path}")
        place = page.locator(".sos").bounding_box()
        assert place["y"] + place["height"] <= 560, path
        page.tap(".sos")
        page.wait_for_url("**/ar/nood/")
    assert page.locator("main a[href='tel:112']").count() >= 1


SEARCHES = ("nl/zoeken/?q=kennisbank", "nl/zoeken/?q=assessment")
PUBLIC_LISTS = ("sitemap.xml", "sw.js", "nl/", "nl/wijzigingen.atom", *SEARCHES)
PRIVATE = ("kennisbank/", "kennisbank/begrijpelijk-en-tolken/", "kennisbank/assessment-en-intake/")


def test_what_is_private_leaks_nowhere(portal: Portal, new_page: Any) -> None:
    """Not to a stranger, in no language, list, search or map; and not from the telephone after signing out."""
    page = new_page(viewport={"width": 1280, "height": 900})
    for language in ("nl", "en", "ar"):
        absent = page.request.get(f"{portal.url}/{language}/kennisbank/dat-is-er-niet/")
        for path in PRIVATE:
            answer = page.request.get(f"{portal.url}/{language}/{path}")
            assert answer.status == absent.status == 404, path
            assert "public" not in answer.headers.get("cache-control", "")
    for path in PUBLIC_LISTS:
        text = page.request.get(f"{portal.url}/{path}").text()
        assert not [address for address in PRIVATE if address in text], path

    sign_in(page, portal, walk.SENDER_EMAIL)
    page.goto(f"{portal.url}/nl/gezondheid/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    words = ""
    for path in PRIVATE:
        page.goto(f"{portal.url}/nl/{path}")
        assert path_of(page) == f"/nl/{path}"
        words = page.locator("h1").inner_text()
    page.goto(f"{portal.url}/dossiers/")
    kept = page.evaluate(
        """(async () => {
             const names = await caches.keys();
             const keys = await Promise.all(names.map(async name => (await caches.open(name)).keys()));
             return keys.flat().map(key => new URL(key.url).pathname);
           })()"""
    )
    assert kept
    assert [path for path in kept if "kennisbank" in path or path.startswith(("/dossiers", "/accounts", "/my"))] == []
    page.context.clear_cookies()
    page.context.set_offline(True)
    page.goto(f"{portal.url}/nl/{PRIVATE[-1]}")
    assert words not in page.content()
