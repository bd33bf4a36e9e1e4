"""The demo's files open in the programs that people use, and are about the person they say."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from io import BytesIO

import docx
import openpyxl
import pypdf
import pytest
from PIL import ExifTags, Image, ImageOps

from dossiers.demo import files
from dossiers.demo.files import DemoFile, Subject
from dossiers.demo.scenarios import infected
from portal.vault.types import HEAD_BYTES, decide_type

MAKERS = [
    files.form,
    files.vaccination_card,
    files.letter,
    files.growth_table,
    files.scan,
    files.fhir_bundle,
    infected,
]
EXPECTED_TYPE = {
    "form": "application/pdf",
    "vaccination_card": "image/jpeg",
    "letter": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "growth_table": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "scan": "application/pdf",
    "fhir_bundle": "application/json",
    "infected": "text/plain",
}


@pytest.mark.parametrize("maker", MAKERS, ids=lambda maker: maker.__name__)
def test_same_person_gives_the_same_bytes_and_the_vault_takes_them(
    maker: Callable[[Subject], DemoFile], subject: Subject
) -> None:
    file = maker(subject)
    assert maker(subject).sha256 == file.sha256
    head = file.content[:HEAD_BYTES]
    media_type = decide_type(head, filename=file.name, complete=len(head) == len(file.content))
    assert media_type == EXPECTED_TYPE[maker.__name__]


@pytest.mark.parametrize("maker", MAKERS[:-1], ids=lambda maker: maker.__name__)
@pytest.mark.parametrize("born", [date(2026, 11, 1), date(2010, 1, 31), date(1985, 6, 2)])
def test_files_can_be_made_at_every_age(maker: Callable[[Subject], DemoFile], born: date, subject: Subject) -> None:
    other = maker(replace(subject, birth_date=born))
    assert other.content
    assert other.sha256 != maker(subject).sha256


def test_form_is_a_pdf_with_text(subject: Subject) -> None:
    document = pypdf.PdfReader(BytesIO(files.form(subject).content), strict=True)
    text = "\n".join(page.extract_text() for page in document.pages)
    assert len(document.pages) == 2
    assert subject.name in text
    assert subject.v_number in text


def test_card_is_a_photograph_on_its_side_with_a_place(subject: Subject) -> None:
    content = files.vaccination_card(subject).content
    assert 900_000 < len(content) < 2_500_000
    with Image.open(BytesIO(content)) as picture:
        exif = picture.getexif()
        assert exif[ExifTags.Base.Orientation] == 6
        assert exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitudeRef] == "N"
        assert picture.height > picture.width
        upright = ImageOps.exif_transpose(picture)
        assert upright.width > upright.height


def test_letter_opens_in_word(subject: Subject) -> None:
    text = [paragraph.text for paragraph in docx.Document(BytesIO(files.letter(subject).content)).paragraphs]
    assert any(subject.name in line for line in text)
    assert subject.native_name in text


def test_growth_table_opens_in_excel_with_a_chart(subject: Subject) -> None:
    sheet = openpyxl.load_workbook(BytesIO(files.growth_table(subject).content)).active
    assert sheet["A2"].value == subject.name
    assert sheet.max_row == 3 + len(subject.visits())
    heights = [row[2] for row in sheet.iter_rows(min_row=4, values_only=True)]
    assert heights == sorted(heights)


def test_scan_has_five_pages_of_pictures_only(subject: Subject) -> None:
    content = files.scan(subject).content
    assert 1_000_000 < len(content) < 4_000_000
    document = pypdf.PdfReader(BytesIO(content), strict=True)
    assert len(document.pages) == 5
    assert all(len(page.images) == 1 and not page.extract_text().strip() for page in document.pages)


def test_bundle_is_whole(subject: Subject) -> None:
    bundle = json.loads(files.fhir_bundle(subject).content)
    resources = [entry["resource"] for entry in bundle["entry"]]
    assert bundle["resourceType"] == "Bundle"
    assert {resource["resourceType"] for resource in resources} == {"Patient", "Immunization", "Observation"}
    patient = bundle["entry"][0]
    assert [name["text"] for name in patient["resource"]["name"]] == [subject.name, subject.native_name]
    for resource in resources[1:]:
        assert resource.get("patient", resource.get("subject"))["reference"] == patient["fullUrl"]
