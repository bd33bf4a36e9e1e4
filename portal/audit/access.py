"""Who reaches the routes of the log."""

from django.utils.translation import gettext_lazy as _

from portal.access import READ, WRITE, AccessRow, Proof
from portal.navigation import Entry

from .policy import PRIVACY_OFFICER

_OFFICER = frozenset({PRIVACY_OFFICER})

ACCESS = (
    AccessRow(
        route="audit:log",
        methods=READ,
        proof=Proof.RECENT_SECOND_FACTOR,
        roles=_OFFICER,
        why="the privacy officer reads who did what",
        purpose=_("het logboek lezen"),
    ),
    AccessRow(
        route="audit:timeline",
        methods=READ,
        proof=Proof.RECENT_SECOND_FACTOR,
        roles=_OFFICER,
        why="the privacy officer answers a person who asks who looked",
        purpose=_("het logboek lezen"),
    ),
    AccessRow(
        route="audit:verify",
        methods=WRITE,
        proof=Proof.RECENT_SECOND_FACTOR,
        roles=_OFFICER,
        why="the privacy officer checks that nobody changed the log",
    ),
)

NAVIGATION = (Entry(route="audit:log", label=_("Logboek"), order=30),)
