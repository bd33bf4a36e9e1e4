"""Answers of policies, how a refusal travels, and who may do what with accounts."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import Http404

from portal.access import AccessRow, Proof
from portal.audit.enums import Event

from .enums import OrganisationKind, Role

if TYPE_CHECKING:
    from .actor import Actor
    from .models import FactorReset, Team, User


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


def may_grant_membership(actor: "Actor | None", *, user: "User | None", team: "Team", role: Role) -> Decision:
    """Who may give a role in a team. ``None`` as actor is the command line of the machine itself.

    ``None`` as user is somebody who has no account yet.

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
    if user is not None and actor.user_pk == user.pk:
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


def may_open_session(user: "User") -> Decision:
    """Who may begin to sign in at all, whatever they show: an active account that was not put to sleep."""
    if not user.is_active:
        return deny("user_inactive")
    return allow() if user.dormant_since is None else deny("user_dormant")


def may_enrol_app(user: "User") -> Decision:
    """Whether an authenticator app can be somebody's second factor.

    Not a person's: who has a dossier signs in without a password, so the one factor must itself verify who holds it.
    """
    return allow() if user.person_id is None else deny("person_uses_passkey")


def grantable_roles(actor: "Actor", *, team: "Team") -> list[Role]:
    """The roles that the actor may give somebody else in a team, in the order of the enum."""
    return [role for role in Role if may_grant_membership(actor, user=None, team=team, role=role)]


def may_end_membership(actor: "Actor | None", *, user: "User", team: "Team", role: Role) -> Decision:
    """Who may take a role away. ``None`` is the command line, or a rule that ran out of time.

    1. nobody takes a role of their own;
    2. the region's administrator takes away any;
    3. an organisation's administrator any of that organisation but those of the region; the last administrator stays
       (the service counts, see :func:`may_leave_without_administrator`).
    """
    if actor is None:
        return allow("command_line")
    if actor.user_pk == user.pk:
        return deny("own_membership")
    if Role.REGION_ADMINISTRATOR in actor.roles:
        return allow("region_administrator")
    if Role.ORGANISATION_ADMINISTRATOR not in actor.roles or role in ROLES_OF_THE_REGION:
        return deny("not_an_administrator")
    return allow("own_organisation") if team.organisation_id == actor.organisation_pk else deny("other_organisation")


def may_leave_without_administrator(actor: "Actor | None", *, role: Role, others: int) -> Decision:
    """Whether a role may be taken away when ``others`` are left who look after the same.

    1. only the region's administrator takes the last administrator from an organisation;
    2. nobody takes the last one from the region, but the command line of the machine itself.
    """
    if others or actor is None:
        return allow()
    if role == Role.REGION_ADMINISTRATOR:
        return deny("last_region_administrator")
    if role != Role.ORGANISATION_ADMINISTRATOR or Role.REGION_ADMINISTRATOR in actor.roles:
        return allow()
    return deny("last_administrator")


def may_lapse(*, role: Role, others: int) -> Decision:
    """Whether a role that nobody confirmed lapses: any but the last one that looks after the region.

    Without it nobody could give that role again but somebody at the machine; the log says that it stayed unconfirmed.
    """
    return deny("last_region_administrator") if role == Role.REGION_ADMINISTRATOR and not others else allow()


def may_manage_people(actor: "Actor", *, organisation_pk: int) -> Decision:
    """Who sees and changes the members of an organisation: its own administrator, and the region's."""
    if Role.REGION_ADMINISTRATOR in actor.roles:
        return allow("region_administrator")
    if Role.ORGANISATION_ADMINISTRATOR in actor.roles and actor.organisation_pk == organisation_pk:
        return allow("own_organisation")
    return deny("not_an_administrator")


def may_read_access_list(actor: "Actor", *, organisation_pk: int) -> Decision:
    """Who reads who has access: whoever manages the people, and the privacy officer."""
    if Role.PRIVACY_OFFICER in actor.roles:
        return allow("privacy_officer")
    return may_manage_people(actor, organisation_pk=organisation_pk)


def may_choose_organisation(actor: "Actor") -> Decision:
    """Who looks at other organisations than the one acted for."""
    wide = actor.roles & {Role.REGION_ADMINISTRATOR, Role.PRIVACY_OFFICER}
    return allow("for_the_region") if wide else deny("own_organisation_only")


def may_manage_organisations(actor: "Actor") -> Decision:
    """Organisations and teams are the business of the region's administrator."""
    return allow() if Role.REGION_ADMINISTRATOR in actor.roles else deny("not_an_administrator")


def may_wake(actor: "Actor", *, user: "User", organisations_of_user: frozenset[int]) -> Decision:
    """Who wakes a sleeping account but the own: an administrator of an organisation it worked for, or the region's."""
    if actor.user_pk == user.pk:
        return deny("own_account")
    if any(may_manage_people(actor, organisation_pk=pk) for pk in organisations_of_user):
        return allow()
    return deny("not_an_administrator")


def may_answer_review(actor: "Actor", *, organisation_pk: int, owner_pk: int, role: Role) -> Decision:
    """Who says whether a role stays: whoever manages the people, but nobody of themselves.

    Roles of the region are its administrator's to confirm, as they are to give: not those of an administrator of the
    organisation that happens to hold them.
    """
    if actor.user_pk == owner_pk:
        return deny("own_membership")
    if role in ROLES_OF_THE_REGION and Role.REGION_ADMINISTRATOR not in actor.roles:
        return deny("role_of_the_region")
    return may_manage_people(actor, organisation_pk=organisation_pk)


