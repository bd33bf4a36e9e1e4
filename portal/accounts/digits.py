"""Digits as people write them: in any script, with spaces and dashes between them."""

import unicodedata

LONGEST_TEXT = 160
ETHIOPIC_ONE, ETHIOPIC_NINE = "\u1369", "\u1371"


def ascii_digits(text: str, *, length: int) -> str:
    """``length`` digits as ASCII, from digits of any script; else the empty string.

    Ethiopic has signs for one to nine and none for zero, so Unicode does not call them decimal digits.
    """
    digits = []
    for character in text[:LONGEST_TEXT]:
        if character.isspace() or unicodedata.category(character) in {"Cf", "Pd"}:
            continue  # also the invisible marks that right-to-left keyboards add
        if ETHIOPIC_ONE <= character <= ETHIOPIC_NINE:
            value: int | None = ord(character) - ord(ETHIOPIC_ONE) + 1
        else:
            value = unicodedata.decimal(character, None)
        if value is None:
            return ""
        digits.append(str(value))
    return "".join(digits) if len(digits) == length else ""
