"""The demo's people at work: actors as a session with a fresh second factor would make them."""

from django.utils import timezone

from portal.accounts.actor import Actor
from portal.accounts.enums import OrganisationKind, Role
from portal.accounts.models import User
from portal.accounts.sessions import active_memberships
from portal.audit.actor import Who


def actor_of(user: User) -> Actor:
    """The user at work for the first organisation they belong to."""
    memberships = active_memberships(user)
    organisation = memberships[0].team.organisation
    roles_by_team: dict[int, frozenset[Role]] = {}
    for row in memberships:
        if row.team.organisation_id == organisation.pk:
            roles_by_team[row.team_id] = roles_by_team.get(row.team_id, frozenset()) | {Role(row.role)}
    roles = frozenset[Role]().union(*roles_by_team.values())
    return Actor(
        user_pk=user.pk,
        user_id=user.public_id,
        name=user.name,
        organisation_pk=organisation.pk,
        organisation_id=organisation.public_id,
        organisation_name=organisation.name,
        organisation_kind=OrganisationKind(organisation.kind),
        roles_by_team=roles_by_team,
        signed_in=True,
        factor_at=timezone.now(),
        who=Who(
            kind="user",
            user_id=str(user.public_id),
            role=",".join(sorted(roles)),
            organisation_id=str(organisation.public_id),
        ),
    )
