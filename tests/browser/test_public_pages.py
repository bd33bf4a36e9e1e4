"""What a refugee sees: every type of page, wide and narrow, light and dark, in three scripts and then in all ten."""

import os
from pathlib import Path
from typing import Any

import pytest

from .conftest import Portal, axe_violations, path_of, sign_in
from .readers import LANGUAGES, SKIPPED_HEADINGS, SMALL_TARGETS, STICKS_OUT, TYPES, direction

SCRIPTS = ("nl", "ar", "ti")
LOOKS = [(width, scheme) for width in (360, 1280) for scheme in ("light", "dark")]
# Nothing is kept in the background while pages are looked at.
OPENERS = ((".header-button--menu", "#menu"), (".switch > summary", ".switch__panel"), (".term", ".meaning"))
QUIET = {"service_workers": "block", "reduced_motion": "reduce"}


def look(page: Any, name: str) -> None:
    """A page that is open: no violation in any of the four looks, no heading skipped, nothing that sticks out."""
    assert page.evaluate(SKIPPED_HEADINGS) == [], name
    for width, scheme in LOOKS:
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme)
        if folder := os.environ.get("SCREENSHOTS"):
            page.screenshot(path=str(Path(folder) / f"{name}-{width}-{scheme}.png"), full_page=True)
        assert axe_violations(page) == [], (name, width, scheme)
        if width == 360:
            assert page.evaluate(SMALL_TARGETS) == [], name
    page.set_viewport_size({"width": 320, "height": 800})  # also what remains of 1280 pixels at 400 %
    assert page.evaluate(STICKS_OUT) == [], name


@pytest.mark.parametrize("kind", TYPES)
def test_every_type_of_page(portal: Portal, new_page: Any, kind: str) -> None:
    """In Latin, Arabic and Ethiopic script."""
    page = new_page(**QUIET)
    for language in SCRIPTS:
        page.goto(f"{portal.url}/{language}/{TYPES[kind]}")
        assert page.get_attribute("html", "lang") == language
        assert page.get_attribute("html", "dir") == direction(language)
        look(page, f"{kind.replace(' ', '-')}-{language}")


@pytest.mark.parametrize("language", [code for code in LANGUAGES if code not in SCRIPTS])
def test_every_other_language(portal: Portal, new_page: Any, language: str) -> None:
    """A page with much on it in each of the others."""
    page = new_page(**QUIET)
    page.goto(f"{portal.url}/{language}/de-weg/verhuizen/")
    assert page.get_attribute("html", "lang") == language
    assert page.get_attribute("html", "dir") == direction(language)
    look(page, f"step-{language}")


def test_what_opens(portal: Portal, new_page: Any) -> None:
    """The menu, the language switch and the meaning of a word, while they are open."""
    page = new_page(**QUIET)
    for language in SCRIPTS:
        page.goto(f"{portal.url}/{language}/de-weg/verhuizen/")
        page.set_viewport_size({"width": 360, "height": 800})
        for opener, opened in OPENERS:
            page.locator(opener).first.click()
            assert page.locator(opened).locator("visible=true").count() >= 1, opened
            assert axe_violations(page) == [], (language, opened)
            assert page.evaluate(STICKS_OUT) == []
            page.keyboard.press("Escape")
            if opened == ".switch__panel":
                page.locator(opener).click()


def test_the_knowledge_base_of_a_professional(portal: Portal, new_page: Any) -> None:
    """To read after signing in, and looked at in the same way."""
    from dossiers.demo import walkthrough as walk

    page = new_page(**QUIET)
    sign_in(page, portal, walk.SENDER_EMAIL)
    for path in ("kennisbank/", "kennisbank/begrijpelijk-en-tolken/"):
        page.goto(f"{portal.url}/nl/{path}")
        assert path_of(page) == f"/nl/{path}"
        look(page, path.strip("/").replace("/", "-"))


@pytest.mark.parametrize("kind", TYPES)
def test_the_language_switch_on_every_type_of_page(portal: Portal, new_page: Any, kind: str) -> None:
    """Ten names in their own script; each leads to the same page, and none is a dead end."""
    page = new_page(**QUIET)
    page.goto(f"{portal.url}/nl/{TYPES[kind]}")
    links = page.eval_on_selector_all(
        ".languages__list a", "nodes => nodes.map(node => [node.hreflang, node.lang, node.getAttribute('href')])"
    )
    assert [code for code, _, _ in links] == list(LANGUAGES)
    for code, lang, address in links:
        assert lang == code
        assert address == f"/{code}/{TYPES[kind]}"
        answer = page.request.get(f"{portal.url}{address}")
        assert answer.status == 200, address
        assert f'<html lang="{code}" dir="{direction(code)}"' in answer.text(), address


