"""A session ends with a warning in time, and what was typed comes back to the one who typed it."""

import contextlib
from typing import Any

import playwright.sync_api
import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from qsessions.models import Session
from wagtail.models import Collection, Page

from pages.editors import grant_editing
from portal.accounts.enums import Role
from tests.factories import PASSWORD, MembershipFactory, TotpDeviceFactory, code_for, member
from tests.pages.editing import editor as make_editor
from tests.pages.site import locale, make_site

from .conftest import axe_violations, path_of

EMAIL = "collega@example.org"
FIELD = "input[name=email]"
STORED = "JSON.stringify(sessionStorage)"


@pytest.fixture
def administrator(transactional_db: None) -> Any:
    user = member(Role.ORGANISATION_ADMINISTRATOR)
    TotpDeviceFactory(user=user)
    colleague = MembershipFactory(team=user.memberships.get().team, user__email=EMAIL).user
    TotpDeviceFactory(user=colleague)
    return user


def bring_session(page: Any, server: Any, sign_in: Any, user: Any) -> None:
    """Sign the browser in without walking through the pages."""
    key = sign_in(Client(), user).cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": server.url}])


def walk_in(page: Any, user: Any) -> None:
    """Password and code, from the sign-in page that the browser is on."""
    page.fill("input[name=email]", user.email)
    page.fill("input[name=password]", PASSWORD)
    page.click("main form button[type=submit]")
    page.fill("input[name=code]", code_for(user))
    page.click("main form:has(input[name=code]) button[type=submit]")


def test_warned_in_time_and_nothing_is_lost(live_server: Any, new_page: Any, sign_in: Any, administrator: Any) -> None:
    page = new_page(viewport={"width": 320, "height": 640})
    bring_session(page, live_server, sign_in, administrator)
    page.clock.install()
    address = live_server.url + reverse("accounts:reset_request")
    page.goto(address)
    page.fill(FIELD, EMAIL)
    page.check("input[name=identity_check][value=video]")
    page.wait_for_function(f"() => {STORED} !== '{{}}'")
    assert EMAIL not in page.evaluate(STORED)

    page.clock.fast_forward("28:30")
    dialog = page.locator("dialog[open]")
    dialog.wait_for()
    assert dialog.evaluate("dialog => dialog.contains(document.activeElement)")
    assert axe_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.clock.fast_forward("01:00")
    page.wait_for_function("() => document.querySelector('[data-session-said]').textContent !== ''")
    with page.expect_response(lambda answer: answer.url.endswith(reverse("accounts:stay"))) as answer:
        dialog.locator("form[data-stay] button").click()
    assert answer.value.json()["seconds"] > 1790
    dialog.wait_for(state="detached")

    # Nobody there: to the sign-in, which sends whoever is still in elsewhere straight back.
    page.clock.fast_forward("30:30")
    page.wait_for_function(f"() => document.querySelector('{FIELD}')?.value === '{EMAIL}'")
    assert page.is_checked("input[name=identity_check][value=video]")

    # Ended on the server while somebody typed: the form goes to the sign-in and comes back with what was typed.
    Session.objects.all().delete()
    page.fill(FIELD, f"{EMAIL}x")
    page.fill(FIELD, EMAIL)
    page.click("main form button[type=submit]")
    page.wait_for_url("**/sign-in/**")
    walk_in(page, administrator)
    page.wait_for_url(address)
    page.wait_for_function(f"() => document.querySelector('{FIELD}').value === '{EMAIL}'")
    page.click("main form[action$='/resets/new/'] button[type=submit]")
    page.wait_for_url("**/accounts/resets/")
    assert page.evaluate("Object.keys(sessionStorage).filter(name => name.startsWith('draft ')).length") == 0


def test_never_for_somebody_else(live_server: Any, new_page: Any, sign_in: Any, administrator: Any) -> None:
    page = new_page()
    address = live_server.url + reverse("accounts:reset_request")
    bring_session(page, live_server, sign_in, administrator)
    page.goto(address)
    page.fill(FIELD, EMAIL)
    page.wait_for_function(f"() => {STORED} !== '{{}}'")
    other = member(Role.ORGANISATION_ADMINISTRATOR)
    bring_session(page, live_server, sign_in, other)
    page.goto(address)
    assert page.input_value(FIELD) == ""
    assert page.evaluate(STORED) == "{}"

    page.fill(FIELD, EMAIL)
    page.wait_for_function(f"() => {STORED} !== '{{}}'")
    page.click("header form button[type=submit]")
    page.wait_for_url("**/sign-in/**")
    assert page.evaluate(STORED) == "{}"
    page.fill("input[name=password]", PASSWORD)
    page.wait_for_timeout(500)
    assert page.evaluate(STORED) == "{}"
    assert path_of(page) == reverse("accounts:sign_in")


@pytest.fixture
def editor(transactional_db: None) -> Any:
    """Of a site with a home page; a test before this one may have emptied every table."""
    if Page.get_first_root_node() is None:
        Page.add_root(instance=Page(title="Root", slug="root", locale=locale("nl")))
    if Collection.get_first_root_node() is None:
        Collection.add_root(name="Root")
    make_site(("nl",))
    grant_editing()
    return make_editor(Role.EDITOR)[1]


def test_warned_in_the_editors_admin_too(live_server: Any, new_page: Any, sign_in: Any, editor: Any) -> None:
    page = new_page(viewport={"width": 1024, "height": 768})
    bring_session(page, live_server, sign_in, editor)
    page.clock.install()
    page.goto(live_server.url + reverse("wagtailadmin_home"))
    page.clock.fast_forward("28:30")
    dialog = page.locator("dialog.session-dialog[open]")
    dialog.wait_for()
    assert dialog.evaluate("dialog => dialog.contains(document.activeElement)")
    assert axe_violations(dialog) == []
    with page.expect_response(lambda answer: answer.url.endswith(reverse("accounts:stay"))) as answer:
        dialog.locator("form[data-stay] button").click()
    assert answer.value.json()["seconds"] > 1790
    dialog.wait_for(state="detached")
    page.clock.fast_forward("30:30")
    page.wait_for_url("**/cms/")  # by way of the sign-in, which sends whoever is still in straight back


def test_a_line_that_drops_while_sending_loses_nothing(
    live_server: Any, new_page: Any, sign_in: Any, administrator: Any
) -> None:
    page = new_page()
    bring_session(page, live_server, sign_in, administrator)
    page.goto(live_server.url + reverse("accounts:notices"))
    address = live_server.url + reverse("accounts:reset_request")
    page.goto(address)
    page.fill(FIELD, EMAIL)
    page.wait_for_function(f"() => {STORED} !== '{{}}'")
    page.context.set_offline(True)
    with contextlib.suppress(playwright.sync_api.Error):
        page.click("main form:has(input[name=email]) button[type=submit]")
    page.wait_for_url("chrome-error://**")
    page.context.set_offline(False)
    page.go_back()
    page.goto(address)
    page.wait_for_selector("[role=status]")
    assert page.input_value(FIELD) == EMAIL
