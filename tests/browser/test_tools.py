"""Listening, sharing and printing as a reader does it, with a voice of our own in the browser."""

import json
from typing import Any

import pytest

from tests.print.reading import fonts_of, text_of

from .conftest import Portal

STEP = "de-weg/verhuizen/"
PHONE = {"viewport": {"width": 360, "height": 740}}
# A browser whose voices speak the given languages, and that tells what it was made to say. A piece ends when the test
# says so.
VOICES = """(languages => {
  const spoken = [];
  let current = null;
  const voices = languages.map(lang => ({ lang, localService: true, name: lang }));
  window.heard = spoken;
  window.finish = () => { const done = current; current = null; done?.onend?.(); };
  window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
  Object.defineProperty(window, "speechSynthesis", { value: {
    getVoices: () => voices,
    speak: (one) => { spoken.push({ text: one.text, lang: one.lang }); current = one; },
    cancel: () => { current = null; },
    addEventListener: () => {},
  } });
})"""


def reading_page(new_page: Any, portal: Portal, language: str, *voices: str, path: str = STEP) -> Any:
    page = new_page(**PHONE)
    page.add_init_script(f"{VOICES}({json.dumps(voices)})")
    page.goto(f"{portal.url}/{language}/{path}")
    return page


@pytest.mark.parametrize(("language", "voice"), [("nl", "nl-NL"), ("ar", "ar_SA"), ("prs", "fa-IR")])
def test_a_voice_reads_the_text_and_only_the_text(portal: Portal, new_page: Any, language: str, voice: str) -> None:
    page = reading_page(new_page, portal, language, "en-US", voice)
    page.click('[data-listen="play"]')
    heading = page.inner_text("article h1").strip()
    for _piece in range(400):
        if page.locator(".is-read").count() == 0:
            break
        assert page.locator(".is-read").count() == 1
        page.evaluate("finish()")
    heard = page.evaluate("heard")
    assert {piece["lang"] for piece in heard} == {voice}
    said = " ".join(piece["text"].strip() for piece in heard)
    assert heading in said
    text = page.inner_text("article").replace("\n", " ")
    for piece in heard:
        for word in piece["text"].split():
            assert word in text
    # Menu, notices about the translation, sharing: none of it is the text.
    assert page.inner_text("#tools") not in said
    assert max(len(piece["text"]) for piece in heard) < 600


def test_pause_resume_and_stop_with_the_keyboard_alone(portal: Portal, new_page: Any) -> None:
    page = reading_page(new_page, portal, "nl", "nl-NL")
    play, stop = page.locator('[data-listen="play"]'), page.locator('[data-listen="stop"]')
    assert not stop.is_visible()
    before = play.inner_text()
    play.focus()
    page.keyboard.press("Enter")
    assert play.inner_text() != before
    page.evaluate("finish()")
    second = page.inner_text(".is-read")
    page.keyboard.press("Enter")  # pause: the focus did not move
    spoken = page.evaluate("heard.length")
    page.evaluate("finish()")
    assert page.evaluate("heard.length") == spoken
    page.keyboard.press("Enter")
    assert page.inner_text(".is-read") == second
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.dataset.listen") == "stop"
    page.keyboard.press("Space")
    assert page.locator(".is-read").count() == 0
    assert page.evaluate("document.activeElement.dataset.listen") == "play"
    assert play.inner_text() == before
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    assert page.locator(".is-read").count() == 0


def test_without_a_voice_it_says_so(portal: Portal, new_page: Any) -> None:
    page = reading_page(new_page, portal, "ti", "en-US", "nl-NL")
    page.wait_for_selector('[data-listen="none"]:not([hidden])')
    assert not page.is_visible('[data-listen="play"]')


@pytest.mark.parametrize("language", ["nl", "ar"])
def test_everything_to_touch_is_large_enough(portal: Portal, new_page: Any, language: str) -> None:
    page = reading_page(new_page, portal, language, "nl-NL", "ar")
    page.click('[data-listen="play"]')
    for item in page.locator(".listen button:visible, .tools a:visible, .tools button:visible, .tools summary").all():
        box = item.bounding_box()
        assert box is not None
        assert box["height"] >= 44, item.inner_text()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_copying_and_the_code(portal: Portal, new_page: Any) -> None:
    page = reading_page(new_page, portal, "nl", "nl-NL")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.click('[data-tool="copy"]')
    page.wait_for_function("() => document.querySelector('[data-tool=said]').textContent !== ''")
    assert page.evaluate("navigator.clipboard.readText()") == f"{portal.url}/nl/{STEP}"
    page.click(".tools__code summary")
    box = page.locator(".tools__code .qr").bounding_box()
    assert box is not None
    assert min(box["width"], box["height"]) >= 150


@pytest.mark.parametrize("language", ["ar", "ti"])
def test_a_leaflet_in_the_readers_language(portal: Portal, new_page: Any, language: str) -> None:
    page = reading_page(new_page, portal, language)
    heading = page.inner_text("article h1").strip()
    addresses = [link.get_attribute("href") for link in page.locator(".tools a[type='application/pdf']").all()]
    assert len(addresses) == 4
    for address in addresses:
        answer = page.request.get(f"{portal.url}{address}")
        assert (answer.status, answer.headers["content-type"]) == (200, "application/pdf")
        assert all(fonts_of(answer.body()).values())
    text = text_of(page.request.get(f"{portal.url}/{language}/{STEP}folder.pdf").body())
    assert heading.split()[0] in text
    assert {"ar": "Noto-Naskh-Arabic", "ti": "Noto-Sans-Ethiopic"}[language] in fonts_of(answer.body())


def test_on_paper_stands_the_text_and_the_way_back(portal: Portal, new_page: Any) -> None:
    page = reading_page(new_page, portal, "nl")
    page.emulate_media(media="print")
    assert page.is_visible("article h1")
    for chrome in (".site-header nav", ".listen", ".tools", ".site-footer", ".feedback", ".emergency-strip"):
        assert not page.locator(chrome).first.is_visible(), chrome
    assert page.is_visible(".on-paper .qr")
    assert f"{portal.url}/nl/{STEP}" in page.inner_text(".on-paper")
    text = text_of(page.pdf(format="A4"))
    assert page.inner_text("article h1") in text.replace("\n", " ")
