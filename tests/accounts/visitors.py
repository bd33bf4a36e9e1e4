"""Everybody who may stand at a door, for the test of the access table."""

import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings as django_settings
from django.test import Client
from django.utils import timezone

from portal.access import Proof
from portal.accounts.enums import Role
from portal.accounts.models import Membership, Organisation, Team, User
from tests.factories import MembershipFactory, TeamFactory, UserFactory


@dataclass(frozen=True, kw_only=True)
class Visitor:
    """Somebody at the door, with what the gate may hold for true about them."""

    name: str
    client: Client
    proof: Proof
    roles: frozenset[str] = frozenset()


def member_of_everything(team: Team | None = None) -> User:
    team, user = team or TeamFactory(), UserFactory()
    for role in Role:
        MembershipFactory(user=user, team=team, role=role)
    return user


def password_only(sign_in) -> Visitor:
    client = sign_in(Client(), member_of_everything(), second_factor=False)
    return Visitor(name="password only", client=client, proof=Proof.PASSWORD, roles=frozenset(Role))


def stale(sign_in) -> Visitor:
    age = timedelta(seconds=django_settings.SECOND_FACTOR_FRESH_SECONDS + 1)
    client = sign_in(Client(), member_of_everything(), factor_age=age)
    return Visitor(name="stale", client=client, proof=Proof.SECOND_FACTOR, roles=frozenset(Role))


def ended_membership(sign_in) -> Visitor:
    user = member_of_everything()
    Membership.objects.filter(user=user).update(active_until=timezone.now() - timedelta(seconds=1))
    return Visitor(name="ended", client=sign_in(Client(), user), proof=Proof.RECENT_SECOND_FACTOR)


def ended_team(sign_in) -> Visitor:
    user = member_of_everything()
    Team.objects.filter(memberships__user=user).update(active_until=timezone.now() - timedelta(seconds=1))
    return Visitor(name="ended team", client=sign_in(Client(), user), proof=Proof.RECENT_SECOND_FACTOR)


def ended_organisation(sign_in) -> Visitor:
    user = member_of_everything()
    Organisation.objects.filter(teams__memberships__user=user).update(active_until=timezone.now())
    return Visitor(name="ended organisation", client=sign_in(Client(), user), proof=Proof.RECENT_SECOND_FACTOR)


def not_yet(sign_in) -> Visitor:
    user = member_of_everything()
    Membership.objects.filter(user=user).update(active_from=timezone.now() + timedelta(days=1))
    return Visitor(name="not yet", client=sign_in(Client(), user), proof=Proof.RECENT_SECOND_FACTOR)


def other_organisation(sign_in) -> Visitor:
    """All roles in one organisation, acting for another in which there is only one."""
    user = member_of_everything()
    here = MembershipFactory(user=user, role=Role.RECEIVER).team
    client = sign_in(Client(), user, team=here)
    return Visitor(
        name="other", client=client, proof=Proof.RECENT_SECOND_FACTOR, roles=frozenset({Role.RECEIVER.value})
    )


def inactive(sign_in) -> Visitor:
    user = member_of_everything()
    client = sign_in(Client(), user)
    User.objects.filter(pk=user.pk).update(is_active=False)
    return Visitor(name="inactive", client=client, proof=Proof.NOTHING)


def superuser(sign_in) -> Visitor:
    user = User.objects.create_superuser("root@example.org", "x", name="Root")
    return Visitor(name="superuser", client=sign_in(Client(), user), proof=Proof.RECENT_SECOND_FACTOR)


def anonymous(sign_in) -> Visitor:
    return Visitor(name="anonymous", client=Client(), proof=Proof.NOTHING)


def in_role(role: Role):
    def visitor(sign_in) -> Visitor:
        user = MembershipFactory(role=role).user
        client = sign_in(Client(), user)
        return Visitor(name=role, client=client, proof=Proof.RECENT_SECOND_FACTOR, roles=frozenset({role.value}))

    visitor.__name__ = role.value
    return visitor


def dormant(sign_in) -> Visitor:
    user = member_of_everything()
    client = sign_in(Client(), user)
    User.objects.filter(pk=user.pk).update(is_active=False, dormant_since=timezone.now())
    return Visitor(name="dormant", client=client, proof=Proof.NOTHING)


def nobody_in_particular(sign_in) -> Visitor:
    """Verified, and a member of nothing."""
    return Visitor(name="no role", client=sign_in(Client(), UserFactory()), proof=Proof.RECENT_SECOND_FACTOR)


def person(sign_in) -> Visitor:
    """Whoever has a dossier: an account that names the person, and no membership."""
    user = UserFactory(email=None, person_id=uuid.uuid4())
    return Visitor(
        name="person",
        client=sign_in(Client(), user),
        proof=Proof.RECENT_SECOND_FACTOR,
        roles=frozenset({Role.PERSON.value}),
    )


VISITORS = [
    anonymous,
    password_only,
    stale,
    ended_membership,
    ended_team,
    ended_organisation,
    not_yet,
    other_organisation,
    inactive,
    dormant,
    superuser,
    nobody_in_particular,
    person,
    *(in_role(role) for role in Role if role != Role.PERSON),
]