def test_the_switch_works_by_touch_and_by_keyboard(portal: Portal, new_page: Any) -> None:
    """Opened with a finger, then with Enter; the name of the language in use stands on it."""
    phone = new_page(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True, service_workers="block")
    phone.goto(f"{portal.url}/nl/wonen/")
    assert "Nederlands" in phone.inner_text(".switch > summary")
    phone.tap(".switch > summary")
    phone.tap(".switch a[hreflang=ti]")
    phone.wait_for_url("**/ti/wonen/")
    assert "ትግርኛ" in phone.inner_text(".switch > summary")

    page = new_page(**QUIET)
    page.goto(f"{portal.url}/nl/wonen/")
    page.focus(".switch > summary")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/ar/wonen/")


def test_first_visit_follows_the_browser(portal: Portal, new_page: Any) -> None:
    """A telephone that is set to Tigrinya opens in Tigrinya; nothing is stored to remember it."""
    page = new_page(locale="ti-ER", **QUIET)
    page.goto(f"{portal.url}/")
    assert path_of(page) == "/ti/"
    assert page.context.cookies() == []


def test_forced_colours(portal: Portal, new_page: Any) -> None:
    """In a high-contrast theme every control keeps an edge, and the stop where the reader is stands out."""
    page = new_page(forced_colors="active", viewport={"width": 360, "height": 800}, **QUIET)
    for path in ("", "de-weg/", "de-weg/verhuizen/", "nood/"):
        page.goto(f"{portal.url}/nl/{path}")
        assert axe_violations(page) == [], path
        bare = page.eval_on_selector_all(
            ".header-button, .sos, .door, .tile, .step-link, .emergency, main .utrecht-button",
            """nodes => nodes.filter(node => node.checkVisibility()).filter(node => {
                 const style = getComputedStyle(node);
                 return style.borderTopStyle === "none" || style.borderTopWidth === "0px";
               }).map(node => node.outerHTML.slice(0, 100))""",
        )
        assert bare == [], path
    page.goto(f"{portal.url}/nl/de-weg/verhuizen/")
    here, other = (
        page.eval_on_selector(selector, "node => getComputedStyle(node).backgroundColor")
        for selector in (".whereabouts__line > .is-here", ".whereabouts__line > :last-child")
    )
    assert here != other


def test_nothing_moves_for_whoever_asked_for_that(portal: Portal, new_page: Any) -> None:
    """No transition, no animation, no smooth scrolling under reduced motion."""
    page = new_page(**QUIET)
    page.goto(f"{portal.url}/nl/de-weg/verhuizen/")
    moving = page.eval_on_selector_all(
        "*",
        """nodes => nodes.filter(node => {
             const style = getComputedStyle(node);
             const still = style.transitionDuration === "0s" && style.animationName === "none";
             return !still || style.scrollBehavior === "smooth";
           }).map(node => node.outerHTML.slice(0, 100))""",
    )
    assert moving == []


@pytest.mark.parametrize("path", ["gezondheid/", "gezondheid/medisch-dossier/"])
def test_a_first_visit_is_light(portal: Portal, new_page: Any, path: str) -> None:
    """HTML, style sheet, scripts and icons together, as they come over the line, at most 60 kilobytes."""
    for language in LANGUAGES:
        page = new_page(service_workers="block")
        line = page.context.new_cdp_session(page)
        line.send("Network.enable")
        sizes: list[float] = []
        line.on("Network.loadingFinished", lambda event, sizes=sizes: sizes.append(event["encodedDataLength"]))
        page.goto(f"{portal.url}/{language}/{path}", wait_until="networkidle")
        assert 2 <= len(sizes) <= 8, language
        assert sum(sizes) <= 60 * 1024, (language, sizes)
        page.context.close()


@pytest.mark.parametrize("language", ["ar", "fa", "prs"])
def test_a_telephone_number_is_not_shown_backwards(portal: Portal, new_page: Any, language: str) -> None:
    page = new_page(viewport={"width": 320, "height": 740})
    page.goto(f"{portal.url}/{language}/nood/")
    shown = page.evaluate(
        """() => {
          const found = [];
          const walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
          while (walker.nextNode()) {
            for (const match of walker.currentNode.data.matchAll(/0\\d{3}-\\d{4}/g)) {
              const box = (at) => {
                const range = document.createRange();
                range.setStart(walker.currentNode, at);
                range.setEnd(walker.currentNode, at + 1);
                return range.getBoundingClientRect();
              };
              const [first, last] = [box(match.index), box(match.index + 8)];
              found.push({ number: match[0], right: first.left < last.left, line: first.top === last.top });
            }
          }
          return found;
        }"""
    )
    assert len(shown) >= 7
    assert [one for one in shown if not (one["right"] and one["line"])] == []
