"""Languages as a reader sees them: the name in its own script, and the direction of the text."""

from dataclasses import dataclass

from django.conf import settings

SPOKEN = {
    "nl": "Nederlands",
    "en": "English",
    "ar": "العربية",
    "ti": "ትግርኛ",
    "fa": "فارسی",
    "prs": "دری",
    "so": "Soomaali",
    "tr": "Türkçe",
    "uk": "Українська",
    "fr": "Français",
    "ps": "پښتو",
    "ku": "Kurdî",
    "am": "አማርኛ",
    "ru": "Русский",
}
"""Languages in which one can talk with somebody; more than the portal itself speaks."""

VOICES = {"prs": "prs fa-AF fa"}
"""Which of a device's voices read a language aloud, best first, where it is not the one with the same code."""


@dataclass(frozen=True)
class Language:
    """A language tag (BCP 47), its own name, and ``ltr`` or ``rtl``."""

    code: str
    name: str
    direction: str


def language(code: str) -> Language:
    """What is known of a language; an unknown one keeps its code for a name."""
    names = {**SPOKEN, **dict(settings.LANGUAGES)}
    right_to_left = code in {*settings.LANGUAGES_BIDI, "prs", "ps"}
    return Language(code=code, name=names.get(code, code), direction="rtl" if right_to_left else "ltr")
