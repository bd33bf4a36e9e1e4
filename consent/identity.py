"""A person's direct identifiers: cleaned, sealed with the person's own key, and found through keyed indexes."""

import base64
import json
import re
import unicodedata
import uuid
from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.vault.crypto import SubjectCipher, blind_index

if TYPE_CHECKING:
    from .models import Person

V_NUMBER = re.compile(r"V\d{10}")
EARLIEST_BIRTH = date(1900, 1, 1)
# The zero-width joiner and non-joiner are part of ordinary Persian spelling.
JOINERS = {"\u200c", "\u200d"}


class Erased(Exception):
    """The key of this person is gone: nobody can read the identity any more."""


@dataclass(frozen=True, kw_only=True)
class Identity:
    """What names a person. ``v_number`` is empty for an adult who has none."""

    v_number: str
    name: str
    birth_date: date
    email: str = ""
    phone: str = ""


def normalise_v_number(text: str) -> str:
    """``V`` and ten digits, whatever the case, the spaces, dots and dashes, and the script of the digits.

    Raises:
        django.core.exceptions.ValidationError: with a sentence for the reader, if it is no V-number.
    """
    folded = unicodedata.normalize("NFKC", text).upper()
    kept = []
    for character in folded:
        if character.isdecimal():
            kept.append(str(unicodedata.decimal(character)))
        elif character not in " .-_\t" and unicodedata.category(character) not in ("Cf", "Zs", "Pd"):
            kept.append(character)
    value = "".join(kept)
    if not V_NUMBER.fullmatch(value):
        raise ValidationError(
            _("Vul het V-nummer in: de letter V en 10 cijfers. Bijvoorbeeld V0123456789."), code="v_number"
        )
    return value


def clean_name(text: str) -> str:
    """The name with single spaces.

    Raises:
        django.core.exceptions.ValidationError: if it is empty, too long, has no letter, or holds control characters or
            marks that turn the direction of text around (which make one name look like another).
    """
    name = " ".join(unicodedata.normalize("NFC", text).split())
    if not any(character.isalpha() for character in name):
        raise ValidationError(_("Vul een naam in, met letters."), code="name_empty")
    if len(name) > 120:
        raise ValidationError(_("Deze naam is te lang. Gebruik niet meer dan 120 tekens."), code="name_long")
    for character in name:
        if unicodedata.category(character) in ("Cc", "Cf", "Co", "Cn", "Cs", "So") and character not in JOINERS:
            raise ValidationError(
                _("Er staat een onzichtbaar teken of een plaatje in de naam. Typ de naam opnieuw, alleen met letters."),
                code="name_characters",
            )
    return name


def clean_birth_date(value: date, *, today: date) -> date:
    """The date itself.

    Raises:
        django.core.exceptions.ValidationError: if it lies in the future or before 1900.
    """
    if value > today:
        raise ValidationError(_("De geboortedatum ligt in de toekomst. Kijk de datum na."), code="birth_future")
    if value < EARLIEST_BIRTH:
        raise ValidationError(_("De geboortedatum ligt voor 1900. Kijk de datum na."), code="birth_early")
    return value


def name_of(person: "Person") -> str:
    """The name, or that it was erased."""
    try:
        return person.name
    except Erased:
        return gettext("(gewist)")


def birth_date_of(person: "Person") -> date | None:
    """The birth date; nothing if it was erased."""
    try:
        return person.birth_date
    except Erased:
        return None


def v_number_index(v_number: str) -> str:
    """The index under which a normalised V-number is unique."""
    return blind_index(v_number, "consent.person.v_number")


def lookup_index(v_number: str, birth_date: date) -> str:
    """The index that finds a person who tells V-number and birth date."""
    return blind_index(f"{v_number}|{birth_date.isoformat()}", "consent.person.lookup")


def seal_identity(wrapped_key: bytes, public_id: uuid.UUID, identity: Identity) -> bytes:
    """The identity as one blob that opens for this person only."""
    text = json.dumps({**asdict(identity), "birth_date": identity.birth_date.isoformat()}, ensure_ascii=False)
    return SubjectCipher.seal(wrapped_key, text.encode(), _context("identity", public_id))


def open_identity(person: "Person", *, sealed: bytes | None = None) -> Identity:
    """The identity of a stored person.

    Args:
        sealed: an earlier blob of the same person, from the row history.

    Raises:
        Erased: if the key is gone.
        portal.vault.errors.Unreadable: if the blob was changed or belongs to another.
    """
    blob = bytes(person.identity) if sealed is None else sealed
    opened = SubjectCipher.open(_key_of(person), blob, _context("identity", person.public_id))
    fields = json.loads(opened)
    return Identity(**{**fields, "birth_date": date.fromisoformat(fields["birth_date"])})


def seal_private(person: "Person", words: dict[str, str], *, context: uuid.UUID) -> bytes:
    """Free text about a person, sealed with that person's key and bound to the row ``context``."""
    text = json.dumps(words, ensure_ascii=False, sort_keys=True)
    return SubjectCipher.seal(_key_of(person), text.encode(), _context("words", context))


def open_private(person: "Person", sealed: bytes, *, context: uuid.UUID) -> dict[str, str]:
    """What :func:`seal_private` sealed; nothing at all if the person was erased."""
    try:
        key = _key_of(person)
    except Erased:
        return {}
    words: dict[str, str] = json.loads(SubjectCipher.open(key, sealed, _context("words", context)))
    return words


def seal_of_two(subject: "Person", signer: "Person", words: dict[str, str], *, context: uuid.UUID) -> bytes:
    """What somebody says or leaves about another: sealed with the keys of both, so that erasing either destroys it.

    Somebody who signs about the own data has one key, and it is sealed once.
    """
    if signer.pk == subject.pk:
        return seal_private(subject, words, context=context)
    inner = base64.b64encode(seal_private(signer, words, context=context)).decode()
    return seal_private(subject, {"sealed": inner}, context=context)


def open_of_two(subject: "Person", signer: "Person", sealed: bytes, *, context: uuid.UUID) -> dict[str, str]:
    """What :func:`seal_of_two` sealed; nothing at all once one of the two was erased."""
    words = open_private(subject, sealed, context=context)
    if signer.pk == subject.pk or not words:
        return words
    return open_private(signer, base64.b64decode(words["sealed"]), context=context)


def _key_of(person: "Person") -> bytes:
    from .models import SubjectKey  # models imports this module

    try:
        return bytes(person.subject_key.wrapped)
    except SubjectKey.DoesNotExist:
        raise Erased(str(person.public_id)) from None


def _context(kind: str, public_id: uuid.UUID) -> bytes:
    return f"consent:{kind}:{public_id}".encode()
