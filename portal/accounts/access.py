"""Who reaches the routes of sign-in, of the own account, and of the health probes."""

from django.utils.translation import gettext_lazy as _

from portal.access import ANY_ROLE, READ_WRITE, WRITE, AccessRow, Proof
from portal.navigation import Entry

from .enums import Role

ACCESS = (
    AccessRow(
        route="healthz", proof=Proof.NOTHING, why="Tells a supervisor that the process answers; says nothing else."
    ),
    AccessRow(
        route="readyz", proof=Proof.NOTHING, why="Tells a load balancer whether to send visitors; says nothing else."
    ),
    AccessRow(
        route="accounts:sign_in", methods=READ_WRITE, proof=Proof.NOTHING, why="Whoever signs in has not signed in yet."
    ),
    AccessRow(
        route="accounts:sign_out", methods=WRITE, proof=Proof.PASSWORD, roles=ANY_ROLE, why="One may always leave."
    ),
    AccessRow(
        route="accounts:second_factor",
        methods=READ_WRITE,
        proof=Proof.PASSWORD,
        roles=ANY_ROLE,
        why="The step from password to verified, and the renewed check before a collection.",
    ),
    AccessRow(
        route="accounts:enrol",
        methods=READ_WRITE,
        proof=Proof.PASSWORD,
        roles=ANY_ROLE,
        why="A first factor, for whoever has the password and a ticket that an administrator gave.",
    ),
    AccessRow(
        route="accounts:language",
        methods=WRITE,
        proof=Proof.PASSWORD,
        roles=ANY_ROLE,
        why="The language of the own screen.",
    ),
    AccessRow(route="accounts:home", proof=Proof.SECOND_FACTOR, roles=ANY_ROLE, why="The own account."),
    AccessRow(
        route="accounts:acting",
        methods=READ_WRITE,
        proof=Proof.SECOND_FACTOR,
        roles=ANY_ROLE,
        why="For which of the own organisations one works now.",
    ),
    AccessRow(
        route="accounts:notices",
        proof=Proof.SECOND_FACTOR,
        roles=ANY_ROLE,
        why="What was mailed to oneself and to the own teams.",
    ),
    AccessRow(
        route="accounts:notice_read",
        methods=WRITE,
        proof=Proof.SECOND_FACTOR,
        roles=ANY_ROLE,
        why="One notice is read, by oneself only.",
    ),
    AccessRow(
        route="accounts:notices_read",
        methods=WRITE,
        proof=Proof.SECOND_FACTOR,
        roles=ANY_ROLE,
        why="All notices are read, by oneself only.",
    ),
    AccessRow(
        route="accounts:mail_pace",
        methods=WRITE,
        proof=Proof.SECOND_FACTOR,
        roles=ANY_ROLE,
        why="How often one gets mail.",
    ),
    AccessRow(
        route="accounts:bounces",
        proof=Proof.SECOND_FACTOR,
        roles=frozenset({Role.ORGANISATION_ADMINISTRATOR, Role.REGION_ADMINISTRATOR}),
        why="Mail that did not arrive at the own organisation; of all organisations for the region.",
    ),
)

NAVIGATION = (
    Entry(route="accounts:home", label=_("Mijn account"), order=90),
    Entry(route="accounts:bounces", label=_("Teruggekomen mail"), order=70),
)
