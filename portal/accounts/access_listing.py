"""Who has access to an organisation: the rows of the list and of its export."""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django_otp_webauthn.models import WebAuthnCredential

from .models import Membership, Organisation, TotpDevice

HOSTILE_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


@dataclass(frozen=True, kw_only=True)
class Row:
    """One role of one user. Times may be empty; ``factors`` are kinds, never keys."""

    membership: Membership
    name: str
    address: str
    team: str
    granted: str
    since: datetime
    until: datetime | None
    granted_by: str
    reason: str
    last_sign_in: datetime | None
    factors: list[str]
    state: str


def rows_of(organisation: Organisation) -> list[Row]:
    """All roles in an organisation, present ones first, then those that ended."""
    memberships = list(
        Membership.objects.filter(team__organisation=organisation)
        .select_related("user", "team", "granted_by")
        .order_by("user__name", "team__name", "role", "pk")
    )
    users = {row.user_id for row in memberships}
    apps = set(TotpDevice.objects.filter(user__in=users, confirmed=True).values_list("user_id", flat=True))
    keys = set(WebAuthnCredential.objects.filter(user__in=users, confirmed=True).values_list("user_id", flat=True))
    now = timezone.now()
    rows = [_row(each, apps=apps, keys=keys, now=now) for each in memberships]
    return sorted(rows, key=lambda row: row.until is not None and row.until <= now)


def _row(each: Membership, *, apps: set[int], keys: set[int], now: datetime) -> Row:
    kinds = [_("app")] if each.user_id in apps else []
    return Row(
        membership=each,
        name=each.user.name,
        address=each.user.email or "",
        team=each.team.name,
        granted=each.get_role_display(),
        since=each.active_from,
        until=each.active_until,
        granted_by=each.granted_by.name if each.granted_by else "",
        reason=each.reason,
        last_sign_in=each.user.last_login,
        factors=kinds + ([_("sleutel")] if each.user_id in keys else []),
        state=_state(each, now=now),
    )


def _state(each: Membership, *, now: datetime) -> str:
    if each.active_until is not None and each.active_until <= now:
        return _("gestopt")
    if each.user.dormant_since is not None:
        return _("account slaapt")
    if not each.user.is_active:
        return _("account geblokkeerd")
    return _("actief") if each.active_from <= now else _("begint later")


def _headings() -> list[str]:
    return [
        _("Naam"),
        _("E-mailadres"),
        _("Team"),
        _("Rol"),
        _("Van"),
        _("Tot"),
        _("Gegeven door"),
        _("Reden"),
        _("Laatst ingelogd"),
        _("Extra controle"),
        _("Stand"),
    ]


def as_csv(rows: Iterable[Row]) -> str:
    """The list as CSV (RFC 4180) for a spreadsheet, with a byte order mark; no cell is taken for a formula there."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(_headings())
    for row in rows:
        writer.writerow([_harmless(cell) for cell in _cells(row)])
    return out.getvalue()


def _cells(row: Row) -> Iterator[str]:
    yield from (row.name, row.address, row.team, row.granted, _date(row.since), _date(row.until))
    yield from (row.granted_by, row.reason, _date(row.last_sign_in), ", ".join(row.factors), row.state)


def _date(at: datetime | None) -> str:
    return date_format(timezone.localtime(at), "Y-m-d H:i") if at else ""


def _harmless(cell: str) -> str:
    """With an apostrophe before whatever a spreadsheet would compute (OWASP, CSV injection)."""
    return f"'{cell}" if cell.lstrip(" ").startswith(HOSTILE_STARTS) else cell
