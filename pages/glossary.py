"""Difficult words in running text: the first time on a page that one occurs it becomes a button with its meaning.

The words are those of the language of the text; the meaning is in the language of the reader where it is known, so that
whoever reads a Dutch text in place of a missing translation still gets help in their own.
"""

import hashlib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bs4 import BeautifulSoup, NavigableString, Tag
from django.conf import settings
from django.core.cache import cache
from django.template.loader import render_to_string

from pages.families import best, chain, direction
from pages.models.glossary import GlossaryTerm

KEPT_SECONDS = 300
WORDS_KEY = "pages:glossary:{text}:{reader}"
MARKED_KEY = "pages:glossary:marked:{digest}"
# In these no word is marked: a button may not stand in a link or a button, and a heading or an alarm must stay plain.
CLOSED = frozenset({"a", "button", "summary", "label", "h1", "h2", "h3", "h4", "h5", "h6"})
CLOSED_CLASSES = frozenset({"emergency", "no-terms"})
PROSE = "prose"
# A line may end on either side of a button, so also between a word and its full stop: not with this sign between them.
WORD_JOINER = "\u2060"

# Signs that say how to speak a letter, and the stroke that stretches a word: written or not, it is the same word.
ARABIC_SIGNS = frozenset([*map(chr, range(0x064B, 0x0660)), "\u0670", "\u0640"])
ARABIC_LETTERS = str.maketrans({"\u064a": "\u06cc", "\u0649": "\u06cc", "\u0643": "\u06a9"})
TURKISH_CASE = {"I": "ı", "İ": "i"}
# What continues a word: letters, digits, loose accents, and the joiner that Persian puts inside words.
IN_WORD = r"\w\u0300-\u036f\u200c\u200d"
APOSTROPHES = "'\u2019\u02bc"


@dataclass(frozen=True, kw_only=True)
class Term:
    """One word: its forms in the language of the text, and what it means to the reader."""

    key: str
    forms: tuple[str, ...]
    title: str
    explanation: str
    language: str

    @property
    def direction(self) -> str:
        """``rtl`` or ``ltr``."""
        return direction(self.language)


def terms_for(text_language: str, reader: str) -> list[Term]:
    """The words of a language with their meaning for a reader; one query, or none when kept from just before."""
    key = WORDS_KEY.format(text=text_language, reader=reader)
    found: list[Term] | None = cache.get(key)
    if found is None:
        found = list(_terms(text_language, reader))
        cache.set(key, found, KEPT_SECONDS)
    return found


def forget() -> None:
    """A word was changed: ask the database again. Other processes do so within :data:`KEPT_SECONDS`."""
    codes = [code for code, _name in settings.LANGUAGES]
    cache.delete_many([WORDS_KEY.format(text=text, reader=reader) for text in codes for reader in codes])


def _families(languages: Iterable[str]) -> dict[str, list[GlossaryTerm]]:
    rows = GlossaryTerm.objects.filter(locale__language_code__in=set(languages)).select_related("locale")
    by_key: dict[str, list[GlossaryTerm]] = defaultdict(list)
    for row in rows.order_by("key"):
        row.language = row.locale.language_code
        by_key[row.key].append(row)
    return by_key


def _terms(text_language: str, reader: str) -> Iterator[Term]:
    for key, family in _families({text_language, *chain(reader)}).items():
        own = next((row for row in family if row.language == text_language), None)
        meant = best(family, reader)
        if own is not None and meant is not None:
            yield Term(
                key=key,
                forms=tuple(spoken_forms(own.forms)),
                title=meant.term,
                explanation=meant.explanation,
                language=meant.language,
            )


def listed(reader: str) -> list[Term]:
    """All words for the glossary page, each in the best language for the reader, in the order of the alphabet."""
    chosen = [best(family, reader) for family in _families(chain(reader)).values()]
    found = [
        Term(
            key=row.key,
            forms=tuple(row.forms),
            title=row.term,
            explanation=row.explanation,
            language=row.language,
        )
        for row in chosen
        if row is not None
    ]
    return sorted(found, key=lambda term: (term.language != reader, folded(term.title, reader)[0]))


def spoken_forms(forms: Iterable[str]) -> Iterator[str]:
    """``ولدية (gemeente)`` stands in text as a whole, as the word before the bracket, or as the word in it."""
    for form in forms:
        yield form
        if (parts := re.fullmatch(r"(.+?)\s*\(([^()]+)\)", form)) is not None:
            yield parts.group(1)
            yield parts.group(2)


def folded(text: str, language: str) -> tuple[str, list[int]]:
    """The text as it is compared, and for each character of that the place it came from.

    Small letters by the rules of the language (Turkish has two letters i), Arabic without the signs for vowels, and the
    Arabic and the Persian form of a letter as one.

    Args:
        text: in normal form C.
    """
    letters: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text):
        if letter in ARABIC_SIGNS:
            continue
        small = TURKISH_CASE.get(letter, letter) if language == "tr" else letter
        small = small.lower() if len(small.lower()) == 1 else small
        letters.append(small.translate(ARABIC_LETTERS))
        places.append(place)
    return "".join(letters), places


