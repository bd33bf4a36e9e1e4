"""A voice reads the explanation at the desk, on a telephone: one button plays part after part, each has a player."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from consent.models import NoticeText
from consent.notice_texts import load
from consent.recordings import parts_said
from consent.services.recordings import store_recording
from portal.accounts.enums import OrganisationKind, Role
from portal.vault import services as vault
from portal.vault.scanning import scan_file
from portal.vault.types import SOUND
from tests.consent.conftest import Scene, make_scene
from tests.consent.test_flow import JGZ, address, walk
from tests.consent_factories import actor_of
from tests.factories import TeamFactory, member
from tests.vault import samples

from .test_consent_flow import look
from .test_keyboard import TELEPHONE, walk_to

HEARD = "window.heard = []; document.addEventListener('play', event => heard.push(event.target.ariaLabel), true);"


@pytest.fixture
def scene(transactional_db: None, clamd: Any) -> Iterator[Scene]:
    """The Arabic explanation with a short silence for each part."""
    load()
    scene = make_scene()
    team = TeamFactory(organisation__kind=OrganisationKind.REGION)
    actor = actor_of(member(Role.REGION_ADMINISTRATOR, team=team), team)
    text = NoticeText.objects.select_related("notice").get(notice__purpose=JGZ, language="ar")
    for number, part in enumerate(parts_said(text)):
        with vault.receive(container=vault.create_container(), filename="stem.mp3", kinds=SOUND) as receiver:
            receiver.write(samples.mp3(12 + number))
            file = receiver.finish()
        row = store_recording(
            actor=actor, purpose=JGZ, language="ar", part=part.key, words=part.sha256, file=file, spoken_by="A. Haddad"
        )
        scan_file(row.file)
        assert row.is_clean
    return scene


@pytest.mark.sqlite
def test_all_parts_are_heard_one_after_the_other(live_server: Any, new_page: Any, sign_in: Any, scene: Scene) -> None:
    client = sign_in(Client(), scene.user)
    assert walk(client, scene, until="notice").status_code == 200
    page = new_page(viewport=TELEPHONE)
    page.add_init_script(HEARD)
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": live_server.url}])
    page.goto(f"{live_server.url}{address(scene, 'notice')}")
    headings = page.locator("article.text[lang=ar] h3").all_inner_texts()
    assert page.locator("article.text[lang=ar] audio").count() == len(headings) == 8
    assert page.locator("article[lang=nl] audio").count() == 0
    look(page, "ar-recordings")
    walk_to(page, "#listen-recorded [data-listen=play]")
    page.keyboard.press("Enter")
    page.wait_for_function("() => heard.length === 8 && document.querySelector('[data-listen=stop]').hidden")
    assert page.evaluate("heard") == headings

    page.goto(f"{live_server.url}{reverse('consent:notice_text', args=[JGZ.value, 1, 'ar'])}")
    assert page.locator("article[dir=rtl] audio").count() == 9, "medical secrecy too"
    look(page, "ar-recordings-public")
    walk_to(page, "[data-part=why] audio")
