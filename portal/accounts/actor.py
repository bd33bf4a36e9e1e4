"""The acting user, as policies and services see them."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from portal.access import Proof
from portal.audit.actor import ANONYMOUS, Who

from .enums import OrganisationKind, Role

# How far two clocks may be apart; a moment further ahead than this was written by a clock that went back since.
CLOCK_TOLERANCE_SECONDS = 120


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who asks, for which organisation and teams, in which roles, with which proof.

    A user may belong to several organisations and acts for one at a time: ``roles_by_team`` holds that organisation's
    memberships that are active now, and nothing of the others. ``factor_at`` is when the second factor was last used in
    this session; ``None`` means: not verified. ``person_id`` is set for a person with a dossier, who signs in to see
    and decide about that and works for nobody: the role is ``person`` and no other.
    """

    user_pk: int | None = None
    user_id: uuid.UUID | None = None
    name: str = ""
    person_id: uuid.UUID | None = None
    organisation_pk: int | None = None
    organisation_id: uuid.UUID | None = None
    organisation_name: str = ""
    organisation_kind: OrganisationKind | None = None
    roles_by_team: dict[int, frozenset[Role]] = field(default_factory=dict)
    signed_in: bool = False
    factor_at: datetime | None = None
    who: Who = ANONYMOUS

    @property
    def roles(self) -> frozenset[Role]:
        """All roles in the organisation acted for, or the one of a person."""
        if self.person_id is not None:
            return frozenset({Role.PERSON})
        return frozenset().union(*self.roles_by_team.values())

    @property
    def team_pks(self) -> frozenset[int]:
        """The teams of the organisation acted for that the actor is an active member of."""
        return frozenset(self.roles_by_team)

    @property
    def proof(self) -> Proof:
        """How far the actor has shown who they are, at this moment."""
        if not self.signed_in:
            return Proof.NOTHING
        if self.factor_at is None:
            return Proof.PASSWORD
        age = timezone.now() - self.factor_at
        fresh = timedelta(seconds=settings.SECOND_FACTOR_FRESH_SECONDS)
        is_recent = -timedelta(seconds=CLOCK_TOLERANCE_SECONDS) <= age <= fresh
        return Proof.RECENT_SECOND_FACTOR if is_recent else Proof.SECOND_FACTOR

    def teams_with(self, role: Role) -> frozenset[int]:
        """The teams in which the actor holds this role."""
        return frozenset(team for team, roles in self.roles_by_team.items() if role in roles)


NOBODY = Actor()
