"""Without a network: what was visited, the road and the page for need; honest about the rest; new again afterwards."""

import time
from typing import Any

import pytest

from .conftest import Portal, path_of

KEPT = """(async () => {
  const keys = await (await caches.open("pages-1")).keys();
  return keys.map(key => new URL(key.url).pathname);
})()"""
ROAD = (
    *("aankomen", "in-het-azc", "wat-u-kunt", "gesprek-over-later"),
    *("uw-plan", "verhuizen", "overdracht", "leven-in-de-gemeente"),
)
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
LINE = "#kept"


def wait_until_kept(page: Any, path: str, *, seconds: int = 60) -> list[str]:
    """Until the service worker has this page; all that it has by then, in its order."""
    limit = time.monotonic() + seconds
    while path not in (kept := page.evaluate(KEPT)):
        assert time.monotonic() < limit, kept
        page.wait_for_timeout(250)
    return list(kept)


def go_offline(page: Any) -> None:
    """No network, and nothing left in the browser's own cache: what is shown comes from the service worker."""
    page.context.new_cdp_session(page).send("Network.clearBrowserCache")
    page.context.set_offline(True)


@pytest.mark.parametrize("language", ["nl", "ar", "ti"])
def test_road_and_need_can_be_read_without_a_network(portal: Portal, new_page: Any, language: str) -> None:
    """After one visit to one page; and with it that page, styled, and a line that says that the text is a kept one."""
    page = new_page(**PHONE)
    page.goto(f"{portal.url}/{language}/gezondheid/medisch-dossier/")
    kept = wait_until_kept(page, f"/{language}/de-weg/{ROAD[-1]}/")
    assert kept[0] == f"/{language}/nood/"
    wait_until_kept(page, f"/{language}/gezondheid/medisch-dossier/")

    go_offline(page)
    for path in ("nood/", "", "de-weg/", *(f"de-weg/{slug}/" for slug in ROAD), "gezondheid/medisch-dossier/"):
        page.goto(f"{portal.url}/{language}/{path}")
        assert path_of(page) == f"/{language}/{path}"
        assert page.get_attribute("html", "lang") == language
        assert page.is_visible(LINE), path
        assert page.evaluate("getComputedStyle(document.querySelector('.site-header')).borderBottomStyle") == "solid"

    page.goto(f"{portal.url}/{language}/werk/")
    assert page.locator(".in-other-words > li").count() == 9
    assert page.locator("main a[href$='/nood/']").is_visible()
    page.goto(f"{portal.url}/{language}/zoeken/?q=huisarts")
    assert page.locator(".in-other-words").count() == 1
    page.goto(f"{portal.url}/")
    assert path_of(page) == f"/{language}/"


def test_back_online_the_new_text_shows_and_replaces_the_kept_one(portal: Portal, new_page: Any) -> None:
    """An editor changes a page while the reader has no network."""
    page = new_page(**PHONE)
    page.goto(f"{portal.url}/so/over/")
    wait_until_kept(page, "/so/geen-internet/")
    page.reload()
    wait_until_kept(page, "/so/over/")
    go_offline(page)
    page.goto(f"{portal.url}/so/over/")
    before = page.locator("h1").inner_text()
    code = (
        "from pages.models import InfoPage; page = InfoPage.objects.get(slug='over', locale__language_code='so');"
        "page.title = 'Cusub 4711'; page.save_revision().publish()"
    )
    answer = portal.manage("shell", "-c", code)
    assert answer.returncode == 0, answer.stderr
    page.reload()
    assert page.locator("h1").inner_text() == before
    assert page.is_visible(LINE)

    page.context.set_offline(False)
    page.goto(f"{portal.url}/so/over/")
    assert page.locator("h1").inner_text() == "Cusub 4711"
    assert not page.is_visible(LINE)
    page.wait_for_timeout(500)
    go_offline(page)
    page.goto(f"{portal.url}/so/over/")
    assert page.locator("h1").inner_text() == "Cusub 4711"


def test_whoever_saves_data_keeps_need_and_what_was_visited(portal: Portal, new_page: Any) -> None:
    """No road in the background; old caches of earlier versions are gone."""
    page = new_page(**PHONE)
    page.add_init_script("Object.defineProperty(navigator, 'connection', { value: { saveData: true } })")
    page.goto(f"{portal.url}/nl/geen-internet/")
    page.evaluate("caches.open('assets-of-long-ago').then(() => true)")
    page.evaluate("navigator.serviceWorker.getRegistration().then(found => found && found.unregister())")
    page.goto(f"{portal.url}/fr/wonen/")
    wait_until_kept(page, "/fr/nood/")
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    page.goto(f"{portal.url}/fr/werk/")
    kept = wait_until_kept(page, "/fr/werk/")
    page.wait_for_timeout(1500)

    assert [path for path in page.evaluate(KEPT) if path.startswith("/fr/de-weg")] == []
    assert "/fr/nood/" in kept
    names = page.evaluate("caches.keys()")
    assert "assets-of-long-ago" not in names
    assert len([name for name in names if name.startswith("assets-")]) == 1


def test_a_page_that_was_taken_down_is_not_kept_on(portal: Portal, new_page: Any) -> None:
    """The next time that there is a network, it goes from the telephone as well; the same for a page made private."""
    page = new_page(**PHONE)
    page.goto(f"{portal.url}/uk/nood/")
    wait_until_kept(page, "/uk/geen-internet/")
    gone = "/uk/ontmoeten/dat-was-er/"
    page.evaluate(
        """async path => {
             const answer = new Response("<p>oud</p>", { headers: { "Content-Type": "text/html" } });
             await (await caches.open("pages-1")).put(path, answer);
           }""",
        gone,
    )
    page.goto(f"{portal.url}{gone}")
    limit = time.monotonic() + 20
    while gone in page.evaluate(KEPT):
        assert time.monotonic() < limit
        page.wait_for_timeout(200)
