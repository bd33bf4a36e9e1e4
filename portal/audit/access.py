"""Who reaches the routes of the log."""

from portal.access import READ, WRITE, AccessRow, Proof

from .policy import PRIVACY_OFFICER

_OFFICER = frozenset({PRIVACY_OFFICER})

ACCESS = (
    AccessRow(
        route="audit:log",
        methods=READ,
        proof=Proof.RECENT_SECOND_FACTOR,
        roles=_OFFICER,
        why="the privacy officer reads who did what",
    ),
    AccessRow(
        route="audit:timeline",
        methods=READ,
        proof=Proof.RECENT_SECOND_FACTOR,
        roles=_OFFICER,
        why="the privacy officer answers a person who asks who looked",
    ),
    AccessRow(
        route="audit:verify",
        methods=WRITE,
        proof=Proof.RECENT_SECOND_FACTOR,
        roles=_OFFICER,
        why="the privacy officer checks that nobody changed the log",
    ),
)
