"""Answers of policies, and how a refusal travels."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import Http404

from portal.access import AccessRow
from portal.audit.enums import Event

if TYPE_CHECKING:
    from portal.accounts.actor import Actor


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
