"""What guessing codes costs, so that the owner does not pay for a stranger's guesses.

An attempt is reserved, by compare-and-swap on a count of failures, before the code is looked at: of parallel attempts
one gets through. A network address from which the user used a factor with success has a count of its own; all others
share the one of the device.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone

from .models import FactorSource, RecoveryDevice, TotpDevice, User

FREE_FAILURES = 2
LONGEST_WAIT_SECONDS = 300
LONGEST_WAIT_OF_KNOWN_SOURCE_SECONDS = 60


@dataclass(frozen=True, kw_only=True)
class Verification:
    """Whether a code counted, and if not, why.

    ``code`` is ``wrong``, ``used``, ``wait`` (``wait`` seconds), ``clock`` (right, but for a clock that is ``minutes``
    ahead, or behind if negative), ``none`` (no such factor) or ``moved`` (the session went on elsewhere meanwhile).
    """

    ok: bool
    code: str = ""
    wait: int = 0
    minutes: int = 0

    def __bool__(self) -> bool:
        return self.ok


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """A reserved attempt, or how many seconds to ``wait`` for one."""

    wait: int
    known: bool


def hash_source(address: str) -> str:
    """A network address as the list of a user's known addresses keeps it."""
    return hashlib.sha256(f"{settings.SECRET_KEY} factor source {address}".encode()).hexdigest() if address else ""


def source_of(request: HttpRequest) -> str:
    """:func:`hash_source` of the address that a request comes from."""
    return hash_source(str(request.META.get("REMOTE_ADDR") or ""))


def reserve(*, device: TotpDevice | RecoveryDevice, source: str) -> Attempt:
    """Take one attempt for a device, from the count of failures that the address has or that strangers share."""
    known = FactorSource.objects.filter(user_id=device.user_id, source=source).first() if source else None
    wait = _reserve_of_source(known) if known else _reserve_of_device(device)
    return Attempt(wait=wait, known=known is not None)


@transaction.atomic
def clear(*, device: TotpDevice | RecoveryDevice, source: str, attempt: Attempt) -> None:
    """After a success: the count that the attempt was taken from is zero again, and the address is known."""
    if not attempt.known:
        type(device)._default_manager.filter(pk=device.pk).update(
            throttling_failure_count=0, throttling_failure_timestamp=None
        )
    remember(user=device.user, source=source)


def remember(*, user: User, source: str) -> None:
    """Somebody used a factor of this user with success at this address."""
    if source:
        FactorSource.objects.update_or_create(
            user=user, source=source, defaults={"failures": 0, "failed_at": None, "used_at": timezone.now()}
        )


def _wait(*, failures: int, since: timedelta, longest: int) -> int:
    """Seconds still to wait: 1, 2, 4, ... after the first failures, which cost nothing (people mistype)."""
    if failures <= FREE_FAILURES:
        return 0
    required = min(2 ** min(failures - FREE_FAILURES - 1, 20), longest)
    left = required - since.total_seconds()
    return max(0, int(left) + (left > int(left)))


def _still_to_wait(*, failures: int, failed_at: datetime | None, longest: int) -> int:
    return 0 if failed_at is None else _wait(failures=failures, since=timezone.now() - failed_at, longest=longest)


def _reserve_of_device(device: TotpDevice | RecoveryDevice) -> int:
    rows = type(device)._default_manager
    failures, failed_at = rows.values_list("throttling_failure_count", "throttling_failure_timestamp").get(pk=device.pk)
    wait = _still_to_wait(failures=failures, failed_at=failed_at, longest=LONGEST_WAIT_SECONDS)
    if wait:
        return wait
    reserved = rows.filter(
        pk=device.pk, throttling_failure_count=failures, throttling_failure_timestamp=failed_at
    ).update(throttling_failure_count=F("throttling_failure_count") + 1, throttling_failure_timestamp=timezone.now())
    return 0 if reserved == 1 else 1


def _reserve_of_source(source: FactorSource) -> int:
    wait = _still_to_wait(
        failures=source.failures, failed_at=source.failed_at, longest=LONGEST_WAIT_OF_KNOWN_SOURCE_SECONDS
    )
    if wait:
        return wait
    reserved = FactorSource.objects.filter(pk=source.pk, failures=source.failures, failed_at=source.failed_at).update(
        failures=F("failures") + 1, failed_at=timezone.now()
    )
    return 0 if reserved == 1 else 1
