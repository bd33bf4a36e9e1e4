"""The authenticator app: keys, codes (RFC 6238, by django-otp), replay and clocks.

A code is checked in three steps that each hold when many requests come at once:

1. reserve an attempt (:mod:`portal.accounts.guessing`);
2. compare the code with those of the step before, this step and the next;
3. move ``last_step`` forward, by compare-and-swap: a code counts once, and so does every older one.
"""

import hashlib
import secrets
from base64 import b32decode, b32encode
from urllib.parse import quote, urlencode

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django_otp.oath import TOTP

from . import guessing
from .digits import ascii_digits
from .guessing import Verification
from .models import TotpDevice, User
from .sealing import UnsealableError, seal, unseal

KEY_BYTES = 20  # RFC 4226, 4 R6: the length of a SHA-1 output
DIGITS = 6
PERIOD_SECONDS = 30
TOLERANCE_STEPS = 1
# A clock that is off is told from a wrong code up to twenty minutes; a code typed a bit late is no clock.
CLOCK_STEPS = 40
LATE_STEPS = 3
NEW_KEY_SECONDS = 60 * 60


class EnrolmentRefusedError(Exception):
    """No factor came of it; ``code`` is ``wrong``, ``clock`` (``minutes`` ahead) or ``gone`` (the leave to enrol)."""

    def __init__(self, code: str, *, minutes: int = 0) -> None:
        super().__init__(code)
        self.code = code
        self.minutes = minutes


def new_key() -> bytes:
    """A random key for a new device."""
    return secrets.token_bytes(KEY_BYTES)


def seal_key(key: bytes, *, user: User) -> str:
    """The key as it is stored."""
    return seal(key, owner=str(user.public_id))


def open_key(sealed: str, *, user: User) -> bytes:
    """The key that :func:`seal_key` hid.

    Raises:
        portal.accounts.sealing.UnsealableError: if it is not this user's, or was changed.
    """
    return unseal(sealed, owner=str(user.public_id))


def seal_new_key(key: bytes, *, user: User) -> str:
    """A key that is no factor yet, for the form that shows it: a page that is only looked at stores nothing."""
    return seal(int(timezone.now().timestamp()).to_bytes(8, "big") + key, owner=f"{user.public_id}/new-app")


def open_new_key(sealed: str, *, user: User) -> bytes:
    """The key that :func:`seal_new_key` hid in the last hour, for the same user.

    Raises:
        EnrolmentRefusedError: ``gone``.
    """
    try:
        plain = unseal(sealed, owner=f"{user.public_id}/new-app")
    except UnsealableError as error:
        raise EnrolmentRefusedError("gone") from error
    if timezone.now().timestamp() - int.from_bytes(plain[:8], "big") > NEW_KEY_SECONDS:
        raise EnrolmentRefusedError("gone")
    return plain[8:]


def as_base32(key: bytes) -> str:
    """The key as authenticator apps take it."""
    return b32encode(key).decode().rstrip("=")


def from_base32(text: str) -> bytes:
    """The key that :func:`as_base32` wrote."""
    return b32decode(text + "=" * (-len(text) % 8))


def provisioning_uri(key: bytes, *, user: User) -> str:
    """What the QR code says (the Key URI format that authenticator apps share)."""
    issuer = settings.OTP_TOTP_ISSUER.replace(":", "")
    query = urlencode({"secret": as_base32(key), "issuer": issuer, "digits": DIGITS, "period": 30}, quote_via=quote)
    return f"otpauth://totp/{quote(f'{issuer}:{user.email}')}?{query}"


def clean_code(text: str) -> str:
    """Six digits as ASCII, from digits of any script, with or without spaces and dashes; else the empty string."""
    return ascii_digits(text, length=DIGITS)


