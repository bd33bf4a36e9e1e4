"""Editors of every kind, signed in, for tests of the Wagtail admin."""

from collections.abc import Iterable
from typing import Any

from django.test import Client

from pages.editors import grant_editing
from portal.accounts.enums import OrganisationKind, Role
from portal.accounts.models import Organisation, Team, User
from portal.accounts.services import grant_membership
from tests.factories import OrganisationFactory, TeamFactory, UserFactory
from tests.signing_in import sign_in


def region() -> Organisation:
    """The organisation of the region itself, whose pages have no owner."""
    return Organisation.objects.filter(kind=OrganisationKind.REGION).first() or OrganisationFactory(
        kind=OrganisationKind.REGION, municipality=None
    )


def editor(
    *roles: Role, organisation: Organisation | None = None, languages: Iterable[str] = (), **user: Any
) -> tuple[Client, User]:
    """A client that is signed in with the second factor, and the user."""
    organisation = organisation or region()
    team = Team.objects.filter(organisation=organisation).first() or TeamFactory(organisation=organisation)
    person = UserFactory(**user)
    for role in roles:
        grant_membership(granted_by=None, user=person, team=team, role=role, reason="", languages=languages)
    return sign_in(Client(), person, team=team), person


def writer(**kwargs: Any) -> Client:
    """Writes; does not publish."""
    return editor(Role.EDITOR, **kwargs)[0]


def publisher(**kwargs: Any) -> Client:
    """Publishes."""
    return editor(Role.PUBLISHER, **kwargs)[0]


def translator(*languages: str) -> Client:
    """Translates into these languages."""
    return editor(Role.TRANSLATOR, languages=languages)[0]


def sign_in_as(client: Client, sign_in: Any, role: Role, *, languages: Iterable[str] = ()) -> User:
    """Signs this client in as somebody of the region in that role, on the pages that are there now."""
    grant_editing()
    team = Team.objects.filter(organisation=region()).first() or TeamFactory(organisation=region())
    person = UserFactory()
    grant_membership(granted_by=None, user=person, team=team, role=role, reason="", languages=languages)
    sign_in(client, person, team=team)
    return person
