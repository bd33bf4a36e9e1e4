"""The main job from end to end, in a browser, with real codes, a real scanner and a real worker.

The youth health care at the centre hands the file of a child over to that of its municipality, with the parents'
consent; the parent looks and withdraws; the privacy officer checks the log; the files are destroyed.
"""

import hashlib
import os
import re
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from dossiers.demo import walkthrough as walk

from .conftest import Portal, axe_violations, enter_code, path_of, sign_in

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
UUID = r"[0-9a-f-]{36}"


class Road:
    """Keeps what the steps hand to each other; takes a picture of each page and lets axe look at it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.seen: list[str] = []

    def look(self, page: Any, name: str) -> None:
        """A screenshot, and no violation."""
        self.seen.append(name)
        page.screenshot(path=str(self.folder / f"{len(self.seen):02}-{name}.png"), full_page=True)
        assert axe_violations(page) == [], name


@pytest.fixture
def road(tmp_path: Path) -> Road:
    """Pictures go to the folder in ``SCREENSHOTS``, or to a temporary one."""
    folder = Path(os.environ.get("SCREENSHOTS", tmp_path))
    folder.mkdir(parents=True, exist_ok=True)
    return Road(folder)


def make_files(folder: Path) -> dict[str, bytes]:
    """What the nurse sends: a PDF, a photo, and a name in Arabic."""
    from PIL import Image

    photo = folder / "inentingskaart.jpg"
    Image.effect_noise((900, 700), 80).convert("RGB").save(photo, "JPEG", quality=90)
    pdf = folder / "groei en ontwikkeling.pdf"
    Image.new("RGB", (600, 800), "white").save(pdf, "PDF")
    text = folder / "ملاحظات.txt"
    text.write_text("Volgende prik: BMR 2, over drie maanden.\n" * 20, encoding="utf-8")
    return {path.name: path.read_bytes() for path in (photo, pdf, text)}


def test_first_handover(portal: Portal, new_page: Any, road: Road, tmp_path: Path) -> None:
    """All eight steps, one after the other: each stands on the one before."""
    nurse = new_page()
    find_child(nurse, portal, road)
    record_consent(nurse, portal, road)
    files = make_files(tmp_path)
    package = make_package(nurse, portal, road, files, tmp_path)
    receiver = new_page(accept_downloads=True)
    collect(receiver, portal, road, package, files)
    refuse_everybody_else(new_page, portal, package)
    withdraw_as_parent(nurse, new_page, portal, road, package)
    look_as_privacy_officer(new_page(), portal, road, package)
    destroy(portal, nurse, package)


def find_child(page: Any, portal: Portal, road: Road) -> None:
    """Step 1."""
    page.goto(f"{portal.url}/accounts/sign-in/")
    road.look(page, "sign-in")
    sign_in(page, portal, walk.SENDER_EMAIL, second_factor=False)
    road.look(page, "second-factor")
    enter_code(page, portal, walk.SENDER_EMAIL)
    assert path_of(page) == "/dossiers/"
    road.look(page, "work-list")
    assert walk.CHILD_NAME not in page.content()
    page.goto(f"{portal.url}/consent/find/")
    road.look(page, "find")
    page.fill("[name=v_number]", walk.CHILD_V_NUMBER)
    page.fill("[name=birth_date]", "2019-01-01")
    page.click("main button[type=submit]")
    assert walk.CHILD_NAME not in page.content()
    page.fill("[name=v_number]", walk.CHILD_V_NUMBER)
    page.fill("[name=birth_date]", walk.CHILD_BIRTH_DATE.isoformat())
    page.click("main button[type=submit]")
    assert re.fullmatch(rf"/dossiers/persons/{UUID}/", path_of(page))
    assert walk.CHILD_NAME in page.content()
    assert "Houten" in page.inner_text("main")
    road.look(page, "person")


def draw(page: Any, pad: Any) -> None:
    """A line with the mouse over the pad."""
    pad.scroll_into_view_if_needed()
    place = pad.bounding_box()
    for step, (x, y) in enumerate([(0.2, 0.5), (0.3, 0.2), (0.4, 0.8), (0.5, 0.2), (0.6, 0.8), (0.7, 0.5)]):
        page.mouse.move(place["x"] + x * place["width"], place["y"] + y * place["height"], steps=3)
        if step == 0:
            page.mouse.down()
    page.mouse.up()


def record_consent(page: Any, portal: Portal, road: Road) -> None:
    """Step 2: in Arabic, with both parents and an interpreter on the telephone."""
    person = path_of(page)
    page.click("a[href*='/decide/']")
    road.look(page, "consent-language")
    page.check("[name=language][value=ar]")
    page.select_option("[name=spoken_language]", "ar")
    page.click("main button.utrecht-button--primary-action")
    page.check("[name=interpreter_kind][value=telephone]")
    page.fill("[name=interpreter_id]", "Tolk 4711")
    road.look(page, "consent-interpreter")
    page.click("main button.utrecht-button--primary-action")
    notice = " ".join(page.locator("[lang=ar][dir=rtl]").all_inner_texts())
    assert len(re.findall(r"[\u0600-\u06ff]{4}", notice)) > 50
    road.look(page, "consent-notice")
    page.check("[name=no_consequence]")
    page.fill("[name=understanding]", "الملف يذهب إلى طبيب الأطفال في هاوتن")
    page.click("main button.utrecht-button--primary-action")
    assert page.locator("main input[type=radio]:checked").count() == 0
    for name in page.eval_on_selector_all(
        "main input[type=radio]", "nodes => [...new Set(nodes.map(node => node.name))]"
    ):
        page.check(f"[name='{name}'][value=yes]")
    road.look(page, "consent-choices")
    page.click("main button.utrecht-button--primary-action")
    for box in page.locator("[name=deciders]").all():
        label = page.locator(f"label[for='{box.get_attribute('id')}']").inner_text()
        if walk.FATHER_NAME in label or walk.MOTHER_NAME in label:
            box.check()
    page.check("[name=method][value=on_screen]")
    road.look(page, "consent-deciders")
    page.click("main button.utrecht-button--primary-action")
    draw(page, page.locator(".sign__pad").first)
    page.locator("[name^='name-']").last.fill("عمر حداد")
    road.look(page, "consent-confirm")
    page.click("main button.utrecht-button--primary-action")
    assert re.fullmatch(rf"/consent/conversations/{UUID}/", path_of(page))
    assert page.locator(".sign__drawn").count() == 1
    road.look(page, "consent-recorded")
    receipt = page.request.get(f"{page.url}receipt.pdf")
    assert receipt.ok
    assert receipt.body().startswith(b"%PDF-")
    page.goto(f"{portal.url}{person}")


def make_package(page: Any, portal: Portal, road: Road, files: dict[str, bytes], folder: Path) -> str:
    """Step 3: form and files; what is wrong gets a clear message and nothing is lost."""
    page.click("a[href$='/packages/youth_health_file/']")
    road.look(page, "package-new")
    page.locator("[name=recipient_team] option:not([value=''])").first.evaluate("node => node.selected = true")
    page.click("main button[type=submit]")
    assert re.fullmatch(rf"/dossiers/packages/{UUID}/", path_of(page))
    package = path_of(page)
    page.fill("[name=summary]", "Gezond kind. Let op de tweede BMR-prik.")
    page.fill("[name=contact]", "Demo-verpleegkundige, op werkdagen")
    bad = {"leeg.pdf": b"", "foto.jpg": b"MZ" + b"\0" * 3000, "rekening.exe": b"MZ\x90\0" + b"\0" * 500}
    for name, content in bad.items():
        (folder / name).write_bytes(content)
    page.set_input_files("[name=files]", [folder / name for name in bad])
    page.click("#upload button[type=submit]")
    wait_for_count(page, ".upload__refused", 3)
    assert page.locator("#files li").count() == 0
    assert page.input_value("[name=summary]").startswith("Gezond kind")
    road.look(page, "package-refused-files")
    page.set_input_files("[name=files]", [folder / name for name in files])
    page.click("#upload button[type=submit]")
    wait_for_count(page, "#files li", 3)
    for name in files:
        assert name in page.inner_text("#files")
    wait_for_count(page, "#files .utrecht-badge-status--ok", 3)
    assert page.input_value("[name=summary]").startswith("Gezond kind")
    (folder / "notitie.txt").write_bytes(EICAR)
    page.set_input_files("[name=files]", [folder / "notitie.txt"])
    page.click("#upload button[type=submit]")
    wait_for_count(page, "#files .utrecht-badge-status--error", 1)
    road.look(page, "package-virus")
    page.click("#files li:has(.utrecht-badge-status--error) button")
    wait_for_count(page, "#files li", 3)
    page.fill("[name=summary]", "Gezond kind. Let op de tweede BMR-prik.")
    page.fill("[name=contact]", "Demo-verpleegkundige, op werkdagen")
    road.look(page, "package-draft")
    page.click("button[name=close]")
    wait_for_status(page, "offered")
    road.look(page, "package-offered")
    return package


def wait_for_count(page: Any, selector: str, count: int, *, seconds: int = 60) -> None:
    """Until so many elements are there; polled from here, because the page's policy forbids evaluated strings."""
    limit = time.monotonic() + seconds
    while page.locator(selector).count() != count:
        assert time.monotonic() < limit, (selector, page.locator(selector).count())
        page.wait_for_timeout(250)


