"""Who gives and takes roles, and looks after organisations and their people."""

from typing import TYPE_CHECKING

from portal.accounts.enums import OrganisationKind, Role

from .decisions import Decision, allow, deny

if TYPE_CHECKING:
    from portal.accounts.actor import Actor
    from portal.accounts.models import Team, User


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


def sees_bounces_of_the_region(actor: "Actor") -> bool:
    """Whether mail that did not arrive is shown of every organisation, and not of the own one alone."""
    return Role.REGION_ADMINISTRATOR in actor.roles


def may_see_bounces(actor: "Actor") -> Decision:
    """Who may see which mail did not arrive: an organisation's administrator, and the region's."""
    if sees_bounces_of_the_region(actor) or Role.ORGANISATION_ADMINISTRATOR in actor.roles:
        return allow()
    return deny("not_an_administrator")
