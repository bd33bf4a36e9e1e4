"""Answers of policies, how a refusal travels, and who may do what with accounts."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import Http404

from portal.access import AccessRow
from portal.audit.enums import Event

from .enums import OrganisationKind, Role

if TYPE_CHECKING:
    from .actor import Actor
    from .models import Team, User


@dataclass(frozen=True, kw_only=True)
class Decision:
    """May it be done? ``code`` names the rule that decided; the page shows its text, the audit row keeps the code."""

    allowed: bool
    code: str

    def __bool__(self) -> bool:
        return self.allowed


def allow(code: str = "allowed") -> Decision:
    """A yes."""
    return Decision(allowed=True, code=code)


def deny(code: str) -> Decision:
    """A no, with the name of the rule that was not met."""
    return Decision(allowed=False, code=code)


class Denied(Http404):
    """A refusal that answers exactly as something that does not exist.

    The gate middleware catches it outside the rolled-back transaction, writes the audit row and answers 404.
    ``subject`` and ``object_id`` are public ids.
    """

    def __init__(
        self, *, decision: Decision, event: Event, subject: str = "", object_type: str = "", object_id: str = ""
    ) -> None:
        super().__init__("")
        self.decision = decision
        self.event = event
        self.subject = subject
        self.object_type = object_type
        self.object_id = object_id


def may_enter(actor: "Actor", row: AccessRow | None) -> Decision:
    """May this actor, as far as roles go, use what a row of the access table opens? Proof is asked for apart.

    1. a row declares the route and the method;
    2. the actor is signed in;
    3. the row is for everybody who is, or names a role that the actor holds in the organisation acted for.
    """
    if row is None:
        return deny("not_declared")
    if not actor.signed_in:
        return deny("not_signed_in")
    return allow() if row.admits(proof=row.proof, roles=actor.roles) else deny("role_not_admitted")


ROLES_OF_THE_REGION = frozenset({Role.TRANSLATOR, Role.PRIVACY_OFFICER, Role.REGION_ADMINISTRATOR})
ROLES_OF_AN_ORGANISATION = frozenset({Role.SENDER, Role.RECEIVER, Role.ORGANISATION_ADMINISTRATOR})


def has_languages(role: Role) -> bool:
    """Whether the role holds for certain languages: a translator has own ones, and none if none is named."""
    return role == Role.TRANSLATOR


def may_grant_membership(actor: "Actor | None", *, user: "User", team: "Team", role: Role) -> Decision:
    """Who may give a role in a team, or take it away. ``None`` is the command line of the machine itself.

    1. nobody gives or takes a role of their own;
    2. roles of the region (translating, privacy, region) exist in its own teams only, and its administrator gives them;
       he also gives the roles of writer and publisher, which hold for the pages of the organisation they are given in;
    3. the role of a person is given to nobody: it is of whoever has a dossier;
    4. roles of an organisation are given by that organisation's administrator, or by the region's;
    """
    if role == Role.PERSON:
        return deny("role_of_no_team")
    in_region = team.organisation.kind == OrganisationKind.REGION
    if role in ROLES_OF_THE_REGION and not in_region:
        return deny("role_belongs_to_the_region")
    if actor is None:
        return allow("command_line")
    if actor.user_pk == user.pk:
        return deny("own_membership")
    if Role.REGION_ADMINISTRATOR in actor.roles:
        return allow("region_administrator")
    if role in ROLES_OF_AN_ORGANISATION and Role.ORGANISATION_ADMINISTRATOR in actor.roles:
        return (
            allow("own_organisation") if team.organisation_id == actor.organisation_pk else deny("other_organisation")
        )
    return deny("not_an_administrator")


def may_issue_enrolment(actor: "Actor | None", *, user: "User", organisations_of_user: frozenset[int]) -> Decision:
    """Who may let somebody enrol a first second factor. ``None`` is the command line of the machine itself.

    1. the user is active and has no factor yet (the service looks);
    2. nobody does it for themselves: a password alone never leads to a factor;
    3. an administrator of an organisation that the user works for, or the region's.
    """
    if not user.is_active:
        return deny("user_inactive")
    if actor is None:
        return allow("command_line")
    if actor.user_pk == user.pk:
        return deny("own_factor")
    if Role.REGION_ADMINISTRATOR in actor.roles:
        return allow("region_administrator")
    if Role.ORGANISATION_ADMINISTRATOR in actor.roles and actor.organisation_pk in organisations_of_user:
        return allow("own_organisation")
    return deny("not_an_administrator")


def sees_bounces_of_the_region(actor: "Actor") -> bool:
    """Whether mail that did not arrive is shown of every organisation, and not of the own one alone."""
    return Role.REGION_ADMINISTRATOR in actor.roles


def may_see_bounces(actor: "Actor") -> Decision:
    """Who may see which mail did not arrive: an organisation's administrator, and the region's."""
    if sees_bounces_of_the_region(actor) or Role.ORGANISATION_ADMINISTRATOR in actor.roles:
        return allow()
    return deny("not_an_administrator")


def may_enrol_app(user: "User") -> Decision:
    """Whether an authenticator app can be somebody's second factor.

    Not a person's: who has a dossier signs in without a password, so the one factor must itself verify who holds it.
    """
    return allow() if user.person_id is None else deny("person_uses_passkey")