def is_region_administrator(role: Role) -> bool:
    """Whether the role looks after the whole region."""
    return role == Role.REGION_ADMINISTRATOR


def is_administrator(role: Role) -> bool:
    """Whether the role looks after an organisation's people."""
    return role == Role.ORGANISATION_ADMINISTRATOR


def may_change_factors(actor: "Actor", *, user: "User", hides_organisations: bool) -> Decision:
    """Who may add, name or remove a further factor.

    1. the owner, for nobody else: no administrator sees or touches somebody's factor;
    2. not by the word of one organisation's provider for who works for others too: the factor would open those;
    3. with a second factor of the last minutes: a password alone leads to no factor.

    Args:
        hides_organisations: see :func:`portal.accounts.sessions.hides_organisations`.
    """
    if actor.user_pk != user.pk:
        return deny("not_the_owner")
    if hides_organisations:
        return deny("vouched_for_one")
    return allow() if actor.proof >= Proof.RECENT_SECOND_FACTOR else deny("no_recent_factor")


def may_remove_factor(actor: "Actor", *, user: "User", hides_organisations: bool, others: int) -> Decision:
    """Who may remove a factor to build upon: as :func:`may_change_factors`, and never the last one.

    Args:
        others: how many factors to build upon would be left. Recovery codes do not count: they run out.
    """
    decision = may_change_factors(actor, user=user, hides_organisations=hides_organisations)
    if decision and others < 1:
        return deny("last_factor")
    return decision


ADMINISTRATORS = frozenset({Role.ORGANISATION_ADMINISTRATOR, Role.REGION_ADMINISTRATOR})


def administers_region(role: str) -> bool:
    """Whether the role holds for all organisations of the region when it comes to accounts."""
    return role == Role.REGION_ADMINISTRATOR


def _administers(actor: "Actor", *, organisations_of_user: frozenset[int]) -> Decision:
    if Role.REGION_ADMINISTRATOR in actor.roles:
        return allow("region_administrator")
    if Role.ORGANISATION_ADMINISTRATOR not in actor.roles:
        return deny("not_an_administrator")
    if actor.organisation_pk in organisations_of_user:
        return allow("own_organisation")
    return deny("other_organisation")


def may_request_reset(
    actor: "Actor", *, user: "User", organisations_of_user: frozenset[int], has_factor: bool
) -> Decision:
    """Who may ask that a colleague's factors are taken away, having checked that it is that colleague.

    1. nobody does it for themselves; the account is active, of a professional, and has a factor to lose;
    2. the second factor was used just now;
    3. an administrator of an organisation that the colleague works for, or the region's.
    """
    if actor.user_pk == user.pk:
        return deny("own_reset")
    if not user.is_active or user.person_id is not None:
        return deny("user_inactive" if user.person_id is None else "is_a_person")
    if actor.proof < Proof.RECENT_SECOND_FACTOR:
        return deny("second_factor_not_fresh")
    decision = _administers(actor, organisations_of_user=organisations_of_user)
    return deny("no_factor") if decision and not has_factor else decision


def may_approve_reset(
    actor: "Actor", *, reset: "FactorReset", organisations_of_user: frozenset[int], requester_still_may: bool
) -> Decision:
    """Who may be the second of two.

    1. neither the owner nor the one who asked, who must still be an administrator now;
    2. the second factor was used just now;
    3. an administrator of the same organisation, or the region's; if the region asked, one of an organisation that the
       owner works for.
    """
    if actor.user_pk == reset.user_id:
        return deny("own_reset")
    if actor.user_pk == reset.requested_by_id:
        return deny("same_person")
    if not reset.user.is_active:
        return deny("user_inactive")
    if not requester_still_may:
        return deny("requester_left")
    if actor.proof < Proof.RECENT_SECOND_FACTOR:
        return deny("second_factor_not_fresh")
    decision = _administers(actor, organisations_of_user=organisations_of_user)
    by_region = reset.organisation.kind == OrganisationKind.REGION
    if decision.code == "own_organisation" and not by_region and reset.organisation_id != actor.organisation_pk:
        return deny("other_organisation")
    return decision


def may_cancel_reset(actor: "Actor", *, reset: "FactorReset", organisations_of_user: frozenset[int]) -> Decision:
    """Who may stop a reset: its owner, with a second factor; an administrator who might have asked for it."""
    if actor.proof < Proof.SECOND_FACTOR:
        return deny("no_second_factor")
    if actor.user_pk == reset.user_id:
        return allow("owner")
    return _administers(actor, organisations_of_user=organisations_of_user)


def may_complete_reset(
    *, user: "User", reset: "FactorReset", two_still_may: bool, hides_organisations: bool
) -> Decision:
    """Who may use the link of a reset that is ready: its owner, while both who gave it could still give it.

    Not by the word of one organisation's provider for who works for others too, as in :func:`may_change_factors`.
    """
    if reset.user_id != user.pk:
        return deny("other_user")
    if hides_organisations:
        return deny("vouched_for_one")
    if not user.is_active:
        return deny("user_inactive")
    return allow("owner") if two_still_may else deny("administrator_left")
