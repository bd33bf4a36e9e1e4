"""At a desk: a professional opens the person's own pages, the person confirms, reads, stops and asks; by keyboard."""

import os
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from consent.enums import Purpose, WithdrawnBy
from consent.models import Conversation, PersonMessage
from consent.notice_texts import load
from portal.audit.models import Entry
from tests.consent.conftest import Scene, make_scene
from tests.consent_factories import decide

from .conftest import axe_violations
from .readers import SMALL_TARGETS, STICKS_OUT
from .test_keyboard import TELEPHONE, press, walk_to

WORDS = {"nl": "Wie leest dit?", "ti": "መን እዩ ዘንብቦ?"}
ACT = "button.my__act"


@pytest.fixture
def scene(transactional_db: None) -> Scene:
    """A yes of both parents; the mother reads little and has a team of the sender before her."""
    load()
    scene = make_scene()
    scene.mother.cannot_read = True
    scene.mother.save()
    parents = [scene.mother, scene.father]
    decide(actor=scene.actor, team=scene.team, child=scene.child, deciders=parents, recipient=scene.recipient)
    return scene


def look(page: Any, name: str) -> None:
    """In order at 360 px; a picture goes to the folder in ``SCREENSHOTS``, if it is set."""
    folder = os.environ.get("SCREENSHOTS")
    if folder:
        page.screenshot(path=f"{folder}/desk-{name}.png", full_page=True)
    assert axe_violations(page) == [], name
    assert page.evaluate(STICKS_OUT) == [], name
    assert page.evaluate(SMALL_TARGETS) == [], name


@pytest.mark.sqlite
@pytest.mark.parametrize("code", ["nl", "ti"])
def test_read_stop_and_ask_beside_a_professional(
    live_server: Any, new_page: Any, sign_in: Any, scene: Scene, code: str
) -> None:
    page = new_page(viewport=TELEPHONE)
    key = sign_in(Client(), scene.user).cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": live_server.url}])
    page.goto(live_server.url + reverse("dossiers:person", args=[scene.child.public_id]))
    look(page, f"{code}-1-person")
    press(page, "a[href*='/withdraw/']")  # on request, without the person's own pages
    look(page, f"{code}-1-on-request")
    press(page, "a.my__act")
    opening = f"form[action='{reverse('consent:assist', args=[scene.mother.public_id])}']"
    page.select_option(f"{opening} select", code)
    press(page, f"{opening} button")
    look(page, f"{code}-2-confirm")
    assert page.locator("html").get_attribute("lang") == code
    page.fill("input[name=birth_date]", scene.mother.birth_date.isoformat())
    press(page, "main form button.utrecht-button--primary-action")
    look(page, f"{code}-3-overview")
    press(page, f"a[href='{reverse('my:consents')}']")
    look(page, f"{code}-4-consents")
    press(page, "a[href*='/withdraw/']")  # the first tap
    press(page, ACT)  # the second
    look(page, f"{code}-5-withdrawn")
    press(page, f"a[href='{reverse('my:consents')}'].my__act")
    look(page, f"{code}-6-stopped")
    press(page, "a[href*='/agree/']")
    look(page, f"{code}-7-together")
    assert page.locator(f"a[href^='{reverse('consent:decide', args=[scene.child.public_id])}']").count() == 1
    press(page, "a[href*='/ask/']")
    look(page, f"{code}-8-ask")
    walk_to(page, "input[name=to]")
    page.keyboard.press("Space")
    walk_to(page, "textarea[name=text]")
    page.keyboard.insert_text(WORDS[code])
    press(page, ACT)
    look(page, f"{code}-9-asked")
    press(page, f"form[action='{reverse('consent:assist_close')}'] button")
    assert page.goto(live_server.url + reverse("my:consents")).status == 404

    held = Conversation.objects.get(sitting="withdrawal")
    assert (held.withdrawn_by, held.language) == (WithdrawnBy.ASSISTED, code)
    assert PersonMessage.objects.get().asked_by == scene.mother
    mother = str(scene.mother.public_id)
    rows = Entry.objects.filter(on_behalf_of=mother).order_by("sequence").values_list("event", flat=True)
    assert list(rows) == [
        "consent:assisted_session:open",
        "consent:assisted_session:open",
        "consent:decision:withdraw",
        "consent:question:ask",
        "consent:assisted_session:close",
    ]
    read = Entry.objects.filter(event="dossiers:overview:read", details__reader=mother)
    assert {row.subject for row in read} == {mother, str(scene.child.public_id)}
    assert held.purpose == Purpose.YOUTH_HEALTH