def wait_for_status(page: Any, status: str, *, seconds: int = 60) -> None:
    """Until the page shows the package in this state."""
    limit = time.monotonic() + seconds
    while page.get_attribute("#package", "data-status") != status:
        assert time.monotonic() < limit, page.get_attribute("#package", "data-status")
        page.wait_for_timeout(500)
        page.reload()


def collect(page: Any, portal: Portal, road: Road, package: str, files: dict[str, bytes]) -> None:
    """Step 4: told by mail, accepted, a second code, collected byte for byte, confirmed later."""
    mail = wait_for_mail(portal, package)
    for secret in (walk.CHILD_NAME, walk.CHILD_NAME.split()[0], walk.CHILD_V_NUMBER, "Gezond"):
        assert secret not in mail
    sign_in(page, portal, walk.RECEIVER_EMAIL)
    road.look(page, "receiver-work-list")
    row = page.locator(f"a[href='{package}']")
    assert row.count() == 1
    row.click()
    road.look(page, "receiver-offered")
    assert "inentingskaart" not in page.content()
    page.click("form[action$='/accept/'] button")
    page.goto(f"{portal.url}/accounts/second-factor/?next={package}")
    enter_code(page, portal, walk.RECEIVER_EMAIL)
    assert path_of(page) == package
    page.click("form[action$='/collect/'] button")
    road.look(page, "receiver-collected")
    links = page.locator("#files a")
    assert links.count() == len(files)
    got = {}
    for index in range(links.count()):
        with page.expect_download() as download:
            links.nth(index).click()
        name = download.value.suggested_filename
        got[name] = Path(download.value.path()).read_bytes()
    assert {hashlib.sha256(content).hexdigest() for content in got.values()} == {
        hashlib.sha256(content).hexdigest() for content in files.values()
    }
    assert set(got) == set(files)
    page.click("a[href$='/answers/']")
    assert "tweede BMR-prik" in page.inner_text("main")
    road.look(page, "receiver-form")


