"""Without a mouse: the link of an invitation, an account, a second factor, a handover collected; and axe on the way."""

import base64
from typing import Any
from urllib.parse import urljoin

import pytest
from django_otp.oath import TOTP

from .conftest import Portal, axe_violations, path_of

ADMINISTRATOR = "beheer-jgz-houten@demo.example"
PASSWORD = "Zeven zwanen zwemmen zacht"
TELEPHONE = {"width": 360, "height": 740}
MOST_STEPS = 120


def walk_to(page: Any, selector: str) -> None:
    """Goes from stop to stop until the keyboard is where ``selector`` is; every stop must show where it is."""
    for _ in range(MOST_STEPS):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no way to {selector} by keyboard on {page.url}")


def fill(page: Any, name: str, text: str) -> None:
    walk_to(page, f"input[name={name}]")
    page.keyboard.press("Control+A")
    page.keyboard.type(text)


def press(page: Any, selector: str, key: str = "Enter") -> None:
    walk_to(page, selector)
    with page.expect_navigation():
        page.keyboard.press(key)


def invitation_of(portal: Portal) -> str:
    return urljoin(portal.url, portal.accounts[ADMINISTRATOR]["invitations"][0])


@pytest.mark.parametrize("locale", ["nl-NL", "ar", "ti"])
def test_pages_on_the_way_in_are_in_order(portal: Portal, new_page: Any, locale: str) -> None:
    page = new_page(locale=locale, viewport=TELEPHONE)
    for address in (
        invitation_of(portal),
        f"{portal.url}/accounts/invitation/of-nobody/",
        f"{portal.url}/accounts/password/forgotten/",
        f"{portal.url}/accounts/sign-in/?next=/my/",
        f"{portal.url}/accounts/resets/stop/of-nobody/",
    ):
        page.goto(address)
        assert axe_violations(page) == [], (locale, address)
        assert page.evaluate("document.documentElement.scrollWidth") <= TELEPHONE["width"], (locale, address)


def test_from_invitation_to_collection(portal: Portal, new_page: Any) -> None:
    page = new_page(viewport=TELEPHONE)
    page.goto(invitation_of(portal))
    fill(page, "password", PASSWORD)
    fill(page, "repeated", PASSWORD)
    walk_to(page, "input[type=checkbox]")
    page.keyboard.press("Space")
    press(page, "main form button[type=submit]")

    assert path_of(page).startswith("/accounts/enrol/"), page.inner_text("main")
    assert axe_violations(page) == []
    walk_to(page, "summary")
    page.keyboard.press("Enter")
    secret = page.inner_text("code").replace(" ", "")
    fill(page, "code", f"{TOTP(base64.b32decode(secret)).token():06}")
    with page.expect_navigation():
        page.keyboard.press("Enter")

    page.goto(f"{portal.url}/dossiers/")
    assert path_of(page) == "/dossiers/"
    links = page.locator("main a[href*='/dossiers/packages/']")
    listed = [links.nth(number).get_attribute("href") for number in range(links.count())]
    package = next(path for path in listed if "/accept/" in page.request.get(urljoin(portal.url, path)).text())
    press(page, f"main a[href='{package}']")
    press(page, "form[action$='/accept/'] button")
    press(page, "form[action$='/collect/'] button")
    assert path_of(page) == package
    walk_to(page, f"main a[href^='{package}']")
    assert axe_violations(page) == []