def matching_step(key: bytes, code: str, *, after: int = -1) -> int | None:
    """The time step whose code this is, if it is one of now and lies after the step ``after``."""
    cleaned = clean_code(code)
    totp = TOTP(key, digits=DIGITS)
    totp.time = timezone.now().timestamp()
    if cleaned and totp.verify(int(cleaned), tolerance=TOLERANCE_STEPS, min_t=after + 1):
        return int(totp.t())
    return None


def clock_offset(key: bytes, code: str) -> int | None:
    """How many steps ahead of ours (behind, if negative) a clock is that shows this code now; ``None`` for no clock.

    It looks up to twenty minutes to either side, so one wrong code in 12,000 is taken for a clock.
    """
    cleaned = clean_code(code)
    totp = TOTP(key, digits=DIGITS)
    totp.time = timezone.now().timestamp()
    for steps in range(TOLERANCE_STEPS + 1, CLOCK_STEPS + 1):
        for offset in (steps, -steps) if steps > LATE_STEPS else (steps,):
            totp.drift = offset
            if cleaned and totp.token() == int(cleaned):
                return offset
    return None


def minutes_of(offset: int) -> int:
    """Steps as whole minutes, never nought."""
    return round(offset * PERIOD_SECONDS / 60) or (1 if offset > 0 else -1)


def first_step(key: bytes, code: str) -> int:
    """The time step of the first code from a new app.

    Raises:
        EnrolmentRefusedError: ``wrong`` or ``clock``.
    """
    step = matching_step(key, code)
    if step is not None:
        return step
    offset = clock_offset(key, code)
    if offset is None:
        raise EnrolmentRefusedError("wrong")
    raise EnrolmentRefusedError("clock", minutes=minutes_of(offset))


def hash_token(token: str) -> str:
    """What is kept of an enrolment token. It is 256 random bits, so a plain hash does not give it away."""
    return hashlib.sha256(token.encode()).hexdigest()


def verify(*, device: TotpDevice, code: str, source: str) -> Verification:
    """Use a code. At most one of many simultaneous calls with one code succeeds.

    Args:
        source: :func:`portal.accounts.guessing.hash_source` of the caller's address.
    """
    attempt = guessing.reserve(device=device, source=source)
    if attempt.wait:
        return Verification(ok=False, code="wait", wait=attempt.wait)
    fresh = TotpDevice.objects.select_related("user").get(pk=device.pk)
    key = open_key(fresh.sealed_key, user=fresh.user)
    step = matching_step(key, code, after=fresh.last_step)
    if step is None or step in fresh.burnt_steps:
        return _explain(fresh, key=key, code=code)
    with transaction.atomic():
        moved = TotpDevice.objects.filter(pk=fresh.pk, confirmed=True, last_step__lt=step).update(last_step=step)
        if moved != 1:
            return Verification(ok=False, code="used")
        guessing.clear(device=fresh, source=source, attempt=attempt)
    return Verification(ok=True)


def _explain(device: TotpDevice, *, key: bytes, code: str) -> Verification:
    if matching_step(key, code) is not None:
        return Verification(ok=False, code="used")
    offset = clock_offset(key, code)
    if offset is None:
        return Verification(ok=False, code="wrong")
    step = this_step() + offset
    if step <= device.last_step:
        return Verification(ok=False, code="used")
    if offset > 0:
        _burn(device, step=step)
    return Verification(ok=False, code="clock", minutes=minutes_of(offset))


def this_step() -> int:
    """The time step of this moment."""
    return int(timezone.now().timestamp()) // PERIOD_SECONDS


@transaction.atomic
def _burn(device: TotpDevice, *, step: int) -> None:
    """A code of a time to come was tried, and the answer says so: it does not count when its time has come."""
    row = TotpDevice.objects.select_for_update().get(pk=device.pk)
    burnt = [kept for kept in row.burnt_steps if kept >= this_step() - TOLERANCE_STEPS]
    TotpDevice.objects.filter(pk=device.pk).update(burnt_steps=[*burnt, step])