def wait_for_mail(portal: Portal, package: str) -> str:
    """The mail about this package, in the folder of the file backend."""
    limit = time.monotonic() + 60
    while time.monotonic() < limit:
        for path in (portal.var / "mail").glob("*"):
            text = path.read_text(encoding="utf-8").replace("=\n", "")
            if package in text:
                return text
        time.sleep(0.5)
    raise AssertionError("no mail about the handover")


def refuse_everybody_else(new_page: Any, portal: Portal, package: str) -> None:
    """Step 5: nobody else gets anything, wherever they try."""
    places = [package, f"{package}receipt.json", f"{package}state/", f"{package}answers/", "/dossiers/", "/audit/"]
    for email in (
        walk.OTHER_MUNICIPALITY_EMAIL,
        walk.EDITOR_EMAIL,
        walk.REGION_ADMINISTRATOR_EMAIL,
        walk.PRIVACY_OFFICER_EMAIL,
        walk.PASSWORD_ONLY_EMAIL,
        None,
    ):
        page = new_page()
        if email is not None:
            sign_in(page, portal, email, second_factor=email != walk.PASSWORD_ONLY_EMAIL)
        for place in places:
            answer = page.request.get(f"{portal.url}{place}", max_redirects=0)
            assert walk.CHILD_NAME.encode() not in answer.body(), (email, place)
            if place.startswith(package):
                assert answer.status in {302, 404}, (email, place, answer.status)
        absent = package.replace(package.split("/")[3], "00000000-0000-4000-8000-000000000000")
        statuses = {page.request.get(f"{portal.url}{place}", max_redirects=0).status for place in (package, absent)}
        assert len(statuses) == 1
        page.context.close()


