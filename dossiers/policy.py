"""Who may what with a package: pure functions, deny by default. The only place here where roles are compared."""

from dataclasses import dataclass
from datetime import datetime

from consent.enums import State
from portal.access import Proof
from portal.accounts.actor import Actor
from portal.accounts.enums import OrganisationKind, Role
from portal.accounts.policy import Decision, allow, deny

from .enums import LawfulBasis, Status
from .kinds import Kind
from .models import Package
from .workflow import RELEASABLE, TRANSITIONS, UNSEALED

# What ``consent.queries.is_covered`` answers when somebody said no, or the data rest or are gone.
NO = frozenset({State.REFUSED.value, State.WITHDRAWN.value, "secrecy_not_released", "restricted", "objected", "erased"})
# The one refusal that whoever is refused may read: they may know of the package, and looked at an older page of it.
WRONG_STATE = "wrong_state"


@dataclass(frozen=True, kw_only=True)
class ReleaseFacts:
    """What :func:`can_release_bytes` decides on, gathered at the moment of asking."""

    consent_covers: bool
    consent_code: str
    lawful_basis: str
    has_written_ground: bool
    other_bases: frozenset[LawfulBasis]
    roles_in_recipient_team: frozenset[Role]
    team_serves_coupling: bool
    status: str
    frozen: bool
    collection_until: datetime | None
    now: datetime
    unclean_files: int
    proof: Proof
    audit_sequence: int | None


def can_release_bytes(facts: ReleaseFacts) -> Decision:
    """May bytes of a package leave the vault now? All of this holds, or nothing leaves:

    1. a consent covers purpose, recipient organisation and data categories now, or the package carries another lawful
       basis that its kind allows, with a written ground;
    2. the actor is an active member of the recipient team, in the role that collects;
    3. that team serves the municipality of the person's current coupling, and no change of it froze the package;
    4. the package is accepted or collected, and its collection period is open;
    5. every file has a clean scan;
    6. the actor's second factor was used within the last 15 minutes;
    7. the audit row is written, in the transaction that commits before the first byte.
    """
    lawful = may_travel(
        lawful_basis=facts.lawful_basis,
        consent_covers=facts.consent_covers,
        consent_code=facts.consent_code,
        other_bases=facts.other_bases,
        has_written_ground=facts.has_written_ground,
    )
    if not lawful:
        return lawful
    if Role.RECEIVER not in facts.roles_in_recipient_team:
        return deny("not_in_recipient_team")
    if not facts.team_serves_coupling or facts.frozen:
        return deny("coupling_changed")
    if facts.status not in RELEASABLE:
        return deny(WRONG_STATE)
    if facts.collection_until is None or facts.now >= facts.collection_until:
        return deny("collection_period_over")
    if facts.unclean_files:
        return deny("file_not_clean")
    if facts.proof < Proof.RECENT_SECOND_FACTOR:
        return deny("second_factor_too_old")
    if facts.audit_sequence is None:
        return deny("not_audited")
    return allow()


def may_travel(
    *,
    lawful_basis: str,
    consent_covers: bool,
    consent_code: str,
    other_bases: frozenset[LawfulBasis],
    has_written_ground: bool,
) -> Decision:
    """The first condition alone, which an offer asks as well.

    A refusal or a withdrawal is never overridden: another basis stands on its own ground, in writing, and takes the
    place of a consent that was not asked, not of one that was refused.
    """
    if lawful_basis == LawfulBasis.CONSENT:
        return allow() if consent_covers else deny(consent_code)
    if consent_code in NO:
        return deny(consent_code)
    return allow() if lawful_basis in other_bases and has_written_ground else deny("basis_not_allowed")


def has_work_list(actor: Actor) -> bool:
    """Whether there can be packages for this actor: only those who send or receive have any."""
    return bool(actor.roles & {Role.SENDER, Role.RECEIVER})


def can_create_package(actor: Actor, *, kind: Kind, sender_team_pk: int) -> Decision:
    """The actor sends in that team, and the organisation acted for is one that sends this kind."""
    if sender_team_pk not in actor.teams_with(Role.SENDER):
        return deny("not_a_sender")
    if actor.organisation_kind not in kind.senders:
        return deny("kind_not_sent_here")
    return allow()


def can_edit_package(actor: Actor, package: Package) -> Decision:
    """A sender of the package's team, while it is a draft."""
    if package.sender_team_id not in actor.teams_with(Role.SENDER):
        return deny("not_in_sender_team")
    if package.status != Status.DRAFT:
        return deny(WRONG_STATE)
    return allow()


def can_move_as_sender(actor: Actor, package: Package, name: str) -> Decision:
    """A sender of the package's team, from a state that this transition leaves."""
    if package.sender_team_id not in actor.teams_with(Role.SENDER):
        return deny("not_in_sender_team")
    return _from_here(package, name)


def can_move_as_receiver(actor: Actor, package: Package, name: str) -> Decision:
    """A receiver of the package's recipient team, from a state that this transition leaves, unless it is frozen."""
    if package.recipient_team_id not in actor.teams_with(Role.RECEIVER):
        return deny("not_in_recipient_team")
    if package.frozen_at is not None and name != "refuse":
        return deny("coupling_changed")
    return _from_here(package, name)


def _from_here(package: Package, name: str) -> Decision:
    return allow() if package.status in TRANSITIONS[name].sources else deny(WRONG_STATE)


def can_see_identity(actor: Actor, package: Package) -> Decision:
    """Whose package it is: its sender always; its receiver while it is under way there or was received."""
    if package.sender_team_id in actor.teams_with(Role.SENDER):
        return allow()
    here = {Status.OFFERED, Status.ACCEPTED, Status.COLLECTED, Status.CONFIRMED}
    if package.recipient_team_id in actor.teams_with(Role.RECEIVER) and package.status in here:
        return deny("coupling_changed") if package.frozen_at is not None else allow()
    return deny("not_yours_any_more")


def can_read_own_content(actor: Actor, package: Package) -> Decision:
    """The sender reads back the form and the file names of what it made, until they are shredded."""
    if package.sender_team_id not in actor.teams_with(Role.SENDER):
        return deny("not_in_sender_team")
    return deny("shredded") if package.shredded_at is not None else allow()


def can_change_coupling(actor: Actor) -> Decision:
    """COA couples persons to municipalities: its senders record a coupling and change it."""
    if actor.organisation_kind != OrganisationKind.COA or Role.SENDER not in actor.roles:
        return deny("coupling_is_for_coa")
    return allow()


def is_unsealed(package: Package) -> bool:
    """Whether the content may still change."""
    return package.status in UNSEALED
