"""Consent on paper, in a browser: printed, filled in with a pen, photographed, matched, taken over; and withdrawn."""

import io
import os
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import ImageDraw

from consent.enums import Method, Outcome, PaperKind, Purpose, SignatureKind
from consent.models import Conversation, PaperForm
from consent.notice_texts import load
from consent.policy import CATEGORIES
from tests.dossiers_factories import Handover, handover

from .conftest import axe_violations, path_of
from .readers import SMALL_TARGETS, STICKS_OUT

JGZ = Purpose.YOUTH_HEALTH
TELEPHONE = {"width": 360, "height": 740}
DOTS_A_POINT = 2


@pytest.fixture
def where(transactional_db: None, clamd: Any) -> Handover:
    """A family, coupled to a municipality, with the texts that come with the product, and a scanner."""
    load()
    return handover()


def look(page: Any, name: str) -> None:
    """Nothing that axe finds, sticks out or is too small; a picture goes to the folder in ``SCREENSHOTS``."""
    folder = os.environ.get("SCREENSHOTS")
    if folder:
        page.wait_for_load_state("networkidle")
        page.screenshot(path=str(Path(folder) / f"paper-{name}.png"), full_page=True)
    assert axe_violations(page) == [], name
    assert page.evaluate(STICKS_OUT) == [], name
    small = page.evaluate(SMALL_TARGETS)  # the label of a radio button or a box belongs to the target
    assert [row for row in small if 'type="radio"' not in row and 'type="checkbox"' not in row] == [], name


def come_in(page: Any, where: Handover, url: str, *, language: str = "nl") -> None:
    where.sender.language = language
    where.sender.save()
    from tests.signing_in import sign_in

    key = sign_in(Client(), where.sender).cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": url}])


def filled_in(content: bytes, *, crosses: list[str], signatures: int) -> list[bytes]:
    """The pages as photographs, a bit askew: a cross in the box of each answer, a squiggle for each signature."""
    document = pypdfium2.PdfDocument(content)
    pages = [page.render(scale=DOTS_A_POINT).to_pil().convert("RGB") for page in document]
    boxes = [(number, place) for number, page in enumerate(document) for place in _answers(page)]
    for answer, (number, (yes, no)) in zip(crosses, boxes, strict=True):
        x, y = yes if answer == "yes" else no
        pen = ImageDraw.Draw(pages[number])
        for side in (-1, 1):
            pen.line([(x - 14, y - 14 * side), (x + 14, y + 14 * side)], fill="#1f3a93", width=4)
    pen = ImageDraw.Draw(pages[-1])
    for line in range(signatures):
        points = [(200 + step * 25, 90 + line * 180 + (step % 2) * 40) for step in range(12)]
        pen.line(points, fill="#1f3a93", width=4)
    photographs = []
    for picture in pages:
        photograph = io.BytesIO()
        picture.rotate(2, fillcolor="#d8d2c4", expand=True).save(photograph, "JPEG", quality=60)
        photographs.append(photograph.getvalue())
    document.close()
    return photographs


def _answers(page: Any) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    """For each question on the page the middles of the boxes before ``Ja /`` and ``Nee /``, in dots from the top."""
    text = page.get_textpage()
    places = []
    for words in ("Ja /", "Nee /"):
        search, found = text.search(words, match_case=True), []
        while (hit := search.get_next()) is not None:
            left, bottom, _right, top = text.get_charbox(hit[0])
            found.append(((left - 15) * DOTS_A_POINT, (page.get_height() - (bottom + top) / 2) * DOTS_A_POINT))
        places.append(sorted(found, key=lambda place: place[1]))
    return list(zip(*places, strict=True))


def upload(page: Any, photographs: list[bytes]) -> None:
    page.set_input_files(
        "input[name=scan]",
        [
            {"name": f"IMG_{number}.jpg", "mimeType": "image/jpeg", "buffer": content}
            for number, content in enumerate(photographs)
        ],
    )
    page.click("form[action$='/scan/'] button")


def download(page: Any) -> bytes:
    with page.expect_download() as begun:
        page.click("form[action$='/print/'] button")
    return Path(begun.value.path()).read_bytes()


def take_over(page: Any, where: Handover, crosses: list[str]) -> None:
    """What stands on the paper, field by field."""
    for name, answer in zip([*(category.value for category in CATEGORIES[JGZ]), "secrecy"], crosses, strict=True):
        page.check(f"input[name='{name}'][value={answer}]")
    page.check("input[name=no_consequence]")
    page.fill("textarea[name=understanding]", "الممرضة الجديدة ترى لقاحات طفلي")
    page.check("input[name=interpreter_kind][value=telephone]")
    page.fill("input[name=interpreter_id]", "T-4711")
    for adult in where.parents:
        page.check(f"input[name=deciders][value='{adult.public_id}']")
    page.fill("input[name=witness]", "Jet de Wit")
    page.fill("input[name=witness_function]", "Verpleegkundige")
    page.fill("input[name=signed_on]", timezone.localdate().isoformat())


