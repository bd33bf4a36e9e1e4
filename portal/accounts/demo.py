"""Accounts of a demo: anybody can derive their passwords, so they exist and work in a demo (or a test) only."""

import base64
import hashlib
import hmac
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from . import factors
from .enums import Role
from .models import DemoAccount, EnrolmentTicket, Invitation, Team, TotpDevice, User


def is_demo() -> bool:
    """Whether the settings are those of a demo or a test run. No environment variable can say so."""
    return getattr(settings, "IS_DEMO", False) is True or getattr(settings, "IS_TEST", False) is True


def may_sign_in(user: User) -> bool:
    """Whether this user may sign in here: a demo's user, carried along in a copied database, may not in production."""
    return is_demo() or not DemoAccount.objects.filter(user=user).exists()


def _derive(purpose: str, *, seed: str, email: str) -> bytes:
    return hmac.new(f"demo {purpose} {seed}".encode(), email.encode(), hashlib.sha256).digest()


def password_of(*, seed: str, email: str) -> str:
    """The demo password of an account."""
    text = base64.b32encode(_derive("password", seed=seed, email=email)).decode().lower()
    return f"demo-{text[:5]}-{text[5:10]}-{text[10:15]}"


def totp_key_of(*, seed: str, email: str) -> bytes:
    """The demo authenticator key of an account."""
    return _derive("totp", seed=seed, email=email)[: factors.KEY_BYTES]


def _enrolment_token(*, seed: str, email: str) -> str:
    return base64.urlsafe_b64encode(_derive("enrolment", seed=seed, email=email)).decode().rstrip("=")


@transaction.atomic
def create_demo_account(
    *,
    email: str,
    name: str,
    team: Team,
    roles: list[Role] | tuple[Role, ...],
    first_page: str,
    seed: str | int,
    language: str = "nl",
    with_factor: bool = True,
    password_only: bool = False,
    languages: tuple[str, ...] = (),
) -> User:
    """Make an account of the demo, or add roles to it; calling it again changes nothing.

    Args:
        first_page: the local address where the account starts.
        seed: what password and authenticator key are derived from, together with the address.
        with_factor: ``False`` leaves enrolment to the first sign-in: the first page is then an enrolment link.
        languages: what a translator translates.
        password_only: an account that never gets a second factor, to show that a password opens nothing.

    Raises:
        ImproperlyConfigured: outside a demo or a test.
    """
    from .services import grant_membership

    if not is_demo():
        raise ImproperlyConfigured("demo accounts exist in demo settings only")
    email, seed = email.strip().lower(), str(seed)
    user = User.objects.filter(email=email).first()
    if user is None:
        user = User.objects.create_user(email, password_of(seed=seed, email=email), name=name, language=language)
    account, _ = DemoAccount.objects.update_or_create(
        user=user,
        defaults={
            "seed": seed,
            "first_page": first_page,
            "with_factor": with_factor and not password_only,
            "password_only": password_only,
        },
    )
    for role in roles:
        grant_membership(granted_by=None, user=user, team=team, role=Role(role), reason="demo", languages=languages)
    if account.with_factor and not TotpDevice.objects.filter(user=user, confirmed=True).exists():
        key = factors.seal_key(totp_key_of(seed=seed, email=email), user=user)
        TotpDevice.objects.create(user=user, name="Authenticator", confirmed=True, sealed_key=key)
    return user


@dataclass(frozen=True, kw_only=True)
class PersonDoor:
    """How a person of the demo comes in: the address in an access letter, and the birth date (ISO 8601)."""

    first_page: str
    birth_date: str


_open_door: list[Callable[[DemoAccount], PersonDoor]] = []


def on_person_listed(opener: Callable[[DemoAccount], PersonDoor]) -> None:
    """Register who knows the letters of persons; accounts do not."""
    if opener not in _open_door:
        _open_door.append(opener)


@dataclass(frozen=True, kw_only=True)
class Listed:
    """One account as ``demo_accounts`` shows it.

    A person with a dossier has no mail address, password or app: ``first_page`` is a letter that works together with
    ``birth_date``, and the passkey is the visitor's own.
    """

    email: str
    password: str
    totp_secret: str
    roles: list[str]
    languages: list[str]
    organisation: str
    kind: str
    municipality: str
    first_page: str
    invitations: list[str]
    birth_date: str = ""


def listing() -> list[dict[str, Any]]:
    """All demo accounts with what one needs to sign in as any of them.

    An account that enrols on its first sign-in gets a ticket that is good from now, if it has none; a person a letter.
    """
    accounts = DemoAccount.objects.select_related("user").prefetch_related(
        "user__memberships__team__organisation__municipality"
    )
    return [asdict(_listed(account)) for account in accounts]


def _listed_person(account: DemoAccount) -> Listed:
    door = _open_door[0](account)
    return Listed(
        email="",
        password="",
        totp_secret="",
        roles=[Role.PERSON.value],
        languages=[],
        organisation="",
        kind="",
        municipality="",
        first_page=door.first_page,
        invitations=[],
        birth_date=door.birth_date,
    )


def _listed(account: DemoAccount) -> Listed:
    if account.user.person_id is not None:
        return _listed_person(account)
    user, email = account.user, str(account.user.email)
    memberships = [row for row in user.memberships.all() if row.active_until is None]
    organisation = memberships[0].team.organisation if memberships else None
    first_page, key = account.first_page, totp_key_of(seed=account.seed, email=email)
    secret = "" if account.password_only else factors.as_base32(key)
    if not account.with_factor and not account.password_only:
        device = TotpDevice.objects.filter(user=user, confirmed=True).first()
        if device is None:
            token = _enrolment_token(seed=account.seed, email=email)
            _renew_ticket(account, token=token, key=key)
            first_page = reverse("accounts:enrol", args=[token])
    return Listed(
        email=email,
        password=password_of(seed=account.seed, email=email),
        totp_secret=secret,
        roles=sorted({row.role for row in memberships}),
        languages=sorted({code for row in memberships for code in row.languages}),
        organisation=organisation.name if organisation else "",
        kind=organisation.kind if organisation else "",
        municipality=organisation.municipality.name if organisation and organisation.municipality else "",
        first_page=first_page,
        invitations=_invitations_of(account),
    )


def invitation_token(*, seed: str, email: str) -> str:
    """The token of the demo's invitation to an address."""
    return base64.urlsafe_b64encode(_derive("invitation", seed=seed, email=email)).decode().rstrip("=")


def _invitations_of(account: DemoAccount) -> list[str]:
    """Where the people begin whom this account invited; a link that ran out is good again from now."""
    links = []
    for row in Invitation.objects.filter(invited_by=account.user, accepted_at=None, revoked_at=None):
        token = invitation_token(seed=account.seed, email=row.email)
        if row.token_hash == factors.hash_token(token):
            links.append(reverse("accounts:invitation", args=[token]))
            now = timezone.now()
            stale = Invitation.objects.filter(pk=row.pk, expires_at__lte=now)
            stale.update(created_at=now, expires_at=now + timedelta(hours=72))
    return links


def _renew_ticket(account: DemoAccount, *, token: str, key: bytes) -> None:
    from .services import issue_enrolment

    sealed = factors.seal_key(key, user=account.user)
    with transaction.atomic():
        token_hash = factors.hash_token(token)
        good = EnrolmentTicket.objects.filter(token_hash=token_hash, used_at=None, expires_at__gt=timezone.now())
        if not good.exists():
            issue_enrolment(granted_by=None, user=account.user, token=token)
            good.update(sealed_key=sealed)
