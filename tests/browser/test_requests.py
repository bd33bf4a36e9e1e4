"""The pages of rights, corrections and explanations with something on them, in three scripts; axe looks at each."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from consent.enums import Purpose, RestrictionGround, Right, RightChannel, RightDecision, RightGround
from consent.models import RightsRequest
from consent.notice_texts import load
from consent.services import notices, rights
from dossiers.enums import Status
from portal.accounts.enums import OrganisationKind, Role
from portal.accounts.models import User
from portal.accounts.services import person_account
from tests.consent_factories import actor_of, ask, person_actor
from tests.dossiers_factories import Handover, package_in
from tests.factories import TeamFactory, member

from .conftest import axe_violations
from .readers import SMALL_TARGETS, STICKS_OUT, direction

TELEPHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 900}
# Language and size, and whose pages: the person's come first, those of professionals after that.
EVERYBODY, PERSON, OTHERS = slice(None), slice(1), slice(1, None)
VIEWS = (("ar", TELEPHONE, EVERYBODY), ("ti", TELEPHONE, PERSON), ("nl", DESK, OTHERS))
if os.environ.get("SCREENSHOTS"):
    VIEWS = tuple((code, size, EVERYBODY) for size in (TELEPHONE, DESK) for code in ("nl", "ar", "ti"))
GUIDANCE = Purpose.GUIDANCE
WORDS = {"nl": "Mijn naam is verkeerd geschreven.", "ar": "اسمي مكتوب بشكل خاطئ.", "ti": "ስመይ ብጌጋ ተጻሒፉ።"}


@pytest.fixture
def where(transactional_db: None) -> Handover:
    """A family whose parents asked a lot, a package that rests for it, and explanations with a draft."""
    load()
    where = package_in(Status.ACCEPTED)
    mother, region = where.parents[0], TeamFactory(organisation__kind=OrganisationKind.REGION, name="Regio")
    officer, administrator = member(Role.PRIVACY_OFFICER, team=region), member(Role.REGION_ADMINISTRATOR, team=region)
    where.officer, where.administrator = officer, administrator  # type: ignore[attr-defined]
    actor, organisation = person_actor(mother), where.receiver_team.organisation
    for right, language in ((Right.OBJECTION, "nl"), (Right.ERASURE, "ar"), (Right.RECTIFICATION, "ti")):
        ask(
            actor=actor,
            person=where.child,
            right=right,
            text=WORDS[language],
            language=language,
            recipient=organisation if right == Right.OBJECTION else None,
            proposed={"name": "Amal Haddād"} if right == Right.RECTIFICATION else {},
        )
    ask(actor=actor, person=where.child, right=Right.RESTRICTION, ground=RestrictionGround.ACCURACY)
    for days, right in ((3, Right.ACCESS), (45, Right.PORTABILITY)):
        rights.write_down(
            actor=where.sends,
            person=where.child,
            team=where.sender_team,
            wish=rights.Wish(right=right, text=WORDS["nl"]),
            channel=RightChannel.TELEPHONE,
            received_on=timezone.localdate() - timedelta(days=days),
        )
    rights.decide(
        actor=actor_of(officer, region),
        request=RightsRequest.objects.get(right=Right.ACCESS),
        decision=RightDecision.PARTLY,
        ground=RightGround.OTHERS,
        reason="U krijgt alles, maar niet de namen van anderen. U kunt klagen bij de Autoriteit Persoonsgegevens.",
    )
    notices.begin_draft(actor=actor_of(administrator, region), purpose=GUIDANCE)
    return where


def pages_of(where: Handover) -> list[tuple[User, list[str]]]:
    """Who looks at which pages."""
    requests = {row.right: row.public_id for row in RightsRequest.objects.all()}
    child, package = where.child.public_id, where.package
    mother = person_account(person_id=where.parents[0].public_id, language="nl")
    other = reverse("my:ask", args=[child, where.receiver_team.organisation.public_id, package.kind.purpose.value])
    return [
        (
            mother,
            [
                reverse("my:rights"),
                *(reverse("my:right", args=[requests[name]]) for name in requests),
                *(reverse("my:right_ask", args=[child, right]) for right in (Right.OBJECTION, Right.RECTIFICATION)),
                reverse("my:right_ask", args=[child, Right.RESTRICTION]),
                other,
            ],
        ),
        (
            where.sender,
            [
                reverse("dossiers:person", args=[child]),
                package.path,
                reverse("consent:rights_of", args=[child]),
                *(reverse("consent:right_write", args=[child, name]) for name in ("objection", "rectification")),
                reverse("consent:rectifications"),
                reverse("consent:rectification", args=[requests["rectification"]]),
            ],
        ),
        (where.receiver, [package.path]),
        (
            where.officer,  # type: ignore[attr-defined]
            [
                reverse("consent:rights"),
                *(reverse("consent:right", args=[requests[name]]) for name in requests),
                reverse("consent:rights_of", args=[child]),
                reverse("consent:statistics"),
            ],
        ),
        (
            where.administrator,  # type: ignore[attr-defined]
            [
                reverse("consent:notices"),
                reverse("consent:notice_draft", args=[GUIDANCE]),
                reverse("consent:notice_write", args=[GUIDANCE, "ar"]),
                reverse("consent:notice_compare", args=[GUIDANCE, "ar"]),
                reverse("consent:notice_check", args=[GUIDANCE, 1, "ar"]),
                reverse("consent:notice_text", args=[GUIDANCE, 1, "ar"]),
            ],
        ),
    ]


@pytest.mark.sqlite
def test_pages_with_something_on_them(live_server: Any, new_page: Any, sign_in: Any, where: Handover) -> None:
    faults = []
    visits = pages_of(where)
    for code, size, whose in VIEWS:
        page = new_page(viewport=size, locale=code)
        for user, addresses in visits[whose]:
            user.language = code
            user.save()
            key = sign_in(Client(), user).cookies[settings.SESSION_COOKIE_NAME].value
            cookie = {"name": settings.SESSION_COOKIE_NAME, "value": key, "url": live_server.url}
            page.context.add_cookies([cookie])
            for number, address in enumerate(addresses):
                answer = page.goto(live_server.url + address)
                found = [] if answer.status == 200 else [f"status {answer.status}"]
                expected = "ar" if "/notices/" in address and address.endswith("/ar") else code
                if page.locator("html").get_attribute("dir") != direction(expected):
                    found.append("not in this language")
                found += axe_violations(page) + page.evaluate(STICKS_OUT) + small_targets(page)
                faults += [(code, size["width"], address, fault) for fault in found]
                keep(page, f"{code}-{size['width']}-{visits.index((user, addresses))}-{number}")
    assert faults == []


def small_targets(page: Any) -> list[str]:
    """What is too small to touch; of a choice its label is touched."""
    return [row for row in page.evaluate(SMALL_TARGETS) if 'type="radio"' not in row and 'type="checkbox"' not in row]


def keep(page: Any, name: str) -> None:
    if os.environ.get("SCREENSHOTS"):
        page.screenshot(path=str(Path(os.environ["SCREENSHOTS"]) / f"{name}.png"), full_page=True)
