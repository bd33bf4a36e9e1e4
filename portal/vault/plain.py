"""What plain text is; for the web process and for the inspecting one, which goes without Django."""

from typing import Final

CONTROLS: Final = frozenset("\t\n\r\f")


def is_plain(text: str) -> bool:
    """No control characters but tab, line feed, carriage return and form feed."""
    return text.isprintable() or all(
        ord(letter) >= 0xA0 or " " <= letter <= "~" or letter in CONTROLS for letter in text
    )
