"""A new colleague: the link of the invitation and the password together, then a second factor."""

import base64
from typing import Any
from urllib.parse import urljoin

from django_otp.oath import TOTP

from dossiers.demo import walkthrough as walk

from .conftest import Portal, axe_violations, path_of, sign_in


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
