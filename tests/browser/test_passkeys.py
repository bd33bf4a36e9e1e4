"""A passkey in Chromium's own virtual authenticator: made with a link, then used for everything."""

from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest

from .conftest import WITHOUT_OFFER, Portal, axe_violations, path_of

COLLEAGUE = "werkcoach-zeist@demo.example"
WITHOUT_A_FACTOR = f"""
from portal.accounts.models import DemoAccount, User
from portal.accounts.services import clear_factors
user = User.objects.get(email="{COLLEAGUE}")
clear_factors(user=user)
"""
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
TELEPHONE = {"width": 360, "height": 740}


def authenticator(page: Any) -> Any:
    """Gives the page's browser a virtual authenticator; answers the connection to it."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    return devtools


def in_order(page: Any, portal: Portal, url: str) -> None:
    """Nothing that axe knows is wrong with this page in Dutch, Arabic and Tigrinya, on a telephone."""
    for language in ("ar", "ti", "nl"):
        page.goto(f"{url}/accounts/")
        page.select_option("select[name=language]", language)
        with page.expect_navigation():
            page.locator("select[name=language]").locator("xpath=ancestor::form").locator("button").click()
        for path in ("factors/", "factors/passkey/", "factors/app/", "factors/recovery-codes/", "second-factor/"):
            page.goto(f"{url}/accounts/{path}")
            assert axe_violations(page) == [], (language, path)
            assert page.evaluate("document.documentElement.scrollWidth") <= TELEPHONE["width"], (language, path)


@pytest.mark.parametrize("locale", ["nl-NL", "ar", "ti"])
def test_the_sign_in_page_is_in_order(portal: Portal, new_page: Any, locale: str) -> None:
    page = new_page(locale=locale, viewport=TELEPHONE)
    page.goto(portal.url.replace("127.0.0.1", "localhost") + "/accounts/sign-in/")
    assert page.locator("[data-passkey] button").is_visible()
    assert axe_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= TELEPHONE["width"]


def test_a_passkey_from_enrolment_to_recovery_codes(portal: Portal, new_page: Any) -> None:
    """Enrols with the link, signs in without a password, shows the key again, makes codes, comes in with one."""
    url = portal.url.replace("127.0.0.1", "localhost")
    account = portal.accounts[COLLEAGUE]
    assert portal.manage("shell", "-c", WITHOUT_A_FACTOR).returncode == 0
    link = urljoin(url, urlsplit(portal.manage("enrolment_link", COLLEAGUE).stdout.strip()).path)
    page = new_page(viewport=TELEPHONE)
    page.add_init_script(WITHOUT_OFFER)
    devtools = authenticator(page)

    page.goto(link)
    page.fill("input[name=email]", account["email"])
    page.fill("input[type=password]", account["password"])
    page.click("main form button[type=submit]")
    assert axe_violations(page) == []
    page.click("[data-passkey] button")
    page.wait_for_url("**/accounts/factors/recovery-codes/")

    page.click(".office-header__who form button")
    page.wait_for_url("**/accounts/sign-in/**")
    page.click("[data-passkey] button")
    page.wait_for_url("**/dossiers/**")

    page.goto(f"{url}/accounts/second-factor/?next=/accounts/factors/recovery-codes/")
    assert axe_violations(page) == []
    page.click("[data-passkey] button")
    # In full: the address of the second-factor page ends alike, as it names where to go next.
    page.wait_for_url(f"{url}/accounts/factors/recovery-codes/")
    page.click("main form[action$='/recovery-codes/'] button[type=submit]")
    page.locator(".codes code").first.wait_for()
    codes = page.locator(".codes code").all_inner_texts()
    assert len(codes) == 10
    assert axe_violations(page) == []
    with page.expect_download() as download:
        page.click("a[download]")
    assert codes[3] in download.value.path().read_text(encoding="utf-8")
    in_order(page, portal, url)

    devtools.send("WebAuthn.disable")
    lost = new_page()
    lost.goto(f"{url}/accounts/sign-in/")
    lost.fill("input[name=email]", account["email"])
    lost.fill("input[type=password]", account["password"])
    lost.click("main form button[type=submit]")
    lost.click(".ways a[href*=recovery]")
    lost.fill("input[name=code]", codes[0])
    lost.click("main form button[type=submit]")
    lost.goto(f"{url}/accounts/factors/")
    assert path_of(lost) == "/accounts/factors/"
    assert lost.locator(".factors li").count() == 2
