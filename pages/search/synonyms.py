"""Words that mean the same: the glossary's, which the editors keep, and a short list of daily words.

The list, ``synonyms.toml``, has the words that readers use and pages do not: ``dokter`` where a page says ``huisarts``.
"""

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rapidfuzz.distance import OSA

from pages.models import GlossaryTerm
from pages.search.folding import terms

FILE = Path(__file__).with_name("synonyms.toml")
LONGEST_ENDING = 3


@dataclass(frozen=True, kw_only=True)
class Concept:
    """One meaning: its expressions as folded words, with the language of each."""

    expressions: tuple[tuple[str, tuple[str, ...]], ...]

    def is_meant_by(self, words: Sequence[str]) -> bool:
        """Whether these words are one of the expressions, give or take an ending or one typing error."""
        return any(
            len(expression) == len(words) and all(_same(a, b) for a, b in zip(words, expression, strict=True))
            for _, expression in self.expressions
        )

    def answers(self, languages: Iterable[str]) -> dict[tuple[str, str], float]:
        """Language, word and how well the word alone stands for the meaning (0 to 1)."""
        wanted = set(languages)
        found: dict[tuple[str, str], float] = {}
        for language, expression in self.expressions:
            if language in wanted:
                sure = 1.0 if len(expression) == 1 else 0.4
                for word in expression:
                    if len(expression) == 1 or len(word) > 3:
                        found[language, word] = max(sure, found.get((language, word), 0.0))
        return found


def _same(typed: str, word: str) -> bool:
    if typed == word:
        return True
    if len(word) < (3 if word > "\u1200" else 4):
        return False
    if typed.startswith(word) and len(typed) - len(word) <= LONGEST_ENDING:
        return True
    return len(word) >= 6 and OSA.distance(typed, word, score_cutoff=1) <= 1


@cache
def daily_words() -> tuple[Concept, ...]:
    """The list that ships with the site."""
    entries = tomllib.loads(FILE.read_text(encoding="utf-8"))["meaning"]
    return tuple(_concept((language, text) for language, texts in entry.items() for text in texts) for entry in entries)


def glossary_words(languages: Iterable[str]) -> tuple[Concept, ...]:
    """The meanings of the glossary; one query."""
    by_key: dict[str, list[tuple[str, str]]] = {}
    rows = GlossaryTerm.objects.filter(locale__language_code__in=languages).order_by("key", "pk")
    for key, language, term, also in rows.values_list("key", "locale__language_code", "term", "also"):
        # "ሓኪም (huisarts)" is both.
        parts = [part for form in (term, *also.splitlines()) for part in form.replace(")", "").split("(")]
        by_key.setdefault(key, []).extend((language, part) for part in parts if part.strip())
    return tuple(_concept(expressions) for expressions in by_key.values())


def _concept(expressions: Iterable[tuple[str, str]]) -> Concept:
    folded = ((language, tuple(forms[0] for forms in terms(text))) for language, text in expressions)
    return Concept(expressions=tuple((language, words) for language, words in folded if words))
