"""The words that pages use, and which of them a reader may have meant.

The list of a language is kept in the process for a minute. It serves guesses only: a word that is spelled as on a page
is looked up in the table itself, so a page is found the moment it is published.
"""

import threading
import time
from bisect import bisect_left
from dataclasses import dataclass, field

from django.db.models import Count
from rapidfuzz import process
from rapidfuzz.distance import OSA

from pages.models import SearchWord
from pages.search.synonyms import Concept, daily_words, glossary_words

KEPT_SECONDS = 60
# How sure it is that the reader meant the word.
EXACT = 1.0
BEGINNING = 0.8
SAME_STEM = 0.65
TYPO = 0.6
INSIDE = 0.5
SHORTEST_BEGINNING = 3
MOST_GUESSES = 12


@dataclass
class Vocabulary:
    """The words of one language in order, with the number of pages each stands on."""

    words: list[str]
    pages: dict[str, int]
    read_at: float
    by_length: dict[int, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for word in self.words:
            self.by_length.setdefault(len(word), []).append(word)

    def guesses(self, word: str) -> dict[str, float]:
        """The words that somebody who typed this one may have meant, with how sure that is.

        It begins so; it has the same beginning and another ending; it is one or two typing errors away; it is part of a
        longer word (Dutch writes compounds as one).
        """
        found: dict[str, float] = {}

        def note(candidate: str, sure: float) -> None:
            found[candidate] = max(found.get(candidate, 0.0), sure)

        if len(word) >= _shortest_beginning(word):
            for candidate in self._beginning_with(word):
                note(candidate, BEGINNING * (0.6 + 0.4 * len(word) / len(candidate)))
        common = _stem_length(word)
        if common:
            for candidate in self._beginning_with(word[:common]):
                if len(candidate) <= len(word) + 4:
                    note(candidate, SAME_STEM * common / max(len(word), len(candidate)) + 0.1)
        for candidate, distance in self._misspelled(word):
            note(candidate, TYPO if distance == 1 else TYPO - 0.15)
        if len(word) >= 5 and word.isascii():
            for candidate in self.words:
                if word in candidate:
                    note(candidate, INSIDE)
        best = sorted(found.items(), key=lambda item: (-item[1], item[0]))
        return dict(best[:MOST_GUESSES])

    def _beginning_with(self, start: str) -> list[str]:
        first = bisect_left(self.words, start)
        last = bisect_left(self.words, start + "\U0010ffff", first)
        return self.words[first : min(last, first + 200)]

    def _misspelled(self, word: str) -> list[tuple[str, int]]:
        """Words at a distance of one error, of two from eight letters on; a swap of neighbours is one error.

        Short words have too many neighbours. An Ethiopic letter is a syllable, so four of them are a long word.
        """
        length = len(word)
        if length < (3 if word > "\u1200" else 4) or word.isdigit():
            return []
        most = 2 if length >= 8 else 1
        close: list[tuple[str, int]] = []
        for size in range(length - most, length + most + 1):
            matches = process.extract(
                word, self.by_length.get(size, ()), scorer=OSA.distance, score_cutoff=most, limit=8
            )
            close += [(candidate, int(distance)) for candidate, distance, _ in matches]
        return close


def _shortest_beginning(word: str) -> int:
    return SHORTEST_BEGINNING if word < "\u0600" else 2


def _stem_length(word: str) -> int:
    """How many first letters two forms of a word share; 0 if the word is too short to tell."""
    if word.isdigit() or len(word) < (3 if word > "\u1200" else 5):
        return 0
    return max(len(word) - 3, 3 if word > "\u1200" else 4) if len(word) > 4 or word > "\u1200" else 0


@dataclass(frozen=True, kw_only=True)
class Lexicon:
    """What is known beforehand of the languages that a reader gets pages in."""

    words: dict[str, Vocabulary]
    concepts: tuple[Concept, ...]

    @property
    def size(self) -> int:
        """About how many pages there are: on how many the commonest word stands."""
        return max((max(words.pages.values(), default=1) for words in self.words.values()), default=1)


_words: dict[str, Vocabulary] = {}
_concepts: dict[tuple[str, ...], tuple[float, tuple[Concept, ...]]] = {}
_lock = threading.Lock()


def lexicon(languages: tuple[str, ...]) -> Lexicon:
    """The words and meanings of these languages; two queries when they are not in the process, else none."""
    now = time.monotonic()
    with _lock:
        words = {code: _words[code] for code in languages if code in _words}
    words = {code: kept for code, kept in words.items() if now - kept.read_at <= KEPT_SECONDS}
    stale = [code for code in languages if code not in words]
    if stale:
        counted: dict[str, dict[str, int]] = {code: {} for code in stale}
        rows = SearchWord.objects.filter(language__in=stale).values_list("language", "word")
        for language, word, count in rows.annotate(count=Count("pk")).order_by():
            counted[language][word] = count
        words |= {code: Vocabulary(words=sorted(pages), pages=pages, read_at=now) for code, pages in counted.items()}
    read_at, concepts = _concepts.get(languages, (0.0, ()))
    if not concepts or now - read_at > KEPT_SECONDS:
        read_at, concepts = now, (*daily_words(), *glossary_words(languages))
    with _lock:
        _words.update(words)
        _concepts[languages] = (read_at, concepts)
    return Lexicon(words={code: words[code] for code in languages}, concepts=concepts)


def forget() -> None:
    """Read everything anew at the next search of this process: the index has changed."""
    with _lock:
        _words.clear()
        _concepts.clear()
