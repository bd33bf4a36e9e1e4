"""The form in which words are compared: what readers type in many ways becomes one.

Every language of the site goes through the same functions, for a query does not say in which language it is written.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

LONGEST_TEXT = 200_000
LONGEST_QUERY = 200
LONGEST_WORD = 40
SHORTEST_STEM = 3
FUNCTION_WORDS = Path(__file__).with_name("function_words.toml")
APOSTROPHES = re.compile("['’‘ʼʻ`´\u02b9]+")
WORD = re.compile(rf"[^\W_]+(?:{APOSTROPHES.pattern}[^\W_]+)*")

# Marks go by themselves (see fold), so hamza and madda on a letter too. What is left are letters of their own.
ARABIC = {
    "ٱ": "ا",
    "ى": "ي",
    "ی": "ي",
    "ې": "ي",
    "ک": "ك",
    "ڪ": "ك",
    "ة": "ه",
    "ہ": "ه",
    "ھ": "ه",
    "ە": "ه",
    "ۃ": "ه",
    "ء": "",
    "ـ": "",
}
# Latin letters that do not come apart into a letter and a mark; Turkish has an i with and without a dot.
LATIN = {"ı": "i", "ø": "o", "ł": "l", "đ": "d", "ß": "ss", "æ": "ae", "œ": "oe"}
# Ukrainian as somebody with a Russian keyboard writes it.
CYRILLIC = {"ґ": "г", "є": "е", "э": "е", "ы": "и", "і": "и", "ъ": "", "ь": ""}
# First letter of a row of eight syllables that sound as those of another row: ሐ and ኀ as ሀ, ሠ as ሰ, ዐ as አ, ፀ as ጸ.
ETHIOPIC_ROWS = (("ሐ", "ሀ"), ("ኀ", "ሀ"), ("ሠ", "ሰ"), ("ዐ", "አ"), ("ፀ", "ጸ"))
# In these rows the first and the fourth syllable sound alike; Eritrea writes ኣ where Ethiopia writes አ.
ETHIOPIC_FOURTH = ("ሀ", "አ")

ARABIC_PREFIX = re.compile("^(?:[وف]?(?:ال|بال|كال|لل)|و)")
ARABIC_SUFFIX = re.compile("(?:هاي|ها|ان|ات|ون|ين|يه|ه|ي)$")
ETHIOPIC_PREFIX = re.compile("^[ንብዝ]")


def _table() -> dict[int, str]:
    table = {ord(letter): other for letter, other in (ARABIC | LATIN | CYRILLIC).items()}
    for row, other in ETHIOPIC_ROWS:
        table.update({ord(row) + step: chr(ord(other) + step) for step in range(8)})
    for row in ETHIOPIC_FOURTH:
        table[ord(row) + 3] = row
    # Those rows that went to a row whose fourth syllable went to its first.
    return {letter: table.get(ord(other), other) if len(other) == 1 else other for letter, other in table.items()}


TABLE = _table()


def fold(text: str) -> str:
    """The text in small letters, without marks, with one letter for letters that sound or look alike.

    - compatibility forms become the usual ones (NFKC): full-width letters, Arabic presentation forms, ligatures;
    - marks go: accents, Arabic vowels, hamza and madda on a letter; so do control and formatting characters, among
      which NUL, the Persian half-space and those that turn the direction of writing;
    - Arabic ya, kaf, ta marbuta; Ethiopic letters that sound alike; Turkish ı; digits of any script.
    """
    # A dotless or dotted capital I has to be known before marks go and letters become small.
    text = unicodedata.normalize("NFKC", text[:LONGEST_TEXT]).replace("İ", "i")
    kept = []
    for letter in unicodedata.normalize("NFD", text.casefold()):
        kind = unicodedata.category(letter)
        if kind == "Nd":
            kept.append(str(unicodedata.digit(letter)))
        elif kind in ("Cc", "Zl", "Zp"):
            kept.append(" ")
        elif kind[0] != "M" and kind not in ("Cf", "Cs", "Co", "Cn"):
            kept.append(letter)
    return "".join(kept).translate(TABLE)


def terms(text: str) -> Iterator[tuple[str, ...]]:
    """The words of a text, each as the forms under which it is found: as written, and without what clings to it.

    ``l'école`` is also ``ecole``, ``والمدرسة`` is also ``مدرس``. Longer than :data:`LONGEST_WORD` is cut.
    """
    for match in WORD.finditer(fold(text)):
        forms = dict.fromkeys(form[:LONGEST_WORD] for form in _forms(match.group()))
        yield tuple(forms)


def _forms(written: str) -> Iterator[str]:
    parts = APOSTROPHES.split(written)
    word = "".join(parts)
    yield word
    if len(parts) > 1:
        yield from (part for part in parts if len(part) >= SHORTEST_STEM)
    yield stem(word)


def stem(word: str) -> str:
    """A folded word without article, preposition and ending, in the scripts where these are written as part of it.

    For Arabic letters the "light" stemmer of Larkey, Ballesteros and Connell (2002), with the Persian plural; for
    Ethiopic the prefixes for "to", "by" and "which". Latin and Cyrillic words are compared by their beginnings.
    """
    if "\u0600" <= word[:1] <= "\u06ff":
        bare = _without(ARABIC_PREFIX, word)
        for _ in range(2):
            bare = _without(ARABIC_SUFFIX, bare)
        return bare
    if "\u1200" <= word[:1] <= "\u137f":
        return _without(ETHIOPIC_PREFIX, word)
    return word


def _without(part: re.Pattern[str], word: str) -> str:
    left = part.sub("", word, count=1)
    return left if len(left) >= SHORTEST_STEM else word


def query_terms(text: str) -> list[tuple[str, ...]]:
    """The words of what a reader typed, at most eight different ones: more makes no answer better.

    Without "how do I" and its like, unless there is nothing else.
    """
    words = list(dict.fromkeys(terms(text[:LONGEST_QUERY])))
    return [forms for forms in words if forms[0] not in function_words()][:8] or words[:8]


@cache
def function_words() -> frozenset[str]:
    """Folded words of all languages that say nothing about what somebody looks for."""
    words = tomllib.loads(FUNCTION_WORDS.read_text(encoding="utf-8"))
    return frozenset(forms[0] for of_language in words.values() for word in of_language for forms in terms(word))
