"""File names as people send them, made harmless."""

import unicodedata
from pathlib import PurePosixPath

MAX_NAME_LENGTH = 150
# Letters and marks of every script stay; controls (Cc), formatting such as U+202E "right-to-left override" (Cf),
# surrogates, private use and line separators go: they make "exe.fdp" read as "pdf.exe".
DROPPED_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
# Zero-width joiner and non-joiner belong to the spelling of Persian and Sorani.
KEPT = frozenset({"\u200c", "\u200d"})
FORBIDDEN = frozenset('<>:"|?*\\/')


def clean_name(name: str) -> str:
    """A name that is safe to show, to put into a header and to save under on any system; never empty.

    Drops the path, control and direction characters and what Windows forbids; keeps letters of every script; shortens
    to 150 characters and keeps the extension.
    """
    name = name.replace("\\", "/").rsplit("/", 1)[-1]
    name = unicodedata.normalize("NFC", name)
    letters = [
        " " if unicodedata.category(letter) == "Zs" else letter
        for letter in name
        if letter in KEPT or (unicodedata.category(letter) not in DROPPED_CATEGORIES and letter not in FORBIDDEN)
    ]
    name = " ".join("".join(letters).split()).strip(". ")
    stem, extension = PurePosixPath(name).stem, PurePosixPath(name).suffix
    if len(extension) > 16:  # no extension, but a sentence with a full stop
        stem, extension = name, ""
    stem = stem[: MAX_NAME_LENGTH - len(extension)].strip(". ")
    return f"{stem or 'bestand'}{extension}"


def extension_of(name: str) -> str:
    """The extension in small letters, without its dot: ``pdf``; empty if there is none."""
    return PurePosixPath(name).suffix.lower().removeprefix(".")