class Finder:
    """Finds the words of a language in text: whole words, the longest first, each key once."""

    def __init__(self, terms: Iterable[Term], language: str) -> None:
        self.language = language
        self.terms: dict[str, Term] = {}
        # An abbreviation in capitals (COA, DUO) is that word only in capitals.
        self.exactly: dict[str, set[str]] = defaultdict(set)
        self.loosely: set[str] = set()
        for term in terms:
            for form in term.forms:
                text = unicodedata.normalize("NFC", " ".join(form.split()))
                small, _places = folded(text, language)
                if not small:
                    continue
                self.terms.setdefault(small, term)
                if len(text) > 1 and text.isupper():
                    self.exactly[small].add(text)
                else:
                    self.loosely.add(small)
        self.pattern = self._pattern()

    def _pattern(self) -> re.Pattern[str] | None:
        if not self.terms:
            return None
        longest_first = sorted(self.terms, key=lambda form: (-len(form), form))
        words = "|".join(re.escape(form).replace(r"\ ", r"\s+") for form in longest_first)
        # In Ukrainian an apostrophe is inside a word; in Turkish and French a new part begins there.
        inside = IN_WORD + APOSTROPHES if self.language == "uk" else IN_WORD
        return re.compile(rf"(?<![{inside}])(?:{words})(?![{inside}])")

    def find(self, text: str, seen: set[str]) -> Iterator[tuple[int, int, Term]]:
        """Where in a text (in normal form C) words begin and end; not those in ``seen``, to which they are added."""
        if self.pattern is None:
            return
        small, places = folded(text, self.language)
        for match in self.pattern.finditer(small):
            form = " ".join(match.group().split())
            term = self.terms[form]
            start, end = places[match.start()], places[match.end() - 1] + 1
            if term.key in seen or not self._is(form, text[start:end]):
                continue
            seen.add(term.key)
            while end < len(text) and text[end] in ARABIC_SIGNS:
                end += 1
            yield start, end, term

    def _is(self, form: str, written: str) -> bool:
        return form in self.loosely or " ".join(written.split()) in self.exactly[form]


def marked(html: str, *, text_language: str, reader: str, keep: bool) -> str:
    """The HTML with words marked in its prose, and their meanings behind it.

    Args:
        html: well-formed, from our own templates.
        keep: whether the answer may be kept for the next reader; not of what is not for everybody.
    """
    terms = terms_for(text_language, reader)
    if not terms or PROSE not in html:
        return html
    if not keep:
        return _mark(html, terms, text_language=text_language, reader=reader)
    digest = hashlib.sha256(repr((html, text_language, reader, terms)).encode()).hexdigest()
    key = MARKED_KEY.format(digest=digest)
    answer: str | None = cache.get(key)
    if answer is None:
        answer = _mark(html, terms, text_language=text_language, reader=reader)
        cache.set(key, answer, KEPT_SECONDS)
    return answer


def _mark(html: str, terms: list[Term], *, text_language: str, reader: str) -> str:
    finder = Finder(terms, text_language)
    soup = BeautifulSoup(html, "html.parser")
    seen: set[str] = set()
    used: list[Term] = []
    for prose in soup.find_all(class_=PROSE):
        if prose.find_parent(class_=PROSE) is not None or not _is_open(prose, text_language):
            continue
        for node in [node for node in prose.find_all(string=True) if type(node) is NavigableString]:
            if _is_open(node.parent, text_language):
                used += _mark_node(soup, node, finder, seen)
    if not used:
        return html
    meanings = render_to_string("pages/meanings.html", {"terms": used, "reader": reader, "dir": direction(reader)})
    return str(soup) + meanings


def _is_open(tag: Tag | None, language: str) -> bool:
    while tag is not None and not isinstance(tag, BeautifulSoup):
        if tag.name in CLOSED or CLOSED_CLASSES & set(tag.get("class") or ()):
            return False
        if tag.get("lang", language) != language:
            return False
        tag = tag.parent
    return True


def _mark_node(soup: BeautifulSoup, node: NavigableString, finder: Finder, seen: set[str]) -> list[Term]:
    text = unicodedata.normalize("NFC", str(node))
    found = list(finder.find(text, seen))
    if not found:
        return []
    parts: list[NavigableString | Tag] = []
    at = 0
    for start, end, term in found:
        before = text[at:start]
        if before and not before[-1].isspace():
            before += WORD_JOINER
        if before:
            parts.append(NavigableString(before))
        attributes = {"type": "button", "class": "term", "popovertarget": f"term-{term.key}"}
        button = soup.new_tag("button", attrs=attributes)
        button.string = text[start:end]
        parts.append(button)
        if end < len(text) and not text[end].isspace():
            parts.append(NavigableString(WORD_JOINER))
        at = end
    if at < len(text):
        parts.append(NavigableString(text[at:]))
    node.replace_with(*parts)
    return [term for _start, _end, term in found]