@pytest.mark.sqlite
def test_printed_photographed_matched_and_withdrawn(live_server: Any, new_page: Any, where: Handover) -> None:
    page = new_page(viewport=TELEPHONE, accept_downloads=True)
    come_in(page, where, live_server.url)
    person = f"{live_server.url}{reverse('dossiers:person', args=[where.child.public_id])}"
    page.goto(person)
    page.click("a[href*='/decide/']")
    look(page, "1-decide")
    page.click("main a[href*='/papers/']")
    assert page.locator("input[name=kind]:checked").count() == 0
    page.check("input[name=kind][value=decision]")
    page.select_option("select[name=language]", "ar")
    look(page, "2-print")
    crosses = ["no", *["yes"] * len(CATEGORIES[JGZ])]
    photographs = filled_in(download(page), crosses=crosses, signatures=2)
    form = PaperForm.objects.get()

    upload(page, photographs[1:])
    assert page.locator(".utrecht-alert--error").count() == 1
    look(page, "3-page-missing")
    upload(page, photographs[::-1])
    assert path_of(page).startswith("/consent/scans/")
    assert page.locator("img.scan-page").count() == form.pages == len(photographs)
    assert page.locator("main input:checked").count() == 0
    page.click("main form button[type=submit]")
    assert page.locator(".error-summary").count() >= 1
    look(page, "4-take-over-errors")
    arabic = new_page(viewport=TELEPHONE)
    come_in(arabic, where, live_server.url, language="ar")
    papers = f"{live_server.url}{reverse('consent:papers', args=[where.child.public_id])}"
    asked = f"?purpose={JGZ.value}&recipient={where.receiver_team.organisation.public_id}"
    for name, address in (("papers", papers + asked), ("take-over", page.url)):
        arabic.goto(address)
        assert arabic.get_attribute("html", "dir") == "rtl"
        look(arabic, f"ar-{name}")
    arabic.context.close()

    take_over(page, where, crosses)
    look(page, "5-taken-over")
    page.click("main form button[type=submit]")
    conversation = Conversation.objects.get()
    assert path_of(page) == reverse("consent:conversation", args=[conversation.public_id])
    assert "Jet de Wit" in page.inner_text("main")
    look(page, "6-recorded")
    assert (conversation.method, conversation.language) == (Method.PAPER_SCAN, "ar")
    outcomes = list(conversation.decisions.values_list("outcome", flat=True))
    assert outcomes == [Outcome.REFUSED] + [Outcome.GIVEN] * (len(CATEGORIES[JGZ]) - 1)
    assert set(conversation.signatures.values_list("kind", flat=True)) == {SignatureKind.PAPER}

    shown = own_consents(page, where, person)
    assert page.locator(".my__choice--yes").count() == len(CATEGORIES[JGZ]) - 1
    assert page.locator(".my__choice--no").count() == 1
    look(page, "7-my-consents-ar")
    assert shown
    page.goto(person)
    page.click("a[href*='kind=withdrawal']")
    assert page.locator("input[name=kind][value=withdrawal]").is_checked()
    page.select_option("select[name=language]", "ar")
    photographs = filled_in(download(page), crosses=[], signatures=1)
    upload(page, photographs)
    assert PaperForm.objects.get(kind=PaperKind.WITHDRAWAL).used_at
    newest = Conversation.objects.latest("pk")
    assert path_of(page) == reverse("consent:conversation", args=[newest.public_id])
    assert {row.outcome for row in newest.decisions.all()} == {Outcome.WITHDRAWN}
    look(page, "8-withdrawn")


def own_consents(page: Any, where: Handover, person: str) -> bool:
    """At the desk, together with the mother, in Arabic."""
    mother = where.parents[0]
    page.goto(person)
    desk = page.locator(f"form[action$='{reverse('consent:assist', args=[mother.public_id])}']")
    desk.locator("select").select_option("ar")
    desk.locator("button").click()
    page.fill("[name=birth_date]", mother.birth_date.isoformat())
    page.click("main button[type=submit]")
    page.goto(f"{page.url.split('/my/')[0]}/my/consents/")
    return bool(page.get_attribute("html", "dir") == "rtl")
