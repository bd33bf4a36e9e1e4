"""The authenticator app: keys, codes (RFC 6238, by django-otp), replay and guessing.

A code is checked in three steps that each hold when many requests come at once:

1. reserve an attempt, by compare-and-swap on the count of failures: of parallel attempts one gets through;
2. compare the code with those of the step before, this step and the next;
3. move ``last_step`` forward, by compare-and-swap: a code counts once, and so does every older one.
"""

import hashlib
import secrets
import unicodedata
from base64 import b32decode, b32encode
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import quote, urlencode

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django_otp.oath import TOTP

from .models import FactorSource, TotpDevice, User
from .sealing import seal, unseal

KEY_BYTES = 20  # RFC 4226, 4 R6: the length of a SHA-1 output
DIGITS = 6
TOLERANCE_STEPS = 1
FREE_FAILURES = 2
LONGEST_WAIT_SECONDS = 300
LONGEST_WAIT_OF_KNOWN_SOURCE_SECONDS = 60


@dataclass(frozen=True, kw_only=True)
class Verification:
    """Whether a code counted; ``code`` says why not: ``wrong``, ``used`` or ``wait``. ``wait`` is in seconds."""

    ok: bool
    code: str = ""
    wait: int = 0

    def __bool__(self) -> bool:
        return self.ok


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
    digits = []
    for character in text[:64]:
        if character.isspace() or unicodedata.category(character) in {"Cf", "Pd"}:
            continue  # also the invisible marks that right-to-left keyboards add
        value = unicodedata.decimal(character, None)
        if value is None:
            return ""
        digits.append(str(value))
    return "".join(digits) if len(digits) == DIGITS else ""


def matching_step(key: bytes, code: str, *, after: int = -1) -> int | None:
    """The time step whose code this is, if it is one of now and lies after the step ``after``."""
    cleaned = clean_code(code)
    totp = TOTP(key, digits=DIGITS)
    totp.time = timezone.now().timestamp()
    if cleaned and totp.verify(int(cleaned), tolerance=TOLERANCE_STEPS, min_t=after + 1):
        return int(totp.t())
    return None


def hash_token(token: str) -> str:
    """What is kept of an enrolment token. It is 256 random bits, so a plain hash does not give it away."""
    return hashlib.sha256(token.encode()).hexdigest()


def hash_source(address: str) -> str:
    """A network address as the list of a device's known addresses keeps it."""
    return hashlib.sha256(f"{settings.SECRET_KEY} factor source {address}".encode()).hexdigest() if address else ""


def verify(*, device: TotpDevice, code: str, source: str) -> Verification:
    """Use a code. At most one of many simultaneous calls with one code succeeds.

    Args:
        source: :func:`hash_source` of the caller's address. An address from which this device was used with success has
            a count of failures of its own; all others share one. So guessing from elsewhere does not stall the owner.
    """
    known = FactorSource.objects.filter(device=device, source=source).first() if source else None
    fresh = TotpDevice.objects.select_related("user").get(pk=device.pk)
    wait = _reserve_of_source(known) if known else _reserve_of_device(fresh)
    if wait:
        return Verification(ok=False, code="wait", wait=wait)
    key = open_key(fresh.sealed_key, user=fresh.user)
    step = matching_step(key, code, after=fresh.last_step)
    if step is None:
        used = matching_step(key, code) is not None
        return Verification(ok=False, code="used" if used else "wrong")
    with transaction.atomic():
        moved = TotpDevice.objects.filter(pk=fresh.pk, confirmed=True, last_step__lt=step).update(last_step=step)
        if moved != 1:
            return Verification(ok=False, code="used")
        if known is None:
            TotpDevice.objects.filter(pk=fresh.pk).update(throttling_failure_count=0, throttling_failure_timestamp=None)
        if source:
            FactorSource.objects.update_or_create(
                device=fresh, source=source, defaults={"failures": 0, "failed_at": None, "used_at": timezone.now()}
            )
    return Verification(ok=True)


def _wait(*, failures: int, since: timedelta, longest: int) -> int:
    """Seconds still to wait: 1, 2, 4, ... after the first failures, which cost nothing (people mistype)."""
    if failures <= FREE_FAILURES:
        return 0
    required = min(2 ** min(failures - FREE_FAILURES - 1, 20), longest)
    left = required - since.total_seconds()
    return max(0, int(left) + (left > int(left)))


def _reserve_of_device(device: TotpDevice) -> int:
    failures, failed_at = device.throttling_failure_count, device.throttling_failure_timestamp
    now = timezone.now()
    if failed_at is not None:
        wait = _wait(failures=failures, since=now - failed_at, longest=LONGEST_WAIT_SECONDS)
        if wait:
            return wait
    reserved = TotpDevice.objects.filter(
        pk=device.pk, throttling_failure_count=failures, throttling_failure_timestamp=failed_at
    ).update(throttling_failure_count=F("throttling_failure_count") + 1, throttling_failure_timestamp=now)
    return 0 if reserved == 1 else 1


def _reserve_of_source(source: FactorSource) -> int:
    now = timezone.now()
    if source.failed_at is not None:
        wait = _wait(
            failures=source.failures, since=now - source.failed_at, longest=LONGEST_WAIT_OF_KNOWN_SOURCE_SECONDS
        )
        if wait:
            return wait
    reserved = FactorSource.objects.filter(pk=source.pk, failures=source.failures, failed_at=source.failed_at).update(
        failures=F("failures") + 1, failed_at=now
    )
    return 0 if reserved == 1 else 1
