"""A person of the demo who comes in by a letter: anybody can derive its token, so it exists in a demo only."""

import hashlib
import hmac

from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from portal.accounts.actor import Actor
from portal.accounts.demo import PersonDoor, is_demo
from portal.accounts.models import DemoAccount, Team
from portal.accounts.services import person_account

from .enums import IdentityCheck, LetterEnd
from .letters import ALPHABET, LENGTH, hash_of
from .models import AccessLetter, Person
from .policy import ACCESS_LETTER_LASTS
from .services.letters import issue_access_letter


@transaction.atomic
def create_demo_person(*, actor: Actor, team: Team, person: Person, language: str, seed: str | int) -> DemoAccount:
    """Make the account of a person, with a first letter; calling it again changes nothing.

    Raises:
        ImproperlyConfigured: outside a demo or a test.
    """
    if not is_demo():
        raise ImproperlyConfigured("demo accounts exist in demo settings only")
    user = person_account(person_id=person.public_id, language=language)
    account, created = DemoAccount.objects.get_or_create(
        user=user, defaults={"seed": str(seed), "first_page": reverse("my:overview"), "with_factor": False}
    )
    if created:
        issue_access_letter(
            actor=actor,
            person=person,
            team=team,
            language=language,
            identity_check=IdentityCheck.DOCUMENT,
            token=_token(account, 1),
        )
    return account


@transaction.atomic
def door_of(account: DemoAccount) -> PersonDoor:
    """The letter that works now; a new one, as if the same professional gave it, when the last one does not."""
    person = Person.objects.select_related("subject_key").get(public_id=str(account.user.person_id))
    letters = list(AccessLetter.objects.filter(person=person).order_by("pk"))
    last, now = letters[-1], timezone.now()
    token = _token(account, len(letters))
    is_open = last.used_at is None and last.revoked_at is None and last.expires_at > now
    if not is_open or last.token_hash != hash_of(token):
        token = _token(account, len(letters) + 1)
        AccessLetter.objects.filter(person=person, used_at=None, revoked_at=None).update(
            revoked_at=now, revoked_because=LetterEnd.REPLACED
        )
        AccessLetter.objects.create(
            person=person,
            token_hash=hash_of(token),
            issued_by_id=last.issued_by_id,
            team_id=last.team_id,
            identity_check=last.identity_check,
            language=last.language,
            issued_at=now,
            expires_at=now + ACCESS_LETTER_LASTS,
        )
    return PersonDoor(first_page=reverse("my:letter", args=[token]), birth_date=person.birth_date.isoformat())


def _token(account: DemoAccount, number: int) -> str:
    whose = f"{account.user.person_id} {number}"
    digest = hmac.new(f"demo letter {account.seed}".encode(), whose.encode(), hashlib.sha256).digest()
    return "".join(ALPHABET[byte % len(ALPHABET)] for byte in digest[:LENGTH])
