"""An editor changes a Dutch text; the translator sees in the overview that the own translation is older, and why."""

from typing import Any

from .conftest import Portal, axe_violations, path_of, sign_in

FINAL_EDITOR = "eindredacteur@demo.example"
TRANSLATOR = "vertaler-ar@demo.example"
QUIET = {"service_workers": "block"}
CELL = "tr:has(th:text-is('Wonen')) td a"
ADDED = "Dit is nieuw sinds vandaag."


def test_the_overview_follows_the_dutch_text(portal: Portal, new_page: Any) -> None:
    """From "current" to "outdated" by publishing alone; the draft before it changes nothing."""
    theirs = new_page(**QUIET)
    sign_in(theirs, portal, TRANSLATOR)
    theirs.goto(f"{portal.url}/cms/translations/?language=ar")
    assert path_of(theirs) == "/cms/translations/"
    assert axe_violations(theirs.locator(".translations")) == []
    cell = theirs.locator(CELL).first
    before = cell.inner_text()
    theirs_address = cell.get_attribute("href")

    editing = new_page(**QUIET)
    sign_in(editing, portal, FINAL_EDITOR)
    editing.goto(f"{portal.url}/nl/wonen/")
    assert ADDED not in editing.inner_text("main")
    look = "from pages.models import TopicPage as P; print(P.objects.get(slug='wonen', locale__language_code='nl').pk)"
    number = portal.manage("shell", "--no-imports", "-c", look).stdout.strip()
    editing.goto(f"{portal.url}/cms/pages/{number}/edit/")
    summary = editing.locator("[name=summary]")
    summary.fill(f"{summary.input_value()} {ADDED}")
    editing.locator("footer button:has-text('concept'), footer button.action-save").first.click()
    editing.wait_for_load_state()
    theirs.reload()
    assert theirs.locator(CELL).first.inner_text() == before

    editing.locator("footer [data-controller~='w-dropdown'] button").first.click()
    editing.locator("button[name=action-publish]").first.click()
    editing.wait_for_load_state()
    theirs.reload()
    after = theirs.locator(CELL).first.inner_text()
    assert after != before
    assert "ouder dan" in after.lower()

    theirs.goto(f"{portal.url}{theirs_address}")
    assert ADDED in theirs.inner_text("main")
    assert axe_violations(theirs.locator(".translations")) == []
    reader = new_page(**QUIET)
    reader.goto(f"{portal.url}/ar/wonen/")
    assert reader.locator(".translation-notice").count() == 1
