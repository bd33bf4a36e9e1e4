"""Factories for persons, families, notices and consent. What services make, services make here too."""

import uuid
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from consent.enums import (
    DataCategory,
    InterpreterKind,
    InvolvementReason,
    Method,
    Purpose,
    Relation,
    Right,
    SignatureKind,
)
from consent.identity import Identity, lookup_index, seal_identity, v_number_index
from consent.models import Conversation, Guardianship, Notice, NoticeText, Person, RightsRequest, SubjectKey
from consent.notice_texts import canonical, digest, parts_of
from consent.policy import CATEGORIES, SECRECY
from consent.services import involve, record_conversation
from consent.services.decisions import Talk
from consent.services.rights import Wish
from consent.services.rights import ask as ask_by_law
from consent.signatures import Sign
from portal.accounts.actor import Actor
from portal.accounts.enums import OrganisationKind, Role
from portal.accounts.models import Organisation, Team, User
from portal.accounts.services import person_account
from portal.audit.actor import Who
from portal.vault.crypto import SubjectCipher

from .factories import OrganisationFactory, TeamFactory, member

_numbers = iter(range(1_000_000_000, 9_999_999_999))


def actor_of(user: User, team: Team, *, factor_age: timedelta = timedelta(0)) -> Actor:
    """The actor of a signed-in user, with the roles that the user holds in this team."""
    roles = frozenset(Role(row.role) for row in user.memberships.active().filter(team=team))
    organisation = team.organisation
    return Actor(
        user_pk=user.pk,
        user_id=user.public_id,
        name=user.name,
        organisation_pk=organisation.pk,
        organisation_id=organisation.public_id,
        organisation_name=organisation.name,
        organisation_kind=OrganisationKind(organisation.kind),
        roles_by_team={team.pk: roles} if roles else {},
        signed_in=True,
        factor_at=timezone.now() - factor_age,
        who=Who(
            kind="user",
            user_id=str(user.public_id),
            role=Role.SENDER.value,
            organisation_id=str(organisation.public_id),
            team_id=str(team.public_id),
        ),
    )


def born(years: int, *, days: int = 0) -> date:
    """The birth date of somebody who became ``years`` old ``days`` days ago."""
    today = timezone.localdate()
    try:
        return today.replace(year=today.year - years) - timedelta(days=days)
    except ValueError:
        return date(today.year - years, 3, 1) - timedelta(days=days)


def person(
    *,
    name: str = "Amal Haddad",
    birth_date: date | None = None,
    v_number: str | None = None,
    team: Team | None = None,
    spoken_language: str = "ar",
) -> Person:
    """A stored person with an own key; involved with ``team`` if one is given."""
    number = v_number if v_number is not None else f"V{next(_numbers)}"
    identity = Identity(v_number=number, name=name, birth_date=birth_date or born(6, days=40))
    wrapped = SubjectCipher.new_subject_key()
    row = Person(
        v_number_index=v_number_index(number) if number else None,
        lookup_index=lookup_index(number, identity.birth_date) if number else None,
        spoken_language=spoken_language,
        reading_languages=[spoken_language],
    )
    row.identity = seal_identity(wrapped, row.public_id, identity)
    row.save()
    SubjectKey.objects.create(person=row, wrapped=wrapped)
    if team is not None:
        involve(person=row, team=team, reason=InvolvementReason.REGISTERED)
    return row


def family(*, team: Team | None = None, child_born: date | None = None, **fields: str) -> tuple[Person, Person, Person]:
    """A child (of 6 by default), the mother and the father, both with custody."""
    child = person(birth_date=child_born, team=team, **fields)
    mother = person(name="Rima Haddad", birth_date=born(34))
    father = person(name="Omar Haddad", birth_date=born(38))
    for adult, relation in ((mother, Relation.MOTHER), (father, Relation.FATHER)):
        Guardianship.objects.create(child=child, adult=adult, relation=relation)
    return child, mother, father


