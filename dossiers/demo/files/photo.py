"""A vaccination card from the country of origin, photographed on a table with a telephone."""

from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Final

from PIL import ExifTags, Image, ImageDraw, ImageFilter, ImageFont, ImageOps

from .. import chance
from .subject import DemoFile, Subject

PICTURE: Final = (2592, 1944)
CARD: Final = (1900, 1330)
INK: Final = (28, 44, 120)
PRINT: Final = (60, 60, 66)
# The lettering is a picture of its own, so that it needs no fonts and no shaping engine of the machine.
ARABIC: Final = Path(__file__).with_name("vaccination_card_arabic.png")
CENTRE_COORDINATES: Final = {
    "Zeist": ((52.0, 5.0, 24.0), (5.0, 14.0, 0.0)),
    "Utrecht": ((52.0, 5.0, 0.0), (5.0, 7.0, 0.0)),
    "Leersum": ((52.0, 0.0, 36.0), (5.0, 25.0, 48.0)),
}
TURNED_RIGHT: Final = 6


def vaccination_card(subject: Subject) -> DemoFile:
    """A JPEG of one to two MB, stored on its side (EXIF orientation 6), with the place it was taken in it."""
    upright = _table().copy()
    card = _card(subject)
    tilt = subject.dice("photo").uniform(-4, 4)
    mask = Image.new("L", CARD, 255).rotate(tilt, expand=True, resample=Image.Resampling.BICUBIC)
    turned = card.rotate(tilt, expand=True, resample=Image.Resampling.BICUBIC)
    at = ((PICTURE[0] - turned.width) // 2, (PICTURE[1] - turned.height) // 2)
    shadow = mask.filter(ImageFilter.BoxBlur(24)).point(lambda value: value * 2 // 5)
    upright.paste((10, 8, 6), (at[0] + 22, at[1] + 26), shadow)
    upright.paste(turned, at, mask)
    upright = Image.blend(upright, _grain(), 0.11)
    sideways = upright.transpose(Image.Transpose.ROTATE_90)
    output = BytesIO()
    sideways.save(output, format="JPEG", quality=87, exif=_exif(subject))
    return DemoFile(name="IMG_20260901_101502.jpg", content=output.getvalue())


def _exif(subject: Subject) -> Image.Exif:
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "Demo"
    exif[ExifTags.Base.Model] = "Telefoon"
    exif[ExifTags.Base.Orientation] = TURNED_RIGHT
    exif[ExifTags.Base.DateTime] = "2026:09:01 10:15:02"
    north, east = CENTRE_COORDINATES[subject.centre]
    place = exif.get_ifd(ExifTags.IFD.GPSInfo)
    place[ExifTags.GPS.GPSLatitudeRef] = "N"
    place[ExifTags.GPS.GPSLatitude] = north
    place[ExifTags.GPS.GPSLongitudeRef] = "E"
    place[ExifTags.GPS.GPSLongitude] = east
    return exif


def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.load_default(size)  # type: ignore[return-value]


def _card(subject: Subject) -> Image.Image:
    card = Image.new("RGB", CARD, (246, 236, 196))
    draw = ImageDraw.Draw(card)
    draw.rectangle((30, 30, CARD[0] - 30, CARD[1] - 30), outline=PRINT, width=5)
    with Image.open(ARABIC) as lettering:
        letters = lettering.convert("L")
    title = letters.crop((0, 0, 900, 130))
    heads = letters.crop((0, 130, 900, 260))
    card.paste(PRINT, (CARD[0] - 980, 55), title)
    draw.text((80, 80), "Vaccination card", font=_font(64), fill=PRINT)
    draw.text((80, 210), "Name", font=_font(34), fill=PRINT)
    draw.text((80, 280), "Date of birth", font=_font(34), fill=PRINT)
    draw.text((340, 200), subject.name, font=_font(48), fill=INK)
    draw.text((340, 270), subject.birth_date.strftime("%d / %m / %Y"), font=_font(48), fill=INK)
    top, step = 360, 78
    card.paste(PRINT, (CARD[0] - 980, top - 10), heads)
    draw.text((80, top + 10), "Lot", font=_font(40), fill=PRINT)
    draw.text((390, top + 10), "Date", font=_font(40), fill=PRINT)
    draw.text((640, top + 10), "Vaccine", font=_font(40), fill=PRINT)
    dice = subject.dice("card")
    for row, shot in enumerate(subject.vaccinations()[:10], start=1):
        y = top + 20 + row * step
        draw.line((60, y + 64, CARD[0] - 60, y + 64), fill=PRINT, width=2)
        for x, text in ((80, shot.lot), (390, shot.on.strftime("%d/%m/%y")), (640, shot.name)):
            draw.text((x + dice.randrange(-6, 7), y + dice.randrange(-5, 6)), text, font=_font(44), fill=INK)
        if row % 3 == 1:
            x = CARD[0] - 420 + dice.randrange(-30, 30)
            draw.ellipse((x, y - 30, x + 250, y + 110), outline=(150, 40, 60), width=6)
            draw.text((x + 48, y + 14), "CLINIC", font=_font(40), fill=(150, 40, 60))
    return card


@cache
def _table() -> Image.Image:
    """Wood, lit from one side."""
    dice = chance.dice("table")
    streaks = Image.frombytes("L", (4, 486), dice.randbytes(4 * 486)).resize(PICTURE, Image.Resampling.BICUBIC)
    wood = ImageOps.colorize(streaks, (74, 48, 30), (142, 98, 62))
    light = Image.linear_gradient("L").rotate(90).resize(PICTURE)
    return Image.composite(wood, Image.new("RGB", PICTURE, (40, 26, 16)), light.point(lambda value: 120 + value // 2))


@cache
def _grain() -> Image.Image:
    """The noise of a small sensor; it is what makes a real photograph large."""
    dice = chance.dice("grain")
    width, height = PICTURE[0] // 2, PICTURE[1] // 2
    return Image.frombytes("RGB", (width, height), dice.randbytes(width * height * 3)).resize(PICTURE)
