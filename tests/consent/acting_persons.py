"""Somebody with a dossier who signed in alone: as an actor, and as a browser."""

from datetime import timedelta

from django.test import Client
from django.utils import timezone

from consent.models import Person
from portal.accounts.actor import Actor
from portal.accounts.services import person_account
from portal.audit.actor import Who
from tests.signing_in import sign_in


def person_actor(person: Person, *, factor_age: timedelta = timedelta(0)) -> Actor:
    """The actor that the portal makes of a person who signed in alone."""
    user = person_account(person_id=person.public_id, language="nl")
    return Actor(
        user_pk=user.pk,
        user_id=user.public_id,
        person_id=person.public_id,
        signed_in=True,
        factor_at=timezone.now() - factor_age,
        who=Who(kind="person", user_id=str(user.public_id), role="person", on_behalf_of=str(person.public_id)),
    )


def alone(reader: Person, *, factor_age: float = 0) -> Client:
    """The browser of a person who signed in alone."""
    return sign_in(Client(), person_account(person_id=reader.public_id, language="nl"), factor_age=factor_age)
