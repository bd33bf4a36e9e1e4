"""Factories for who is who: municipalities, organisations, teams, users, memberships."""

from base64 import b32encode
from datetime import timedelta

import factory
from django.utils import timezone
from django_otp.oath import TOTP
from factory.django import DjangoModelFactory

from portal.accounts.enums import OrganisationKind, Role
from portal.accounts.factors import open_key, seal_key
from portal.accounts.models import Centre, Membership, Municipality, Organisation, Team, TotpDevice, User

PASSWORD = "correct paard batterij nietje"
TOTP_KEY = b"a key of 20 bytes..."


class MunicipalityFactory(DjangoModelFactory):
    class Meta:
        model = Municipality
        django_get_or_create = ("code",)

    code = factory.Sequence(lambda n: f"GM{n + 2000:04}")
    name = factory.LazyAttribute(lambda row: f"Gemeente {row.code}")
    slug = factory.LazyAttribute(lambda row: row.code.lower())


class CentreFactory(DjangoModelFactory):
    class Meta:
        model = Centre

    name = factory.Sequence(lambda n: f"Azc {n}")
    municipality = factory.SubFactory(MunicipalityFactory)


class OrganisationFactory(DjangoModelFactory):
    class Meta:
        model = Organisation

    name = factory.Sequence(lambda n: f"Organisatie {n}")
    kind = OrganisationKind.JGZ_MUNICIPALITY
    municipality = factory.SubFactory(MunicipalityFactory)
    contact_email = factory.Sequence(lambda n: f"organisatie-{n}@example.org")
    active_from = factory.LazyFunction(lambda: timezone.now() - timedelta(days=30))


class TeamFactory(DjangoModelFactory):
    """A team; ``serves=[municipality, …]`` names whom it serves, by default the municipality of its organisation."""

    class Meta:
        model = Team
        skip_postgeneration_save = True

    organisation = factory.SubFactory(OrganisationFactory)
    name = factory.Sequence(lambda n: f"Team {n}")
    mailbox = factory.Sequence(lambda n: f"team-{n}@example.org")
    active_from = factory.LazyFunction(lambda: timezone.now() - timedelta(days=30))

    @factory.post_generation
    def serves(self, create, extracted, **kwargs):
        if not create:
            return
        if extracted is None:
            extracted = [self.organisation.municipality] if self.organisation.municipality else []
        self.serves.set(extracted)


class UserFactory(DjangoModelFactory):
    """An active user with the password :data:`PASSWORD` and no second factor."""

    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"medewerker-{n}@example.org")
    name = factory.Sequence(lambda n: f"Medewerker {n}")
    password = factory.django.Password(PASSWORD)


class MembershipFactory(DjangoModelFactory):
    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    team = factory.SubFactory(TeamFactory)
    role = Role.RECEIVER
    active_from = factory.LazyFunction(lambda: timezone.now() - timedelta(days=10))


class TotpDeviceFactory(DjangoModelFactory):
    """A confirmed authenticator app; :func:`code_for` gives its codes."""

    class Meta:
        model = TotpDevice

    user = factory.SubFactory(UserFactory)
    name = "Authenticator"
    sealed_key = factory.LazyAttribute(lambda row: seal_key(TOTP_KEY, user=row.user))


def member(role: Role | str = Role.RECEIVER, *, team: Team | None = None, kind: str | None = None, **user) -> User:
    """A user with one role, in ``team`` or in a new team of an organisation of this kind."""
    if team is None:
        team = TeamFactory(organisation__kind=kind or OrganisationKind.JGZ_MUNICIPALITY)
    return MembershipFactory(user=UserFactory(**user), team=team, role=role).user


def code_for(user: User, *, steps: int = 0) -> str:
    """The code that the user's app shows ``steps`` half minutes from now."""
    device = TotpDevice.objects.get(user=user, confirmed=True)
    return code_of(open_key(device.sealed_key, user=user), steps=steps)


def code_of(key: bytes, *, steps: int = 0) -> str:
    """The code of a key, ``steps`` half minutes from now."""
    totp = TOTP(key, drift=steps)
    totp.time = timezone.now().timestamp()
    return f"{totp.token():06}"


def base32(key: bytes) -> str:
    """A key as authenticator apps take it."""
    return b32encode(key).decode()
