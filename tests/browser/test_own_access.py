"""A person comes in alone: letter, birth date, a key of the telephone, the own page; and later by the key."""

import os
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from .conftest import WITHOUT_OFFER, Portal, axe_violations, path_of
from .readers import SMALL_TARGETS, STICKS_OUT

PHONE = {"width": 360, "height": 740}
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
ARABIC_DIGITS = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


def looks_right(page: Any, name: str) -> None:
    assert axe_violations(page) == [], name
    assert page.evaluate(STICKS_OUT) == [], name
    assert page.evaluate(SMALL_TARGETS) == [], name
    folder = os.environ.get("SCREENSHOTS")
    if folder:
        page.screenshot(path=f"{folder}/own-{name}.png", full_page=True)


def go_by_keyboard(page: Any, selector: str) -> None:
    """Tab until the element has the focus, then press Enter."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement?.matches(selector)", selector):
            page.keyboard.press("Enter")
            return
    raise AssertionError(f"the keyboard does not reach {selector}")


def choose_anew(page: Any) -> None:
    """What was stopped is read about again, chosen, and signed with the own key; nothing but the keyboard."""
    go_by_keyboard(page, "a[href*='/agree/']")
    page.wait_for_url("**/agree/**")
    assert page.locator("input:checked").count() == 0
    looks_right(page, "10-agree")
    page.focus("textarea[name=understanding]")
    page.keyboard.type("ملفي الطبي يذهب إلى طبيب العائلة الجديد")
    page.focus("input[name=no_consequence]")
    page.keyboard.press("Space")
    choices = page.locator("input[type=radio][value=yes]")
    for at in range(choices.count()):
        choices.nth(at).focus()
        page.keyboard.press("Space")
    go_by_keyboard(page, "button.my__act")
    page.wait_for_url("**/confirm/")
    looks_right(page, "11-sign")
    go_by_keyboard(page, "button.my__act")
    page.wait_for_url("**/my/consents/")
    looks_right(page, "12-chosen")


def ask_the_officer(page: Any) -> None:
    """A question in the own language."""
    go_by_keyboard(page, "a[href*='/ask/']")
    page.wait_for_url("**/ask/**")
    looks_right(page, "13-ask")
    page.focus("input[name=to][value=privacy_officer]")
    page.keyboard.press("Space")
    page.focus("textarea[name=text]")
    page.keyboard.type("من يقرأ ملفي؟")
    go_by_keyboard(page, "button.my__act")
    page.wait_for_url("**/my/questions/")
    looks_right(page, "14-questions")


def test_a_father_comes_in_alone_on_a_small_telephone_in_arabic(portal: Portal, new_page: Any) -> None:
    account = next(row for row in portal.people if row["roles"] == ["person"])
    born = date.fromisoformat(account["birth_date"])
    page = new_page(viewport=PHONE, locale="ar", has_touch=True)
    page.add_init_script(WITHOUT_OFFER)
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})

    page.goto(portal.url + account["first_page"])
    assert urlsplit(page.url).hostname == "localhost", "the page moves to the name that keys are made for"
    looks_right(page, "1-language")
    go_by_keyboard(page, "a[hreflang=ar]")
    page.wait_for_selector("input[name=day]")
    assert page.evaluate("document.documentElement.dir") == "rtl"
    looks_right(page, "2-birth-date")
    page.fill("input[name=day]", "1")
    page.fill("input[name=month]", "1")
    page.fill("input[name=year]", "1950")
    page.keyboard.press("Enter")
    page.wait_for_selector(".error-summary")
    looks_right(page, "3-wrong-date")
    for name, value in (("day", born.day), ("month", born.month), ("year", born.year)):
        page.fill(f"input[name={name}]", str(value).translate(ARABIC_DIGITS))
    go_by_keyboard(page, "button[type=submit]")

    page.wait_for_url("**/my/key/**")
    looks_right(page, "4-key")
    page.wait_for_selector("[data-passkey] button:visible")
    go_by_keyboard(page, "[data-passkey] button")
    page.wait_for_url("**/my/")
    looks_right(page, "5-own-page")

    go_by_keyboard(page, "a[href='/my/consents/']")
    page.wait_for_url("**/my/consents/")
    looks_right(page, "5-consents")
    before = page.locator(".my a.utrecht-button--danger").count()
    assert before >= 1
    go_by_keyboard(page, ".my a.utrecht-button--danger")
    page.wait_for_url("**/withdraw/**")
    looks_right(page, "6-withdraw")
    go_by_keyboard(page, "button.utrecht-button--danger")
    page.wait_for_url("**/withdrawn/**")
    looks_right(page, "6-withdrawn")
    go_by_keyboard(page, "a[href='/my/consents/']")
    page.wait_for_url("**/my/consents/")
    assert page.locator(".my a.utrecht-button--danger").count() == before - 1

    choose_anew(page)
    assert page.locator(".my a.utrecht-button--danger").count() == before
    ask_the_officer(page)
    for language in ("nl", "ti"):
        page.goto(page.url.replace("/questions/", "/consents/"))
        page.locator(f"button[value={language}]").click()
        page.wait_for_selector(f"html[lang={language}]")
        looks_right(page, f"5-consents-{language}")
    page.locator("button[value=ar]").click()
    page.wait_for_selector("html[lang=ar]")

    page.click(".office-header form button")
    page.goto(f"{urlsplit(page.url).scheme}://{urlsplit(page.url).netloc}/my/")
    assert path_of(page) == "/accounts/sign-in/"
    looks_right(page, "7-sign-in")
    go_by_keyboard(page, "[data-passkey] button")
    page.wait_for_url("**/my/")

    page.goto(page.url.replace("/my/", account["first_page"]) + "?language=ti")
    assert page.locator("input[name=day]").count() == 0, "the letter is used"
    looks_right(page, "8-used")
    page.click("a.letter__go")
    page.wait_for_url("**/my/")
    page.locator("button[value=ti]").click()
    page.wait_for_selector("html[lang=ti]")
    looks_right(page, "9-own-page-ti")
    assert page.goto(page.url.replace("/my/", "/consent/find/")).status == 404
