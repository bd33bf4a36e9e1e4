"""Paper: the same on each machine, in every script, readable by a voice, and fetching nothing."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings
from PIL import Image

from portal.print import FontMissing, ForeignAddress, Layout, fonts, render_pdf

from .reading import fonts_of, objects_of, reader, tags_of, text_of

SENTENCES = {
    "nl": ("Een huisarts zoeken: kijk in “de buurt”.", "Noto-Sans"),
    "en": ("You can ask for help.", "Noto-Sans"),
    "ar": ("هذا مرحبا بالعالم، قضية خفيفة", "Noto-Naskh-Arabic"),
    "ti": ("ሰላም ዓለም። እዚ ጽሑፍ እዩ፡", "Noto-Sans-Ethiopic"),
    "fa": ("پدر گفت: چه خانهٔ جدیدی، ژاله", "Noto-Naskh-Arabic"),
    "prs": ("داکتر و شفاخانه و مکتب", "Noto-Naskh-Arabic"),
    "so": ("Caafimaadka iyo guriga", "Noto-Sans"),
    "tr": ("Sağlık, iş ve okul: çocuğunuz için", "Noto-Sans-Extended"),
    "uk": ("Їжа, здоров'я та ґрунт", "Noto-Sans-Cyrillic"),
    "fr": ("Où trouver un médecin ? Ça va, cœur", "Noto-Sans"),
}
PROGRAM = """
import json, sys, django
django.setup()
from portal.print import render_pdf
import hashlib
html = json.load(sys.stdin)
print(hashlib.sha256(render_pdf(html, language="ar", title="Alles", style="@page { size: A5 }")).hexdigest())
"""


def everything() -> str:
    return "".join(f'<p lang="{code}">{text}</p>' for code, (text, _font) in SENTENCES.items())


def test_every_language_of_the_site_has_a_sentence_here() -> None:
    assert set(SENTENCES) == {code for code, _name in settings.LANGUAGES}


@pytest.mark.parametrize("language", SENTENCES)
def test_letters_are_embedded_and_come_out_as_they_went_in(language: str) -> None:
    sentence, font = SENTENCES[language]
    pdf = render_pdf(f"<h1>{sentence}</h1><p>{sentence}</p>", language=language, title=sentence)
    found = fonts_of(pdf)
    assert font in found
    assert all(found.values()), found
    text = "".join(sorted(text_of(pdf)))
    for word in sentence.split():
        letters = [character for character in word if character.isalpha()]
        assert all(character in text for character in letters), (word, text_of(pdf))
    # No other font of this machine crept in.
    known = {name.replace(" ", "-") for name in fonts.FAMILIES}
    assert {name.removesuffix("-Bold") for name in found} <= known


def test_arabic_words_are_whole_and_joined() -> None:
    # A font that shares its dots between letters gives other letters back; see fonts/VERSIONS.txt.
    for language in ("ar", "fa", "prs"):
        sentence, _font = SENTENCES[language]
        words = set(text_of(render_pdf(f"<p>{sentence}</p>", language=language, title="x")).split())
        for word in ("بالعالم،", "پدر", "شفاخانه"):
            if word in sentence.split():
                assert word in words


@pytest.mark.parametrize(
    ("language", "leans"), [("ar", "rtl"), ("fa", "rtl"), ("prs", "rtl"), ("nl", "ltr"), ("ti", "ltr")]
)
def test_the_first_word_stands_at_the_side_where_one_begins(language: str, leans: str) -> None:
    """The text matrix of the first piece of text: right half of the page, or left."""
    pdf = render_pdf("<p>112</p>", language=language, title="x", style="@page { size: A5; margin: 10mm }")
    places: list[float] = []
    page = reader(pdf).pages[0]
    page.extract_text(visitor_text=lambda text, _cm, tm, _font, _size: places.append(tm[4]) if text.strip() else None)
    assert (places[0] > float(page.mediabox.width) / 2) == (language in settings.LANGUAGES_BIDI)


def test_it_is_tagged_and_says_its_title_and_language() -> None:
    pdf = render_pdf("<h1>Kop</h1><p>Tekst</p><ul><li>Een</li></ul>", language="ti", title="ሰላም & <b>")
    root = reader(pdf).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "ti"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader(pdf).metadata.title == "ሰላም & <b>"
    assert b"pdfuaid" in root["/Metadata"].get_data()
    assert [tag["/S"] for tag in tags_of(pdf) if tag["/S"] in ("/H1", "/P", "/L")] == ["/H1", "/P", "/L"]


def test_the_columns_of_a_table_say_their_language() -> None:
    head = "<tr><th lang='nl'>Nederlands</th><th lang='ar' dir='rtl'>العربية</th></tr>"
    table = f"<table>{head}<tr><td lang='nl'>Ja</td><td lang='ar' dir='rtl'>نعم</td></tr></table>"
    pdf = render_pdf(table, language="ar", title="x", columns=("nl", "ar"))
    cells = [tag.get("/Lang") for tag in tags_of(pdf) if tag["/S"] in ("/TH", "/TD")]
    assert cells == ["nl", "ar", "nl", "ar"]


def test_the_same_input_gives_the_same_bytes_on_every_machine(tmp_path) -> None:
    """Other processes: without any font on the machine, with another hash seed, home, language and clock."""
    nothing = tmp_path / "fonts.conf"
    nothing.write_text("<fontconfig></fontconfig>")
    machines = [
        {"PYTHONHASHSEED": "1"},
        {
            "PYTHONHASHSEED": "2",
            "FONTCONFIG_FILE": str(nothing),
            "HOME": str(tmp_path),
            "LC_ALL": "C",
            "TZ": "Asia/Tokyo",
        },
    ]
    seen = set()
    for variables in machines:
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM],
            input=json.dumps(everything()),
            env={**os.environ, "DJANGO_SETTINGS_MODULE": "portal.settings.test", **variables},
            cwd=settings.BASE_DIR,
            capture_output=True,
            text=True,
            check=True,
        )
        seen.add(done.stdout.strip())
    assert len(seen) == 1


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "http://127.0.0.1:9/x.png",
        "https://example.org/x.png",
        "ftp://example.org/x",
        "data:image/svg+xml,<svg/>",
        "static:../../etc/passwd",
        "static:/etc/passwd",
        "font:../engine.py",
        "given:absent.svg",
        "given:../x",
        "/nl/",
        "//example.org/x.png",
    ],
)
@pytest.mark.parametrize("where", ["<img alt='x' src='{}'>", "<p style='background: url(\"{}\")'>x</p>"])
def test_nothing_is_fetched(address: str, where: str) -> None:
    with pytest.raises(ForeignAddress):
        render_pdf(where.format(address), language="nl", title="x")


def test_a_picture_cannot_fetch_either(tmp_path) -> None:
    """WeasyPrint draws a picture without what it could not get; what matters is that it did not get it."""
    Image.new("RGB", (9, 9), "red").save(tmp_path / "secret.png")
    inner = f"file://{tmp_path}/secret.png"
    picture = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><image href="{inner}" width="9" height="9"/></svg>'
    )
    given = {"x.svg": picture.encode(), "own.png": (tmp_path / "secret.png").read_bytes()}

    def pictures(name: str) -> int:
        pdf = render_pdf(f"<img alt='x' src='given:{name}'>", language="nl", title="x", files=given)
        return sum(thing.get("/Subtype") == "/Image" for thing in objects_of(pdf) if isinstance(thing, dict))

    assert pictures("own.png") == 1
    assert pictures("x.svg") == 0


def test_a_letter_without_a_font_is_refused_and_decoration_is_left_out() -> None:
    with pytest.raises(FontMissing) as refusal:
        render_pdf("<p>家</p>", language="nl", title="x")
    assert refusal.value.characters == "家"
    assert fonts.printable("Bel 112 \N{WAVING HAND SIGN} ok→ 家") == "Bel 112  ok 家"
    text = "".join(sentence for sentence, _font in SENTENCES.values())
    assert fonts.printable(text) == text


@pytest.mark.parametrize("language", ["nl", "ar"])
def test_a_booklet_lies_so_that_it_can_be_folded(language: str) -> None:
    pages = "".join(
        f"<section style='break-before: page'><h1>Kop{n}</h1><a href='/x'>Meer{n}</a></section>" for n in range(1, 7)
    )
    pdf = render_pdf(
        f"<style>section:first-child {{ break-before: auto }}</style>{pages}",
        language=language,
        title="x",
        style="@page { size: A5; margin: 10mm }",
        layout=Layout.BOOKLET,
    )
    sheets = reader(pdf).pages
    assert [(round(float(sheet.mediabox.width)), round(float(sheet.mediabox.height))) for sheet in sheets] == [
        (839, 595)
    ] * 4
    seen = [set(sheet.extract_text().split()) for sheet in sheets]
    # Eight places: the outer sheet has (blank 8, 1) and (2, blank 7), the inner one (6, 3) and (4, 5).
    assert seen == [
        {"Kop1", "Meer1"},
        {"Kop2", "Meer2"},
        {"Kop6", "Meer6", "Kop3", "Meer3"},
        {"Kop4", "Meer4", "Kop5", "Meer5"},
    ]
    # The front of a booklet is its right half, or the left where one reads from the right.
    content = sheets[0].get_contents().get_data().decode()
    assert ("/Page1 Do" in content) == (language == "nl")
    # Its tags still tell the pages in order, and each points into the sheet that shows it.
    headings = [tag for tag in tags_of(pdf) if tag["/S"] == "/H1"]
    assert len(headings) == 6
    numbers = [sheet.indirect_reference.idnum for sheet in sheets]
    assert [numbers.index(tag.raw_get("/Pg").idnum) for tag in headings] == [0, 1, 2, 3, 3, 2]
    assert not [thing for thing in objects_of(pdf) if isinstance(thing, dict) and thing.get("/Type") == "/Annot"]


@pytest.mark.parametrize("pages", [1, 2, 3, 4, 5, 8, 9, 17])
def test_every_page_is_on_a_sheet_once(pages: int) -> None:
    from portal.print.booklet import BLANK, order

    for right_to_left in (False, True):
        sides = order(pages, right_to_left=right_to_left)
        assert len(sides) % 2 == 0
        shown = [page for side in sides for page in side if page != BLANK]
        assert sorted(shown) == list(range(pages))
        assert 0 in sides[0]
