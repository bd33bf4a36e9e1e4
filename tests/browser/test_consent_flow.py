"""The conversation about consent on a telephone, with the keyboard alone, in three scripts; axe looks at every step."""

import os
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from consent.drafts import STEPS
from consent.enums import Method, Outcome, Purpose, SignatureKind
from consent.models import Conversation
from consent.notice_texts import load
from consent.policy import CATEGORIES
from tests.consent.conftest import Scene, make_scene

from .conftest import axe_violations
from .test_keyboard import TELEPHONE, press, walk_to

JGZ = Purpose.YOUTH_HEALTH
WORDS = {
    "nl": "De nieuwe zuster krijgt de prikken te zien.",
    "ar": "الممرضة الجديدة ترى لقاحات طفلي",
    "ti": "እታ ሓዳስ ነርስ ክታበት ውላደይ ክትርኢ እያ",
}


@pytest.fixture
def scene(transactional_db: None) -> Scene:
    """A family of which the child needs an interpreter, with the texts that come with the product."""
    load()
    scene = make_scene()
    scene.child.needs_interpreter = scene.mother.cannot_read = True
    scene.child.save()
    scene.mother.save()
    return scene


def look(page: Any, name: str) -> None:
    """No violation, no scrolling sideways; a picture goes to the folder in ``SCREENSHOTS``, if it is set."""
    folder = os.environ.get("SCREENSHOTS")
    if folder:
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)
    assert axe_violations(page) == [], name
    assert page.evaluate("document.documentElement.scrollWidth") <= TELEPHONE["width"], name


def choose(page: Any, name: str, value: str) -> None:
    """With the arrows to one of a group of choices, of which none was chosen."""
    walk_to(page, f"input[name='{name}']")
    page.keyboard.press("Space")
    wanted = page.locator(f"input[name='{name}'][value='{value}']")
    for _ in range(20):
        if wanted.is_checked():
            looks = page.locator(f"input[name='{name}']").evaluate_all(
                "nodes => nodes.map(node => [node.checked, getComputedStyle(node).backgroundImage])"
            )
            assert not {look for is_on, look in looks if is_on} & {look for is_on, look in looks if not is_on}
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"no way to {value} of {name}")


def tick(page: Any, selector: str) -> None:
    walk_to(page, selector)
    page.keyboard.press("Space")


def type_into(page: Any, selector: str, text: str) -> None:
    walk_to(page, selector)
    page.keyboard.insert_text(text)


def answer(page: Any, scene: Scene, step: str, code: str) -> None:
    """What both people do in a step."""
    if step == "language":
        choose(page, "language", code)
    elif step == "interpreter":
        choose(page, "interpreter_kind", "telephone")
        type_into(page, "input[name=interpreter_id]", "T-4711")
    elif step == "notice":
        assert page.locator(f"article.text[lang={code}] .notice-part svg").count() >= len(("what", "who", "why"))
        type_into(page, "textarea[name=understanding]", WORDS[code])
        tick(page, "input[name=no_consequence]")
    elif step == "choices":
        assert page.locator("main input:checked").count() == 0
        for number, category in enumerate(CATEGORIES[JGZ]):
            choose(page, category.value, "no" if number == 0 else "yes")
        choose(page, "secrecy", "yes")
    elif step == "deciders":
        for adult in (scene.mother, scene.father):
            tick(page, f"input[name=deciders][value='{adult.public_id}']")
        choose(page, "method", "on_screen")
    else:
        for adult in (scene.mother, scene.father):
            type_into(page, f"input[name='name-{adult.public_id}']", adult.name)


@pytest.mark.sqlite
@pytest.mark.parametrize("code", ["nl", "ar", "ti"])
def test_from_language_to_signature(live_server: Any, new_page: Any, sign_in: Any, scene: Scene, code: str) -> None:
    page = new_page(viewport=TELEPHONE)
    key = sign_in(Client(), scene.user).cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": live_server.url}])
    decide = reverse("consent:decide", args=[scene.child.public_id])
    page.goto(f"{live_server.url}{decide}?purpose={JGZ.value}&recipient={scene.recipient.public_id}")
    for number, step in enumerate(STEPS, start=1):
        assert f"step={step}" in page.url
        if number > 1:
            direction = "rtl" if code == "ar" else "ltr"
            assert page.locator(f"form.stack[lang={code}][dir={direction}]").count() == 1
        answer(page, scene, step, code)
        look(page, f"{code}-{number}-{step}")
        press(page, "form[novalidate] button.utrecht-button--primary-action")
    look(page, f"{code}-7-recorded")
    conversation = Conversation.objects.get()
    assert (conversation.language, conversation.method) == (code, Method.ON_SCREEN)
    assert conversation.words["understanding"] == WORDS[code]
    outcomes = list(conversation.decisions.values_list("outcome", flat=True))
    assert outcomes == [Outcome.REFUSED] + [Outcome.GIVEN] * (len(CATEGORIES[JGZ]) - 1)
    assert set(conversation.signatures.values_list("kind", flat=True)) == {SignatureKind.CONFIRMED}
