"""The sign that somebody leaves who decides: a drawn line, the own name, or the word of a witness."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from .enums import SignatureKind

WIDTH, HEIGHT = 1000, 300
"""The pad, in units of its own: every screen scales its points to this."""

MOST_BYTES = 64 * 1024
MOST_STROKES = 200
MOST_POINTS = 4000
FEWEST_POINTS = 6
SMALLEST_SPAN = 60
"""A drawn line must go at least this far across or down; a dot or a slip of the finger is no signature."""

Point = tuple[int, int]

PROBLEMS = {
    "empty": _("Er staat nog geen handtekening. Teken in het vak, of typ uw naam."),
    "small": _("Deze handtekening is te klein. Teken opnieuw, groter. Of typ uw naam."),
    "large": _("Deze handtekening is te groot om te bewaren. Wis het vak en teken opnieuw."),
    "broken": _("De handtekening kwam niet goed over. Wis het vak en teken opnieuw. Of typ uw naam."),
}


class NoSignature(ValueError):
    """What came is no drawn signature; ``code`` is one of :data:`PROBLEMS`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code

    @property
    def message(self) -> str:
        return str(PROBLEMS[self.code])


@dataclass(frozen=True, kw_only=True)
class Sign:
    """How one decider signed. ``content`` is all there is to keep of it:

    * drawn: ``strokes``, as :func:`read_strokes` takes them
    * confirmed: ``name``, as typed by the decider, or ``passkey`` when the own sign-in took its place
    * witnessed: ``witness`` and ``function``
    * paper: the scan's ``sha256``, the ids of file and form, and ``witness`` and ``function`` if one signed too

    What is stored has a random ``salt`` beside it (see :mod:`consent.services.signing`).
    """

    kind: SignatureKind
    content: Mapping[str, str]

    @property
    def plain(self) -> bytes:
        """The content as it is hashed: JSON with sorted names, no spaces, UTF-8."""
        return json.dumps(dict(self.content), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.plain).hexdigest()


def read_strokes(text: str) -> list[list[Point]]:
    """The strokes of a drawn signature: lists of points ``[x, y]`` within the pad.

    Raises:
        NoSignature: for anything else, and for a pad that was left empty or nearly so.
    """
    if not text.strip():
        raise NoSignature("empty")
    if len(text.encode()) > MOST_BYTES:
        raise NoSignature("large")
    try:
        given = json.loads(text)
    except (ValueError, RecursionError):
        raise NoSignature("broken") from None
    if not isinstance(given, list) or not all(isinstance(stroke, list) for stroke in given):
        raise NoSignature("broken")
    if len(given) > MOST_STROKES or sum(len(stroke) for stroke in given) > MOST_POINTS:
        raise NoSignature("large")
    strokes = [[_point(point) for point in stroke] for stroke in given if stroke]
    points = [point for stroke in strokes for point in stroke]
    if not points:
        raise NoSignature("empty")
    across, down = ([point[axis] for point in points] for axis in (0, 1))
    if len(points) < FEWEST_POINTS or max(max(across) - min(across), max(down) - min(down)) < SMALLEST_SPAN:
        raise NoSignature("small")
    return strokes


def written(strokes: list[list[Point]]) -> str:
    """Strokes as they are kept: the text that :func:`read_strokes` reads."""
    return json.dumps(strokes, separators=(",", ":"))


def path_of(strokes: list[list[Point]]) -> str:
    """The strokes as the ``d`` of an SVG path in a box of ``WIDTH`` by ``HEIGHT``: digits and letters only."""
    return " ".join(_line(stroke) for stroke in strokes)


def drawn(path: str) -> bytes:
    """A picture (SVG) of the strokes that :func:`path_of` wrote."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"><path d="{path}" fill="none" '
        'stroke="#14292e" stroke-width="6" stroke-linecap="round" stroke-linejoin="round"/></svg>'
    ).encode()


def _line(stroke: list[Point]) -> str:
    # A dot is a line to itself: with round ends it is drawn.
    return f"M{stroke[0][0]} {stroke[0][1]}" + "".join(f"L{x} {y}" for x, y in (stroke[1:] or stroke))


def _point(given: object) -> Point:
    if not isinstance(given, list) or len(given) != 2:
        raise NoSignature("broken")
    x, y = given
    # bool is an int to Python, and JSON of Python knows NaN and Infinity.
    if any(isinstance(value, bool) or not isinstance(value, int | float) for value in given):
        raise NoSignature("broken")
    if not (0 <= x <= WIDTH and 0 <= y <= HEIGHT):
        raise NoSignature("broken")
    return round(x), round(y)
