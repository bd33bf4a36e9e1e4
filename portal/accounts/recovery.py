"""Recovery codes: a factor on paper, for who lost the others.

A code is 25 digits, 83 random bits, so that it can be typed on every keyboard and in every script. It is shown once. A
hash is kept, keyed with a random key per set of codes, which is itself sealed as authenticator keys are.
"""

import hashlib
import hmac
import secrets

from django.db import transaction
from django.utils import timezone

from . import guessing
from .digits import ascii_digits
from .guessing import Verification
from .models import RecoveryCode, RecoveryDevice, User
from .sealing import seal, unseal

CODES = 10
DIGITS = 25
GROUP = 5
KEY_BYTES = 32


def new_codes() -> list[str]:
    """Ten codes as they are shown: five groups of five digits."""
    return [_grouped(f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}") for _ in range(CODES)]


def _grouped(digits: str) -> str:
    return "-".join(digits[at : at + GROUP] for at in range(0, DIGITS, GROUP))


def clean_code(text: str) -> str:
    """25 digits as ASCII, from digits of any script, with or without spaces and dashes; else the empty string."""
    return ascii_digits(text, length=DIGITS)


@transaction.atomic
def keep(*, user: User, codes: list[str]) -> RecoveryDevice:
    """Keep the hashes of new codes; earlier ones, and what they verified, end here."""
    RecoveryDevice.objects.filter(user=user).delete()
    key = secrets.token_bytes(KEY_BYTES)
    device = RecoveryDevice.objects.create(user=user, name="Recovery", sealed_key=_seal(key, user=user))
    RecoveryCode.objects.bulk_create(RecoveryCode(device=device, code_hash=_hash(key, code)) for code in codes)
    return device


def verify(*, device: RecoveryDevice, code: str, source: str) -> Verification:
    """Use a code. At most one of many simultaneous calls with one code succeeds.

    Args:
        source: :func:`portal.accounts.guessing.hash_source` of the caller's address.
    """
    attempt = guessing.reserve(device=device, source=source)
    if attempt.wait:
        return Verification(ok=False, code="wait", wait=attempt.wait)
    key = unseal(device.sealed_key, owner=_owner(device.user))
    found = RecoveryCode.objects.filter(device=device, code_hash=_hash(key, code))
    with transaction.atomic():
        if found.filter(used_at=None).update(used_at=timezone.now()) != 1:
            return Verification(ok=False, code="used" if found.exists() else "wrong")
        guessing.clear(device=device, source=source, attempt=attempt)
    return Verification(ok=True)


def left(*, user: User) -> int:
    """How many codes of a user can still be used."""
    return RecoveryCode.objects.filter(device__user=user, device__confirmed=True, used_at=None).count()


def _owner(user: User) -> str:
    return f"{user.public_id}/recovery"


def _seal(key: bytes, *, user: User) -> str:
    return seal(key, owner=_owner(user))


def _hash(key: bytes, code: str) -> str:
    return hmac.new(key, clean_code(code).encode(), hashlib.sha256).hexdigest()
