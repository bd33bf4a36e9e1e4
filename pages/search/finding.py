"""From what a reader typed to pages, best first.

The words of a page count in every language that the reader may get it in: the own language most, Dutch words less. So a
Dutch word from a letter finds the page in the own language, and a page that is not translated is found at all.
"""

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db.models import Q

from pages.families import Member, best, chain, members
from pages.models import SearchDocument, SearchWord
from pages.queries import public_pages
from pages.search.folding import query_terms
from pages.search.vocabulary import Lexicon, lexicon

# How much a word counts that the page has in another language than the reader's.
OWN, NEAR, OTHER, SOURCE = 1.0, 0.7, 0.45, 0.6
LESS_EXACT = 0.9
SYNONYM = 0.8
# A guess counts for less beside a word that exists: whoever typed that one meant it.
BESIDE_A_KNOWN_WORD = 0.5
# Of the rows of the index that match, the heaviest are looked at.
MOST_ROWS = 20_000
# A word that stands on more than this share of the pages does not tell them apart, if there are other words.
EVERYWHERE = 0.5
LONGEST_EXPRESSION = 3
RESULTS = 20

Answers = dict[tuple[str, str], float]


@dataclass(frozen=True, kw_only=True)
class Found:
    """One page as the list of results shows it: the member of its family that the reader gets."""

    member: Member
    address: str
    summary: str
    score: float


def search(query: str, language: str) -> list[Found]:
    """The public pages that answer a query, best first, at most :data:`RESULTS`.

    Whatever the query and however many pages there are, it is at most six queries: two of them only when the words of
    a language have to be read anew (:mod:`pages.search.vocabulary`).

    Args:
        query: as typed; only the first 200 characters and eight words count.
        language: the reader's.
    """
    written = query_terms(query)
    if not written:
        return []
    known = lexicon(chain(language))
    asked = [_answers(forms, language, known) for forms in written]
    _add_synonyms(asked, written, language, known)
    scores = _scores(_telling(asked, known), known)
    ranked = sorted(scores, key=lambda family: (-scores[family], str(family)))
    return _results(ranked[:RESULTS], scores, language)


def _answers(forms: Sequence[str], language: str, known: Lexicon) -> Answers:
    """Which words of the index answer a word of the query, in which language, and how well (0 to 1)."""
    answers: Answers = {}
    exists = any(forms[0] in words.pages for words in known.words.values())
    for code, words in known.words.items():
        share = _share(code, language)
        for place, form in enumerate(forms):
            _note(answers, code, form, share if place == 0 else share * LESS_EXACT)
            for other, guess in words.guesses(form).items():
                _note(answers, code, other, guess * share * (BESIDE_A_KNOWN_WORD if exists else 1.0))
    return answers


def _add_synonyms(asked: list[Answers], written: Sequence[Sequence[str]], language: str, known: Lexicon) -> None:
    """Let words that mean the same answer too; an expression of up to three words answers for its first."""
    words = [forms[0] for forms in written]
    for size in range(1, LONGEST_EXPRESSION + 1):
        for start in range(len(words) - size + 1):
            for concept in known.concepts:
                if concept.is_meant_by(words[start : start + size]):
                    for (code, word), sure in concept.answers(known.words).items():
                        _note(asked[start], code, word, sure * SYNONYM * _share(code, language))


def _note(answers: Answers, code: str, word: str, value: float) -> None:
    answers[code, word] = max(answers.get((code, word), 0.0), value)


def _share(code: str, language: str) -> float:
    if code == language:
        return OWN
    if code == settings.LANGUAGE_CODE:
        return SOURCE
    return OTHER if code == "en" else NEAR


def _telling(asked: list[Answers], known: Lexicon) -> list[Answers]:
    """Without the words that stand on most pages, unless there are no others."""
    limit = EVERYWHERE * known.size

    def common(answers: Answers) -> bool:
        surest = max(answers.values())
        return any(
            value == surest and known.words[code].pages.get(word, 0) > limit for (code, word), value in answers.items()
        )

    return [answers for answers in asked if not common(answers)] or asked


def _scores(asked: Sequence[Answers], known: Lexicon) -> dict[UUID, float]:
    """Per family: for each word of the query its best answer, rare words counting more; all is better than one."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for answers in asked:
        for code, word in answers:
            wanted[code].add(word)
    condition = Q(pk__in=[])
    for code, found in wanted.items():
        condition |= Q(language=code, word__in=found)
    # Two plain queries and no join of them: after a large import PostgreSQL knows no figures about the tables yet, and
    # chose a plan for the join that took seconds.
    public = set(public_pages().values_list("pk", flat=True))
    found_rows = (
        SearchWord.objects.filter(condition)
        .order_by("-weight", "pk")
        .values_list("document__page_id", "document__family", "language", "word", "weight")[:MOST_ROWS]
    )
    rows = [(family, code, word, weight) for page, family, code, word, weight in found_rows if page in public]
    per_word = []
    for answers in asked:
        best_of: dict[UUID, float] = defaultdict(float)
        sure_of: dict[UUID, float] = defaultdict(float)
        for family, code, word, weight in rows:
            value = answers.get((code, word), 0.0)
            best_of[family] = max(best_of[family], value * weight) if value else best_of[family]
            sure_of[family] = max(sure_of[family], value)
        matched = {family: value for family, value in best_of.items() if value}
        rare = math.log1p(known.size / (1 + sum(sure_of[family] for family in matched)))
        per_word.append((rare, matched))
    total = sum(rare for rare, matched in per_word if matched) or 1.0
    scores: dict[UUID, float] = defaultdict(float)
    covered: dict[UUID, float] = defaultdict(float)
    for rare, matched in per_word:
        for family, value in matched.items():
            scores[family] += rare * value
            covered[family] += rare
    return {family: score * (covered[family] / total) for family, score in scores.items()}


def _results(ranked: Sequence[UUID], scores: dict[UUID, float], language: str) -> list[Found]:
    by_family: dict[UUID, list[Member]] = defaultdict(list)
    for row in members(public_pages().filter(translation_key__in=ranked, locale__language_code__in=chain(language))):
        by_family[row.translation_key].append(row)
    summaries = dict(SearchDocument.objects.filter(family__in=ranked).values_list("page_id", "summary"))
    found = []
    for family in ranked:
        member = best(by_family.get(family, ()), language)
        if member is not None:
            found.append(
                Found(
                    member=member,
                    address=member.address(language),
                    summary=summaries.get(member.pk, ""),
                    score=round(scores[family], 3),
                )
            )
    return found
