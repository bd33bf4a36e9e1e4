"""What a password may be (NIST SP 800-63B-4, 3.1.1): long, not in a list of leaked ones, and not about its owner.

No rule says which characters must be in it.
"""

import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from .models import User

SHORTEST = 12
LONGEST = 1000
ENOUGH_BESIDES = 8  # characters that are left without names and the like
SHORTEST_PART = 4

# Digits and signs that stand for a letter. A one is an i or an l: both are tried.
_LOOKS_LIKE = str.maketrans("0134578@$!|€", "oieastbasile")
_LOOKS_LIKE_L = str.maketrans("0134578@$!|€", "oleastbaslle")
_ENDS = re.compile(r"^[\W\d_]+|[\W\d_]+$")
_ROWS = ("abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "azertyuiop")
_RUN = 4
# What people here choose; the list that comes with Django is English.
DUTCH = frozenset(
    """welkom wachtwoord geheim inloggen toegang ikhouvanjou voetbal zonnebloem nederland amsterdam utrecht lente zomer
    herfst winter voorjaar najaar januari februari maart april mei juni juli augustus september oktober november
    december maandag dinsdag woensdag donderdag vrijdag zaterdag zondag gemeente portaal""".split()  # noqa: SIM905
)


def normal(password: str) -> str:
    """One form for one password, whichever keyboard typed it (NFKC, as SP 800-63B asks)."""
    return unicodedata.normalize("NFKC", password)


class LengthValidator:
    """At least 12 characters, at most 1,000: more is not hashed."""

    def validate(self, password: str, user: "User | None" = None) -> None:
        """
        Raises:
            ValidationError: too short or too long.
        """
        if len(password) > LONGEST:
            raise ValidationError(too_long(), code="password_too_long")
        if len(password) < SHORTEST:
            raise ValidationError(
                _("Dit wachtwoord is te kort. Kies er een van %(count)d tekens of meer, bijvoorbeeld een zin.")
                % {"count": SHORTEST},
                code="password_too_short",
            )

    def get_help_text(self) -> str:
        return _("Kies 12 tekens of meer. Een zin die alleen u kent is goed. U hoeft geen cijfers of leestekens.")


class LeakedPasswordValidator:
    """Not one of the passwords that everybody tries first, nor one of them in disguise: case, digits for letters, a
    year behind it, twice the same, a row of the keyboard."""

    def validate(self, password: str, user: "User | None" = None) -> None:
        """
        Raises:
            ValidationError: if it is easily guessed.
        """
        if len(password) <= LONGEST and is_easily_guessed(password):
            raise ValidationError(
                _("Dit wachtwoord is makkelijk te raden: heel veel mensen gebruiken het of iets dat erop lijkt."),
                code="password_leaked",
            )

    def get_help_text(self) -> str:
        return ""


class PersonalPasswordValidator:
    """What is left without the owner's name, mail address and organisations is long enough by itself."""

    def validate(self, password: str, user: "User | None" = None) -> None:
        """
        Raises:
            ValidationError: if too little is left.
        """
        if user is None or len(password) > LONGEST:
            return
        text = _plain(password)
        for part in sorted(_parts_of(user), key=len, reverse=True):
            for form in {text, text.translate(_LOOKS_LIKE), text.translate(_LOOKS_LIKE_L)}:
                if part in form and len(form.replace(part, "")) < ENOUGH_BESIDES:
                    raise ValidationError(
                        _("Dit wachtwoord lijkt te veel op uw naam, uw e-mailadres of uw organisatie. Kies een ander."),
                        code="password_personal",
                    )

    def get_help_text(self) -> str:
        return ""


def too_long() -> str:
    """What to say about a password of more than 1,000 characters."""
    return _("Dit wachtwoord is te lang. Het mag hooguit 1.000 tekens hebben.")


def is_easily_guessed(password: str) -> bool:
    """Whether the password, undisguised, is in the list of leaked ones or is a pattern."""
    text = _plain(password)
    if len(set(text)) < 5 or _is_a_run(text):
        return True
    known = _known()
    for form in {text, text.translate(_LOOKS_LIKE), text.translate(_LOOKS_LIKE_L), *_repeated(text)}:
        word = _ENDS.sub("", form)
        if form in known or word in known or (word and any(piece in known for piece in _repeated(word))):
            return True
    stripped = _ENDS.sub("", text)
    undisguised = {stripped.translate(_LOOKS_LIKE), stripped.translate(_LOOKS_LIKE_L)}
    return any(form in known or any(piece in known for piece in _repeated(form)) for form in undisguised)


@cache
def _known() -> frozenset[str]:
    return frozenset(CommonPasswordValidator().passwords) | DUTCH


def _plain(text: str) -> str:
    """Small letters without accents and without spaces."""
    decomposed = unicodedata.normalize("NFKD", normal(text).casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter) and not letter.isspace())


def _repeated(text: str) -> set[str]:
    """``abc`` for ``abcabc`` and ``abcabcab``: what a text is made of if it is the same thing again and again."""
    return (
        {
            text[:size]
            for size in range(1, len(text) // 2 + 1)
            if (text[:size] * (len(text) // size + 1))[: len(text)] == text
        }
        if len(text) <= 64
        else set()
    )


def _is_a_run(text: str) -> bool:
    """Whether rows of the alphabet, the digits or the keyboard, forward or backward, make up nearly all of it."""
    rows = [row for each in _ROWS for row in (each * 2, each[::-1] * 2)]
    at = covered = 0
    while at < len(text):
        size = max((_run_length(text, at, row) for row in rows), default=0)
        covered += size if size >= _RUN else 0
        at += size if size >= _RUN else 1
    return len(text) - covered < _RUN


def _run_length(text: str, at: int, row: str) -> int:
    size = 1
    while at + size < len(text) + 1 and size <= len(row) and text[at : at + size] in row and at + size <= len(text):
        size += 1
    return size - 1


def _parts_of(user: "User") -> set[str]:
    local, _at, domain = (user.email or "").partition("@")
    texts = [user.name, local, *domain.split(".")[:-1]]
    if user.pk is not None:
        names = user.memberships.values_list("team__organisation__name", "team__name")
        texts += [name for pair in names for name in pair]
    words = {word for text in texts for word in re.split(r"[\W\d_]+", _plain_words(text))}
    words |= {_plain(text) for text in texts}
    return {word for word in words if len(word) >= SHORTEST_PART}


def _plain_words(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", normal(text).casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))
