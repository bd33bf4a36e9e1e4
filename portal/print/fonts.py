"""The fonts of every PDF: files of the product, the same on each machine. See fonts/VERSIONS.txt."""

import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from fontTools.ttLib import TTFont

FOLDER = Path(__file__).resolve().parent / "fonts"
CONFIGURATION = FOLDER / "fonts.conf"
# Goes up when a file changes: whatever was made with the old files is then made anew.
EDITION = 1
WEIGHTS = (400, 700)
FAMILIES = {
    "Noto Sans": "noto-sans-latin",
    "Noto Sans Extended": "noto-sans-latin-ext",
    "Noto Sans Cyrillic": "noto-sans-cyrillic",
    "Noto Sans Cyrillic Extended": "noto-sans-cyrillic-ext",
    "Noto Sans Greek": "noto-sans-greek",
    "Noto Sans Vietnamese": "noto-sans-vietnamese",
    "Noto Naskh Arabic": "noto-naskh-arabic-arabic",
    "Noto Sans Ethiopic": "noto-sans-ethiopic-ethiopic",
}
# Naskh is the hand in which one learns to read; its letters stand smaller in their box than Latin ones.
FIRST = {"Noto Naskh Arabic": ("ar", "fa", "prs", "ps"), "Noto Sans Ethiopic": ("ti", "am")}
INVISIBLE = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})
DECORATION = frozenset({"So", "Sk", "Sm", "Mn", "Co"})


def file_name(family: str, weight: int) -> str:
    """The file of a family."""
    return f"{FAMILIES[family]}-{weight}-normal.woff2"


def style() -> str:
    """The style sheet that declares the fonts and gives each language its order of them."""
    faces = (
        f'@font-face {{ font-family: "{family}"; font-weight: {weight}; '
        f'src: url("font:{file_name(family, weight)}"); }}'
        for family in FAMILIES
        for weight in WEIGHTS
    )
    languages = (
        f"{', '.join(f':lang({code})' for code in codes)} {{ font-family: {_order(family)}; }}"
        for family, codes in FIRST.items()
    )
    return "\n".join((*faces, f":root, [lang] {{ font-family: {_order()}; }}", *languages))


def printable(text: str) -> str:
    """The text without signs that no font has and no sentence needs: an emoji, an arrow. Letters all stay."""
    known = _characters()
    return "".join(
        character for character in text if ord(character) in known or unicodedata.category(character) not in DECORATION
    )


def is_visible(character: str) -> bool:
    """Whether a reader would miss this character."""
    return unicodedata.category(character) not in INVISIBLE


def _order(first: str | None = None) -> str:
    names: Iterator[str] = (name for name in FAMILIES if name != first)
    return ", ".join(f'"{name}"' for name in ((first, *names) if first else names))


@cache
def _characters() -> frozenset[int]:
    found: set[int] = set()
    for family in FAMILIES:
        with TTFont(FOLDER / file_name(family, WEIGHTS[0])) as font:
            found.update(font.getBestCmap())
    return frozenset(found)