def withdraw_as_parent(nurse: Any, new_page: Any, portal: Portal, road: Road, package: str) -> None:
    """Step 6: at the nurse's desk, in Arabic, on a narrow screen; the next request of the receiver is refused."""
    receiver = new_page()
    sign_in(receiver, portal, walk.RECEIVER_EMAIL)
    receiver.goto(f"{portal.url}{package}")
    file = receiver.locator("#files a").first.get_attribute("href")
    assert receiver.request.get(f"{portal.url}{file}").ok
    nurse.set_viewport_size({"width": 360, "height": 740})
    nurse.goto(f"{portal.url}{package}")
    nurse.click("a[href*='/dossiers/persons/']")
    desk = nurse.locator("form[action*='/assist/']", has_text=walk.FATHER_NAME)
    desk.locator("select").select_option("ar")
    desk.locator("button").click()
    if "one-time-code" in nurse.content():
        enter_code(nurse, portal, walk.SENDER_EMAIL)
        nurse.goto(f"{portal.url}{package}")
        nurse.click("a[href*='/dossiers/persons/']")
        desk.locator("select").select_option("ar")
        desk.locator("button").click()
    road.look(nurse, "desk-confirm-ar-360")
    nurse.fill("[name=birth_date]", walk.FATHER_BIRTH_DATE.isoformat())
    nurse.click("main button[type=submit]")
    assert path_of(nurse) == "/my/"
    assert nurse.get_attribute("html", "dir") == "rtl"
    assert nurse.get_attribute("html", "lang") == "ar"
    assert walk.CHILD_NAME in nurse.content()
    assert nurse.locator(".timeline li").count() > 3
    road.look(nurse, "my-overview-ar-360")
    nurse.click("a[href='/my/consents/']")
    road.look(nurse, "my-consents-ar-360")
    nurse.click("a[href*='/withdraw/']")
    road.look(nurse, "my-withdraw-ar-360")
    nurse.click("main form.my__acts button.utrecht-button--danger")
    assert "/withdrawn/" in path_of(nurse)
    assert nurse.locator(".my__collected").count() == 1
    road.look(nurse, "my-stopped-ar-360")
    nurse.click("a[href='/my/consents/']")
    assert nurse.locator("a[href*='/withdraw/']").count() == 0
    road.look(nurse, "my-withdrawn-ar-360")
    assert receiver.request.get(f"{portal.url}{file}").status == 404
    receiver.reload()
    assert walk.CHILD_NAME not in receiver.content()
    nurse.set_viewport_size({"width": 1280, "height": 900})
    nurse.click("form[action$='/assisted/close/'] button")


def look_as_privacy_officer(page: Any, portal: Portal, road: Road, package: str) -> None:
    """Step 7: the whole timeline, and a row that somebody changed by SQL is named."""
    sign_in(page, portal, walk.PRIVACY_OFFICER_EMAIL)
    page.goto(f"{portal.url}/audit/")
    road.look(page, "audit-log")
    assert page.locator("main table tbody tr, main ol.timeline > li").count() > 10
    page.click("form[action$='/verify/'] button")
    road.look(page, "audit-verified")
    assert page.locator("main .utrecht-alert--ok").count() == 1
    assert portal.manage("verify_audit").returncode == 0


def destroy(portal: Portal, nurse: Any, package: str) -> None:
    """Step 8: after the retention time the keys are gone; the receipt and the log stay."""
    later = datetime.now(UTC) + timedelta(days=90)
    done = portal.manage("apply_retention", "--at", later.isoformat())
    assert done.returncode == 0, done.stderr
    nurse.goto(f"{portal.url}{package}")
    assert nurse.get_attribute("#package", "data-status") == "shredded"
    assert "inentingskaart" not in nurse.content()
    assert nurse.request.get(f"{portal.url}{package}receipt.json").ok
    assert portal.manage("verify_audit").returncode == 0
