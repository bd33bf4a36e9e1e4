"""Whether an answer to "what did you understand?" is in own words. It looks at the form, never at the meaning."""

import unicodedata

FEWEST_WORDS = 3
FEWEST_LETTERS = 12


def is_own_words(text: str) -> bool:
    """At least three different words, or twelve letters, in any script: more than "yes", a smiley or dots.

    Languages that write without spaces, or with long words, reach twelve letters before three words.
    """
    words = {word for word in text.casefold().split() if any(_is_letter(character) for character in word)}
    letters = sum(_is_letter(character) for word in words for character in word)
    return len(words) >= FEWEST_WORDS or letters >= FEWEST_LETTERS


def _is_letter(character: str) -> bool:
    return unicodedata.category(character).startswith("L")
