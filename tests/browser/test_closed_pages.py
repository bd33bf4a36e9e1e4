"""Every page behind the sign-in that has an address of its own, on a telephone, in nl, ar and ti.

The list is compared with the URL configuration: a new page that nobody looks at fails here.
"""

import os
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.urls import Resolver404, resolve, reverse

from portal.access import row_for
from portal.accounts.routes import all_routes

from .conftest import Portal, axe_violations, path_of, sign_in
from .readers import STICKS_OUT, direction

APPS = ("accounts", "audit", "consent", "dossiers")
LANGUAGES = ("ar", "ti", "nl")  # Dutch last: that is what the account speaks in other tests
TELEPHONE = {"width": 360, "height": 740}
TALLEST_HEADER = 110

# Who looks at which page. Whoever looks also follows one link to each further kind of page (a colleague, a team).
VISITORS = {
    "beheer-jgz-houten@demo.example": (
        "accounts:people",
        "accounts:invite",
        "accounts:access_list",
        "accounts:review",
        "accounts:bounces",
        "accounts:reset_request",
    ),
    "regiobeheer@demo.example": (
        "accounts:organisations",
        "accounts:organisation_new",
        "accounts:oidc_providers",
        "accounts:oidc_provider_new",
        "accounts:resets",
        "consent:notices",
    ),
    "fg@demo.example": ("audit:log", "consent:proofs", "consent:questions", "consent:rights", "consent:statistics"),
    "twee-organisaties@demo.example": (
        "accounts:home",
        "accounts:acting",
        "accounts:notices",
        "accounts:sessions",
        "accounts:factors",
        "accounts:factor_add_app",
        "accounts:factor_add_passkey",
        "accounts:recovery_codes",
        "accounts:password",
        "accounts:second_factor",
        "dossiers:start",
        "dossiers:receipt_check",
    ),
    "jgz-zeist-azc-2@demo.example": ("consent:find", "consent:rectifications"),
    "": ("accounts:sign_in", "accounts:password_forgotten"),
}
ELSEWHERE = {
    "accounts:access_export": "a file",
    "consent:statistics_csv": "a file",
    "consent:confirm": "stands between a professional and a person at one desk; see the tests of consent",
}
BEHIND_A_BUTTON = {"audit:log": "main form[action$='/verify/'] button"}
FOLLOWED = ("accounts", "audit")


def routes_without_arguments() -> set[str]:
    return {
        route.view_name
        for route in all_routes()
        if route.view_name.partition(":")[0] in APPS
        and not route.converters
        and row_for(view_name=route.view_name, route=route.route, method="GET") is not None
    }


def test_every_page_is_somebodys_to_look_at() -> None:
    listed = [name for names in VISITORS.values() for name in names]
    assert len(listed) == len(set(listed))
    assert set(listed) | ELSEWHERE.keys() == routes_without_arguments()


@pytest.mark.parametrize("email", VISITORS)
def test_pages_are_in_order(portal: Portal, new_page: Any, email: str) -> None:
    page = new_page(viewport=TELEPHONE)
    if email:
        sign_in(page, portal, email)
    faults = []
    for language in LANGUAGES:
        page = speak(page, new_page, portal, language, signed_in=bool(email))
        for name, address in pages_of(page, portal, email):
            answer = page.goto(portal.url + address)
            found = [] if answer.status == 200 else [f"status {answer.status}"]
            if urlsplit(address).path != path_of(page):
                found.append(f"ended at {path_of(page)}")
            found += look_at(page, language, signed_in=bool(email))
            faults += [(language, name, fault) for fault in found]
            keep(page, f"{name}-{language}")
        for name in set(VISITORS[email]) & BEHIND_A_BUTTON.keys():
            page.goto(portal.url + reverse(name))
            with page.expect_navigation():
                page.click(BEHIND_A_BUTTON[name])
            faults += [(language, path_of(page), fault) for fault in look_at(page, language, signed_in=True)]
            keep(page, f"{name}-button-{language}")
    if email:
        use_menu(page)
    assert faults == []


def look_at(page: Any, language: str, *, signed_in: bool) -> list[str]:
    """What is wrong with the page that is shown."""
    found = [] if page.locator("html").get_attribute("dir") == direction(language) else ["not in this language"]
    return found + axe_violations(page) + page.evaluate(STICKS_OUT) + header_of(page, signed_in=signed_in)


def speak(page: Any, new_page: Any, portal: Portal, language: str, *, signed_in: bool) -> Any:
    """The page in this language: as the account chose it, or else as the browser asks."""
    if not signed_in:
        return new_page(viewport=TELEPHONE, locale=language)
    page.goto(portal.url + reverse("accounts:home"))
    page.select_option("select[name=language]", language)
    with page.expect_navigation():
        page.locator("form:has(select[name=language]) button").click()
    return page


def pages_of(page: Any, portal: Portal, email: str) -> Iterator[tuple[str, str]]:
    """The pages of the list, and the first one of each further kind that they lead to."""
    seen = {name for names in VISITORS.values() for name in names}
    for name in VISITORS[email]:
        yield name, reverse(name)
        waiting = links_on(page)
        while waiting:
            address = waiting.pop(0)
            further = kind_of(address)
            if further and further not in seen:
                seen.add(further)
                yield further, address
                waiting += links_on(page)


def links_on(page: Any) -> list[str]:
    return page.evaluate("[...document.querySelectorAll('main a[href^=\"/\"]')].map(a => a.getAttribute('href'))")


def kind_of(address: str) -> str:
    """The name of the page with arguments that an address leads to; empty for what is not followed."""
    try:
        match = resolve(urlsplit(address).path)
    except Resolver404:
        return ""
    return match.view_name if match.kwargs and match.namespace in FOLLOWED else ""


def header_of(page: Any, *, signed_in: bool) -> list[str]:
    """What is wrong with the header: it leaves room for the page, and says in one line for whom one works."""
    box = page.locator(".office-header").bounding_box()
    found = [] if box["height"] <= TALLEST_HEADER else [f"the header is {box['height']} high"]
    if signed_in:
        line = page.locator(".office-header__who p").bounding_box()
        found += (
            [] if line["height"] <= 40 and page.locator(".office-header__who p bdi").count() == 2 else ["for whom?"]
        )
        buttons = page.locator(".office-header__who :is(button, a):visible")
        boxes = [buttons.nth(number).bounding_box() for number in range(buttons.count())]
        found += [f"small: {box}" for box in boxes if box["height"] < 44 or box["width"] < 44]
    return found


def use_menu(page: Any) -> None:
    """The menu opens and closes by keyboard; behind its button nothing of it takes room or focus."""
    menu, button = page.locator("#office-nav"), page.locator(".office-header__menu")
    assert not menu.is_visible()
    button.focus()
    page.keyboard.press("Enter")
    assert menu.is_visible()
    assert axe_violations(page) == []
    header, opened = page.locator(".office-header").bounding_box(), menu.bounding_box()
    assert abs(opened["y"] - header["y"] - header["height"]) <= 8, "the menu hangs under the header"
    keep(page, "menu")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('#office-nav') !== null")
    page.keyboard.press("Escape")
    assert not menu.is_visible()
    assert page.evaluate("document.activeElement.matches('.office-header__menu')")


def keep(page: Any, name: str) -> None:
    if os.environ.get("SCREENSHOTS"):
        page.screenshot(path=f"{os.environ['SCREENSHOTS']}/closed-{name.replace(':', '-')}.png", full_page=True)
