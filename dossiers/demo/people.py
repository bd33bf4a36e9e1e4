"""Registers the families at their centre and couples them to a municipality, as COA does."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.utils.text import slugify

from consent.demo import create_demo_person
from consent.enums import Relation
from consent.models import AccessLetter, Person
from consent.services import record_guardianship, register_person
from portal.accounts.actor import Actor
from portal.accounts.models import DemoAccount, Team, User

from ..models import Coupling
from ..services.couplings import record_coupling
from . import chance, walkthrough
from .acting import actor_of
from .families import CAN_MANAGE_WITHOUT_INTERPRETER, Family, Member
from .files import Subject
from .ids import demo_id, derived_ids
from .region import CENTRES, MAIL_DOMAIN, MUNICIPALITIES, Region

RELATIONS = {"mother": Relation.MOTHER, "father": Relation.FATHER, "guardian": Relation.GUARDIAN}


@dataclass(frozen=True, kw_only=True)
class Desk:
    """A team at a centre, with somebody who works there."""

    actor: Actor
    team: Team


def desks(region: Region, users: Mapping[str, User], kind: str) -> dict[str, Desk]:
    """The team of one kind (``coa``, ``jgz``, ``gca``, ``vluchtelingenwerk``) at each centre."""
    return {
        centre: Desk(
            actor=actor_of(users[f"{kind}-{slugify(centre)}-azc@{MAIL_DOMAIN}"]),
            team=region.teams[f"{kind}-{slugify(centre)}-azc"],
        )
        for centre in CENTRES
    }


def person_id(family: Family, member: Member, *, seed: int):
    """The public id of a member of a family."""
    return demo_id(seed, f"person/{family.key}/{member.role}", Person._meta.label_lower, 0)


def load_people(
    *, wanted: list[Family], region: Region, users: Mapping[str, User], seed: int, today: date
) -> list[Family]:
    """Register the families that are not there yet, a family at a time; returns those."""
    ids = {person_id(family, family.members[0], seed=seed): family for family in wanted}
    known = set(Person.objects.filter(public_id__in=ids).values_list("public_id", flat=True))
    missing = [family for public_id, family in ids.items() if public_id not in known]
    if missing:
        coa = desks(region, users, "coa")
        for family in missing:
            with transaction.atomic():
                _register(family, desk=coa[family.household.centre], region=region, seed=seed, today=today)
    return missing


def _register(family: Family, *, desk: Desk, region: Region, seed: int, today: date) -> None:
    household = family.household
    dice = chance.dice(seed, "coupling", family.key)
    coupled_on = today - timedelta(days=dice.randrange(10, 55))
    moves_on = today + timedelta(days=dice.randrange(7, 60))
    persons: dict[str, Person] = {}
    for member in family.members:
        scope = f"person/{family.key}/{member.role}"
        local = member.role == "guardian"
        with derived_ids(seed, scope, Person, Coupling):
            persons[member.role] = person = register_person(
                actor=desk.actor,
                team=desk.team,
                name=member.name,
                birth_date=member.birth_date,
                v_number=member.v_number,
                spoken_language="nl" if local else household.language,
                reading_languages=[] if member.cannot_read else ["nl" if local else household.language],
                needs_interpreter=not local and household.language not in CAN_MANAGE_WITHOUT_INTERPRETER,
                cannot_read=member.cannot_read,
            )
            if not local:
                record_coupling(
                    who=desk.actor.who,
                    person=person,
                    municipality=region.municipalities[household.municipality],
                    centre=region.centres[household.centre],
                    coupled_on=coupled_on,
                    moves_on=moves_on,
                )
    for child in family.members:
        if child.is_child:
            for role, relation in RELATIONS.items():
                if role in persons:
                    record_guardianship(
                        actor=desk.actor,
                        team=desk.team,
                        child=persons[child.role],
                        adult=persons[role],
                        relation=relation,
                    )


def load_person_account(
    *, wanted: list[Family], region: Region, users: Mapping[str, User], seed: int
) -> DemoAccount | None:
    """One father can come in himself: COA gave him a letter. His own file and his child's are under way."""
    family = next((family for family in wanted if family.key == walkthrough.FAMILY_WITH_ACCOUNT), None)
    if family is None:
        return None
    father = person_id(family, family.member("father"), seed=seed)
    person = Person.objects.select_related("subject_key").get(public_id=father)
    known = DemoAccount.objects.filter(user__person_id=person.public_id).first()
    if known is not None:
        return known
    desk = desks(region, users, "coa")[family.household.centre]
    with derived_ids(seed, "account/person", User, AccessLetter):
        return create_demo_person(
            actor=desk.actor, team=desk.team, person=person, language=family.household.language, seed=seed
        )


def subject_of(family: Family, member: Member) -> Subject:
    """The member as the makers of files know them."""
    return Subject(
        name=member.name,
        native_name=member.native_name,
        v_number=member.v_number,
        birth_date=member.birth_date,
        sex=member.sex,
        language=family.household.language,
        centre=family.household.centre,
        municipality=MUNICIPALITIES[family.household.municipality],
    )
