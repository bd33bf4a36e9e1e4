"""Five pages from the scanner of the health centre: pictures in a PDF, no text in it."""

import time
from functools import cache
from io import BytesIO
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from .. import chance
from .subject import DemoFile, Subject

A4_AT_200_DPI: Final = (1654, 2339)
SCANNED_AT: Final = time.strptime("2026-09-01 09:30:00", "%Y-%m-%d %H:%M:%S")
TEXTS: Final = (
    ("Verslag van de arts",
     ("Het kind is drie keer gezien. De ouders vertellen over de reis en over de slaap. "
     "Bij onderzoek een vrolijk kind dat goed contact maakt. Hart, longen en buik zonder bijzonderheden. "
     "Afgesproken is om over drie maanden opnieuw te meten. ")),
    ("Laboratorium",
     ("Bloedbeeld en ijzer zijn bepaald. De waarden liggen binnen de grenzen voor deze leeftijd. "
     "Er is geen nieuw onderzoek nodig. De uitslag is met een tolk besproken. ")),
    ("Ogen en oren",
     ("De ogen zijn gemeten met plaatjes. Beide ogen zien goed. De gehoortest is in een stille ruimte gedaan. "
     "Links en rechts zijn in orde. Herhalen volgens het schema. ")),
    ("Gezin en school",
     ("Het gezin heeft een kamer aan de tuin. Het kind gaat naar de school op het terrein en leert snel. "
     "Er is een vriendje van dezelfde leeftijd. De ouders willen graag weten welke school er straks is. ")),
)  # fmt: skip


def scan(subject: Subject) -> DemoFile:
    """A PDF of two to three MB; the first page names the person, the other four are the same for everybody."""
    front = _page(
        f"Scan van het papieren dossier (fictief)\n\nNaam: {subject.name}\nV-nummer: {subject.v_number}\n"
        f"Geboren: {subject.birth_date:%d-%m-%Y}\nCentrum: {subject.centre}\n\nAantal pagina's: 5",
        tilt=subject.dice("scan").uniform(-1.2, 1.2),
    )
    output = BytesIO()
    front.save(
        output,
        format="PDF",
        save_all=True,
        append_images=list(_inside()),
        resolution=200,
        quality=64,
        creationDate=SCANNED_AT,
        modDate=SCANNED_AT,
    )
    return DemoFile(name="Scan0005.pdf", content=output.getvalue())


@cache
def _inside() -> tuple[Image.Image, ...]:
    dice = chance.dice("inside")
    return tuple(_page(f"{head}\n\n{text * 5}", tilt=dice.uniform(-1.2, 1.2)) for head, text in TEXTS)


@cache
def _dust() -> Image.Image:
    dice = chance.dice("dust")
    width, height = A4_AT_200_DPI
    return Image.frombytes("L", (width, height), dice.randbytes(width * height))


def _page(text: str, *, tilt: float) -> Image.Image:
    page = Image.new("L", A4_AT_200_DPI, 244)
    draw = ImageDraw.Draw(page)
    font = ImageFont.load_default(34)
    y = 200
    for paragraph in text.split("\n"):
        for line in _wrapped(paragraph, 74):
            draw.text((180, y), line, font=font, fill=40)
            y += 52
    page = page.rotate(tilt, resample=Image.Resampling.BICUBIC, fillcolor=228)
    return Image.blend(page, _dust(), 0.07)


def _wrapped(text: str, width: int) -> list[str]:
    lines = [""]
    for word in text.split():
        if len(lines[-1]) + len(word) >= width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines
