"""Machine translation as a plug-in: any subclass of wagtail-localize's translator, by dotted name in the environment.

The one that comes along needs nothing from outside: texts go to a folder, translations come back in a folder, and what
happens in between is up to whoever runs the site. Off unless ``MACHINE_TRANSLATION`` is set. What a machine made is
marked as such to readers and editors until somebody who speaks the language has read it.
"""

import hashlib
import json
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from wagtail.models import Locale
from wagtail_localize.machine_translators.base import BaseMachineTranslator
from wagtail_localize.strings import StringValue

MAX_BYTES = 20 * 1024 * 1024


class UnreadableFile(Exception):
    """A file of translations that is not what it should be; the text says why."""


class FilesTranslator(BaseMachineTranslator):
    """Asks in ``out/<language>.json`` and finds answers in ``in/<language>.json``.

    Both are ``{"segments": [{"id": …, "source": …, "translation": …}]}``. What is not answered yet is left
    untranslated, and asked.
    """

    display_name = _("Bestanden")

    def __init__(self, options: dict[str, Any]) -> None:
        super().__init__(options)
        self.folder = Path(options["folder"])

    def can_translate(self, source_locale: Locale, target_locale: Locale) -> bool:
        return source_locale.language_code == settings.LANGUAGE_CODE != target_locale.language_code

    def translate(
        self, source_locale: Locale, target_locale: Locale, strings: Iterable[StringValue]
    ) -> dict[StringValue, StringValue]:
        """The answers that are there already.

        Raises:
            UnreadableFile: see :meth:`answers`.
        """
        wanted = list(strings)
        answers = self.answers(target_locale.language_code)
        self.ask(target_locale.language_code, [string.data for string in wanted])
        return {
            string: StringValue(answers[key_of(string.data)]) for string in wanted if key_of(string.data) in answers
        }

    def ask(self, language: str, texts: Iterable[str]) -> int:
        """Write texts that have no answer to the folder, once each; returns how many stand there now."""
        path = self.folder / "out" / f"{language}.json"
        answers = self.answers(language)
        asked = {item["id"]: item for item in _segments(path)} if path.exists() else {}
        asked |= {key_of(text): {"id": key_of(text), "source": text, "translation": ""} for text in texts}
        open_ = [item for key, item in sorted(asked.items()) if key not in answers]
        path.parent.mkdir(parents=True, exist_ok=True)
        content = {"source": settings.LANGUAGE_CODE, "target": language, "segments": open_}
        temporary = path.with_suffix(".new")
        temporary.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        temporary.replace(path)
        return len(open_)

    def answers(self, language: str) -> dict[str, str]:
        """The translations in the folder, by :func:`key_of` their source; what is no fit text for a page is left out.

        Raises:
            UnreadableFile: if it is too big, not UTF-8, or not JSON of the form above.
        """
        path = self.folder / "in" / f"{language}.json"
        if not path.exists():
            return {}
        found = {}
        for item in _segments(path):
            translation = item.get("translation", "").strip()
            if translation and item.get("id") == key_of(item.get("source", "")) and _fits(translation):
                found[item["id"]] = translation
        return found


def key_of(text: str) -> str:
    """What ties an answer to a question: a fingerprint of the words, however their spaces are written."""
    plain = unicodedata.normalize("NFC", " ".join(text.split()))
    return hashlib.sha256(plain.encode()).hexdigest()[:24]


def _segments(path: Path) -> list[dict[str, str]]:
    if path.stat().st_size > MAX_BYTES:
        raise UnreadableFile(f"{path.name}: larger than {MAX_BYTES} bytes")
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        items = data["segments"]
        if not all(isinstance(item, dict) and all(isinstance(text, str) for text in item.values()) for item in items):
            raise TypeError("segments")
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise UnreadableFile(f"{path.name}: not JSON with a list of segments") from error
    return list(items)


def _fits(translation: str) -> bool:
    """Inline tags only, as wagtail-localize wants, and no control characters."""
    try:
        StringValue.from_translated_html(translation)
    except ValueError:
        return False
    return not any(character < " " and character not in "\n\t" for character in translation)
