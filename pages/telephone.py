"""Telephone numbers in running text: whole, and from left to right in every script.

Between Arabic letters a browser shows ``0800-0432`` as ``0432-0800``: the Unicode bidirectional algorithm (UAX 9) takes
the parts of a number with a hyphen or a space for two numbers. Whoever needs help then dials another number.
"""

import re
from collections.abc import Callable

# 0800-2000, 030 286 00 00, +31 30 286 00 00, 14 030. Years and ages are no telephone numbers.
NUMBER = re.compile(
    r"(?<![\w+.,:/\u2010-\u2015-])(?:(?:\+\d{1,3}|0\d{1,3})(?:[ \u00a0\u2011-]\d{2,})+|14[ \u00a0]0\d{2,3})(?![\w:])"
)
TAG = re.compile(r"(<!--.*?-->|<(?:script|style|textarea|title|option|bdi)\b.*?</[^>]*>|<[^>]*>)", re.DOTALL)
LEFT_TO_RIGHT = "\u2066"
POP = "\u2069"


def shown(html: str) -> str:
    """HTML in which each telephone number is isolated and does not break at the end of a line.

    Args:
        html: well-formed, from our own templates; attributes stay as they are.
    """
    return _replaced(html, lambda found: f'<bdi class="telephone" dir="ltr">{found.group()}</bdi>')


def printed(html: str) -> str:
    """The same for the PDF maker, which knows no ``bdi``: with signs in the text that have no width."""
    return _replaced(html, lambda found: f"{LEFT_TO_RIGHT}{found.group()}{POP}")


def _replaced(html: str, change: Callable[[re.Match[str]], str]) -> str:
    if NUMBER.search(html) is None:
        return html
    parts = TAG.split(html)
    parts[::2] = [NUMBER.sub(change, text) for text in parts[::2]]
    return "".join(parts)