def notice(
    purpose: Purpose = Purpose.YOUTH_HEALTH,
    *,
    version: int = 1,
    languages: Iterable[str] = ("nl", "en", "ar"),
    asks_again: bool = False,
) -> Notice:
    """A published notice with a short text in each language; the one that is there if it is."""
    row, created = Notice.objects.get_or_create(purpose=purpose, version=version, defaults={"asks_again": asks_again})
    for code in languages if created else ():
        part = {"heading": f"Kop {code}", "text": [f"Zin {code} {version}"]}
        stored = canonical({"title": f"Uitleg {code}", "parts": dict.fromkeys(parts_of(purpose), part)})
        NoticeText.objects.create(notice=row, language=code, content=stored, sha256=digest(stored))
    return row


def sender_team(kind: OrganisationKind = OrganisationKind.JGZ_CENTRE) -> tuple[Team, User]:
    """A team at the centre, and somebody who sends there."""
    team = TeamFactory(organisation__kind=kind)
    return team, member(Role.SENDER, team=team)


def talk(text: NoticeText, **changes: object) -> Talk:
    """A conversation as it should go."""
    fields: dict[str, object] = {
        "notice_text": text,
        "spoken_language": "ar",
        "interpreter_kind": InterpreterKind.TELEPHONE,
        "interpreter_id": "T-1234",
        "understanding": "Het dossier gaat naar de nieuwe verpleegkundige.",
        "method": Method.ON_SCREEN,
        "refusal_without_consequence_shown": True,
    }
    return Talk(**{**fields, **changes})  # type: ignore[arg-type]


def signed(people: Iterable[Person]) -> dict[uuid.UUID, Sign]:
    """Everybody typed the own name and confirmed."""
    return {someone.public_id: Sign(kind=SignatureKind.CONFIRMED, content={"name": someone.name}) for someone in people}


def decide(
    *,
    actor: Actor,
    team: Team,
    child: Person,
    deciders: Iterable[Person],
    recipient: Organisation | None = None,
    purpose: Purpose = Purpose.YOUTH_HEALTH,
    yes: Iterable[DataCategory] | None = None,
    secrecy_released: bool | None = True,
    language: str = "ar",
    **changes: object,
) -> Conversation:
    """Record a conversation: yes to everything, or to ``yes`` alone and no to the rest."""
    notice(purpose)
    newest = Notice.objects.filter(purpose=purpose).order_by("-version").first()
    people = list(deciders)
    given = set(CATEGORIES[purpose] if yes is None else yes)
    return record_conversation(
        actor=actor,
        person=child,
        team=team,
        recipient=recipient or OrganisationFactory(),
        purpose=purpose,
        talk=changes.pop("talk", None) or talk(newest.texts.get(language=language)),  # type: ignore[arg-type, union-attr]
        choices={category: category in given for category in CATEGORIES[purpose]},
        deciders=people,
        secrecy_released=secrecy_released if purpose in SECRECY else None,
        signatures=changes.pop("signatures", None) or signed(people),  # type: ignore[arg-type]
        token=changes.pop("token", None) or uuid.uuid4(),  # type: ignore[arg-type]
        begun_at=changes.pop("begun_at", None),  # type: ignore[arg-type]
    )


def person_actor(row: Person, *, language: str = "ar") -> Actor:
    """Somebody with a dossier who signed in alone, with a passkey of this moment."""
    user = person_account(person_id=row.public_id, language=language)
    return Actor(
        user_pk=user.pk,
        user_id=user.public_id,
        person_id=row.public_id,
        signed_in=True,
        factor_at=timezone.now(),
        who=Who(kind="user", user_id=str(user.public_id), role=Role.PERSON.value, on_behalf_of=str(row.public_id)),
    )


def ask(*, actor: Actor, person: Person, right: Right, text: str = "", **wish: Any) -> RightsRequest:
    """Somebody asks what the law allows, about a person for whom they decide."""
    return ask_by_law(actor=actor, person=person, wish=Wish(right=right, text=text, **wish))


def privacy_officer() -> Actor:
    """The privacy officer of the region."""
    team = TeamFactory(organisation__kind=OrganisationKind.REGION)
    return actor_of(member(Role.PRIVACY_OFFICER, team=team), team)
