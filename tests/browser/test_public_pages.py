"""What a refugee sees: every public page, in every language, wide and narrow, light and dark, without script too."""

import base64
from typing import Any
from urllib.parse import urljoin
from xml.etree import ElementTree

import pytest
from django_otp.oath import TOTP

from dossiers.demo import walkthrough as walk

from .conftest import Portal, axe_violations, path_of, sign_in

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"


def public_paths(page: Any, portal: Portal, language: str) -> list[str]:
    """The pages of one language that the sitemap names."""
    answer = page.request.get(f"{portal.url}/sitemap.xml")
    places = [node.text or "" for node in ElementTree.fromstring(answer.text()).iter(SITEMAP)]
    paths = ["/" + place.split("/", 3)[3] for place in places]
    return [path for path in paths if path.startswith(f"/{language}/")]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("language", ["nl", "en", "ar"])
def test_every_page_is_accessible(portal: Portal, new_page: Any, language: str, width: int, scheme: str) -> None:
    """Axe finds nothing, nothing sticks out sideways, and text runs the way of its language."""
    page = new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    paths = public_paths(page, portal, language)
    assert len(paths) >= 8
    for path in paths:
        page.goto(f"{portal.url}{path}")
        assert page.get_attribute("html", "lang") == language
        assert page.get_attribute("html", "dir") == ("rtl" if language == "ar" else "ltr")
        assert axe_violations(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path


def test_reading_needs_no_script_and_leaves_no_trace(portal: Portal, new_page: Any) -> None:
    """From the home page to an article and into another language, without JavaScript, cookies or other hosts."""
    page = new_page(java_script_enabled=False)
    hosts: set[str] = set()
    page.on("request", lambda request: hosts.add(request.url.split("/")[2]))
    page.goto(f"{portal.url}/nl/")
    for path in public_paths(page, portal, "nl"):
        page.goto(f"{portal.url}{path}")
        switch = page.locator("a[hreflang=ar]").first
        page.goto(urljoin(portal.url, switch.get_attribute("href")))
        assert page.get_attribute("html", "lang") == "ar"
        assert path_of(page) == path.replace("/nl/", "/ar/", 1)
    assert hosts == {portal.url.split("/")[2]}
    assert page.context.cookies() == []


def test_a_new_colleague_enrols_at_the_first_sign_in(portal: Portal, new_page: Any) -> None:
    """The link and the password together, never the password alone, lead to a second factor."""
    account = portal.accounts[walk.NEW_COLLEAGUE_EMAIL]
    page = new_page()
    sign_in(page, portal, walk.NEW_COLLEAGUE_EMAIL, second_factor=False)
    page.goto(f"{portal.url}/dossiers/")
    assert path_of(page) != "/dossiers/"
    assert page.locator("code").count() == 0
    page.goto(urljoin(portal.url, account["first_page"]))
    assert axe_violations(page) == []
    page.click("summary")
    secret = page.inner_text("code").replace(" ", "")
    page.fill("input[autocomplete=one-time-code]", f"{TOTP(base64.b32decode(secret)).token():06}")
    page.click("main form button[type=submit]")
    page.goto(f"{portal.url}/dossiers/")
    assert path_of(page) == "/dossiers/"
    page.goto(urljoin(portal.url, account["first_page"]))
    assert page.locator("code").count() == 0
