"""How hard a Dutch text reads, by Flesch-Douma, and which sentences make it so.

The measure is that of Douma (1960), Flesch's formula fitted to Dutch: ``206.84 - 0.93 × words per sentence - 77 ×
syllables per word``. textstat computes it; it finds syllables with Pyphen's hyphenation patterns. 100 is very easy, 0
very hard. It sees long words and sentences, not what is difficult to understand: the advice of a reader goes before it.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING

from django.utils.translation import gettext, gettext_lazy, ngettext
from textstat.textstat import textstatistics

from pages.enums import Audience
from pages.sound import spoken_text

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from pages.models import BasePage

MEASURE = "Flesch-Douma"
LONGEST_SENTENCE_WORDS = 15
LONGEST_WORD_LETTERS = 15
MOST_SYLLABLES = 5
MOST_LETTERS = 200_000
MOST_HARD = 20
MOST_SHOWN = 60
MOST_SHOWN_OF_SENTENCE = 400
# Below this a publisher says why. Professionals read harder texts than a newcomer does.
LIMITS = {Audience.PROFESSIONALS: 45.0}
LIMIT = 65.0
# Too few words to say anything.
FEWEST_WORDS = 15
WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
SENTENCE = re.compile(r"(?<=[.!?…])[\"”’)]*\s+|\n+")
ENDS = (".", "!", "?", "…", ":")


class Level(StrEnum):
    """How a score is called, after Flesch's own table."""

    VERY_EASY = "very_easy"
    EASY = "easy"
    FAIRLY_EASY = "fairly_easy"
    ORDINARY = "ordinary"
    FAIRLY_HARD = "fairly_hard"
    HARD = "hard"
    VERY_HARD = "very_hard"

    @property
    def label(self) -> "str | _StrPromise":
        """The word for it."""
        return LABELS[self]


LABELS = {
    Level.VERY_EASY: gettext_lazy("heel makkelijk"),
    Level.EASY: gettext_lazy("makkelijk"),
    Level.FAIRLY_EASY: gettext_lazy("vrij makkelijk"),
    Level.ORDINARY: gettext_lazy("gewoon"),
    Level.FAIRLY_HARD: gettext_lazy("vrij moeilijk"),
    Level.HARD: gettext_lazy("moeilijk"),
    Level.VERY_HARD: gettext_lazy("heel moeilijk"),
}
STEPS = (
    (90, Level.VERY_EASY),
    (80, Level.EASY),
    (70, Level.FAIRLY_EASY),
    (60, Level.ORDINARY),
    (50, Level.FAIRLY_HARD),
    (30, Level.HARD),
)


@dataclass(frozen=True, kw_only=True)
class HardSentence:
    """A sentence and, in words for an editor, what is hard about it."""

    text: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What was found. ``score`` is ``None`` for a text too short to say anything about."""

    score: float | None
    level: Level | None
    words: int
    hard: tuple[HardSentence, ...] = ()
    measure: str = MEASURE

    def is_too_hard(self, limit: float) -> bool:
        """Whether it scores below a limit."""
        return self.score is not None and self.score < limit


def measure(text: str) -> Measured:
    """Measure a Dutch text.

    Args:
        text: plain; lines without a full stop at their end, such as headings, count as sentences. What is longer than
            ``MOST_LETTERS`` is cut off.
    """
    sentences = sentences_of(text[:MOST_LETTERS])
    words = sum(len(WORD.findall(sentence)) for sentence in sentences)
    hard = tuple(found for sentence in sentences if (found := _hard(sentence)) is not None)
    if words < FEWEST_WORDS:
        return Measured(score=None, level=None, words=words, hard=hard[:MOST_HARD])
    whole = " ".join(sentence if sentence.endswith(ENDS[:4]) else f"{sentence.rstrip(':')}." for sentence in sentences)
    score = round(min(100.0, max(0.0, _statistics().flesch_reading_ease(whole))), 1)
    return Measured(score=score, level=level_of(score), words=words, hard=hard[:MOST_HARD])


def level_of(score: float) -> Level:
    """The name of a score."""
    return next((level for least, level in STEPS if score >= least), Level.VERY_HARD)


def sentences_of(text: str) -> list[str]:
    """The sentences, a line of its own counting as one."""
    parts = (" ".join(part.split()) for part in SENTENCE.split(text))
    return [part for part in parts if WORD.search(part)]


def text_of(page: "BasePage") -> str:
    """The text of a page, a paragraph a line.

    Args:
        page: of its own kind (``specific``).
    """
    return "\n".join(spoken_text(page))


def limit_for(audience: str) -> float:
    """The lowest score that needs no reason."""
    return LIMITS.get(Audience(audience), LIMIT) if audience in Audience.values else LIMIT


def _hard(sentence: str) -> HardSentence | None:
    words = WORD.findall(sentence)
    reasons = []
    if len(words) > LONGEST_SENTENCE_WORDS:
        reasons.append(
            ngettext(
                "Lange zin: %(count)d woord. Maak er twee zinnen van.",
                "Lange zin: %(count)d woorden. Maak er twee zinnen van.",
                len(words),
            )
            % {"count": len(words)}
        )
    long = list(dict.fromkeys(word[:MOST_SHOWN] for word in words if _is_long(word)))
    if long:
        reasons.append(gettext("Lang woord: %(words)s. Kan het korter?") % {"words": ", ".join(long[:5])})
    shown = sentence if len(sentence) <= MOST_SHOWN_OF_SENTENCE else f"{sentence[:MOST_SHOWN_OF_SENTENCE]}…"
    return HardSentence(text=shown, reasons=tuple(reasons)) if reasons else None


def _is_long(word: str) -> bool:
    return len(word) > LONGEST_WORD_LETTERS or (len(word) > 9 and _syllables(word) > MOST_SYLLABLES)


@cache
def _statistics() -> textstatistics:
    """An instance of our own: the language of textstat's global one is anybody's."""
    own = textstatistics()
    own.set_lang("nl")
    return own


def _syllables(word: str) -> int:
    return int(_statistics().syllable_count(word))
