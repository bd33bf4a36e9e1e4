"""Guessing passwords: who is slowed down, who has to wait, and how nobody can shut somebody else out for long.

Each count is the same for accounts that exist and that do not:

- one account from one address, and one address for all accounts (*password spraying*): a quarter of an hour, by
  django-axes;
- one account from everywhere: slower and slower, five minutes at most. It does not touch an address that made few
  mistakes with this account itself: a stranger elsewhere cannot shut the owner out, not even for those five minutes;
- one account in a browser that its owner signed in with before: its own count, one minute at most. The others do not
  touch it, so a stranger behind the same office address cannot shut the owner out there either.
"""

import unicodedata
from datetime import timedelta
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import F, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.crypto import salted_hmac

from portal import proxies

from .models import SignInPace

FREE_FAILURES = 5
LONGEST_WAIT_SECONDS = 300
LONGEST_WAIT_OF_KNOWN_DEVICE_SECONDS = 60
KEPT_FOR = timedelta(days=1)
LOCKED_FOR = timedelta(minutes=15)


def address_of(request: HttpRequest) -> str:
    """The address that attempts are counted under: see :func:`portal.proxies.subscriber`.

    Whoever comes without one (a Unix socket and no ``TRUSTED_PROXIES``) shares a count with the others who do.
    """
    return proxies.subscriber(str(request.META.get("REMOTE_ADDR") or "")) or "0.0.0.0"  # noqa: S104  no socket here


def counted_name(email: str) -> str:
    """The name that attempts are counted under, the same for every spelling that may mean one account.

    Full width, case, accents, the Turkish dotless i, spaces and invisible characters make no difference.
    """
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", email).casefold())
    kept = (letter for letter in folded if unicodedata.category(letter) not in {"Mn", "Cf", "Cc", "Zs", "Zl", "Zp"})
    return "".join(kept).replace("ı", "i")[:255]


def counted_name_of(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """What django-axes calls the account of an attempt."""
    given = credentials or {}
    return counted_name(str(given.get("email") or given.get("username") or request.POST.get("email") or ""))


def reserve(*, name: str, device: str, address: str) -> int:
    """Reserve one attempt before the password is looked at. Of many at once, one gets through.

    Args:
        name: :func:`counted_name` of what was typed.
        device: the hash of a device that this account's owner signed in with before; empty if it is none.
        address: :func:`address_of` the request.

    Returns:
        Seconds to wait; 0 when the attempt may be made, which then counts as a failure until :func:`forgive`.
    """
    if device:
        return _reserve(_row(name, device=device), free=FREE_FAILURES, longest=LONGEST_WAIT_OF_KNOWN_DEVICE_SECONDS)
    own, everywhere = _row(name, address=address), _row(name)
    if own.failures < FREE_FAILURES:
        wait = _reserve(own, free=FREE_FAILURES, longest=LONGEST_WAIT_SECONDS)
        if not wait:
            now = timezone.now()
            SignInPace.objects.filter(pk=everywhere.pk).update(
                failures=F("failures") + 1, failed_at=now, touched_at=now
            )
        return wait
    return _reserve(everywhere, free=FREE_FAILURES, longest=LONGEST_WAIT_SECONDS)


def forgive(*, name: str, device: str, address: str) -> None:
    """The password was right: the counts that :func:`reserve` used begin anew, and no others."""
    keys = [_key(name, device=device)] if device else [_key(name, address=address), _key(name)]
    SignInPace.objects.filter(key__in=keys).update(failures=0, failed_at=None)


def _key(name: str, *, device: str = "", address: str = "") -> str:
    return salted_hmac("portal.accounts.lockout", f"{name}\n{device}\n{address}", algorithm="sha256").hexdigest()


def _row(name: str, *, device: str = "", address: str = "") -> SignInPace:
    return SignInPace.objects.get_or_create(key=_key(name, device=device, address=address))[0]


def _reserve(row: SignInPace, *, free: int, longest: int) -> int:
    now = timezone.now()
    if row.failed_at is not None and row.failures > free:
        required = min(2 ** min(row.failures - free - 1, 20), longest)
        # A clock that went back makes nobody wait for longer than that.
        left = min(required, required - (now - row.failed_at).total_seconds())
        if left > 0:
            return max(1, int(left) + (left > int(left)))
    reserved = SignInPace.objects.filter(pk=row.pk, failures=row.failures, failed_at=row.failed_at).update(
        failures=F("failures") + 1, failed_at=now, touched_at=now
    )
    return 0 if reserved == 1 else 1


def clear_paces() -> int:
    """Remove counts that nobody added to for a day. Looks first: a DELETE for nothing takes SQLite's write lock too."""
    old = SignInPace.objects.filter(touched_at__lt=timezone.now() - KEPT_FOR)
    return old.delete()[0] if old.exists() else 0


class LockoutHandler(AxesDatabaseHandler):
    """django-axes with a limit of its own for the address alone, and without a way to wipe that count.

    A known device (``request.known_device``) is neither counted nor stopped here: :func:`reserve` does both for it.
    """

    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        """Failures against ``AXES_FAILURE_LIMIT``; those of the address are scaled from their own limit to that one."""
        by_account, by_address = (
            attempts.aggregate(total=Sum("failures_since_start"))["total"] or 0
            for attempts in self.get_user_attempts(request, credentials)
        )
        return max(by_account, by_address * settings.AXES_FAILURE_LIMIT // settings.LOCKOUT_ADDRESS_LIMIT)

    def is_whitelisted(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> bool:
        return bool(getattr(request, "known_device", "")) or super().is_whitelisted(request, credentials)

    def reset_user_attempts(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        """After a success: the count of this account from this address, not that of the address.

        Otherwise somebody with one account of their own could go on guessing at all others for ever.
        """
        name = counted_name_of(request, credentials)
        address = request.axes_ip_address  # type: ignore[attr-defined]  # set by axes
        return int(AccessAttempt.objects.filter(username=name, ip_address=address).delete()[0])


def locked_out(request: HttpRequest, response: HttpResponse | None = None, credentials: Any = None) -> HttpResponse:
    """Too many wrong attempts, for a mail address that exists or does not."""
    return wait_page(request, seconds=int(LOCKED_FOR.total_seconds()))


def wait_page(request: HttpRequest, *, seconds: int) -> HttpResponse:
    """How long to wait, and what else one can do."""
    minutes = -(-seconds // 60)
    page = render(request, "accounts/locked_out.html", {"seconds": seconds, "minutes": minutes}, status=429)
    page["Retry-After"] = str(seconds)
    return page
