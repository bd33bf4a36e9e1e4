"""Who reaches the routes of sign-in, of the own account, and of the health probes."""

from django.utils.translation import gettext_lazy as _

from portal.access import ANY_COLLEAGUE, ANY_ROLE, READ, READ_WRITE, WRITE, AccessRow, Proof
from portal.navigation import Entry

from .enums import Role

_ADMINISTRATORS = frozenset({Role.ORGANISATION_ADMINISTRATOR.value, Role.REGION_ADMINISTRATOR.value})


def _people(route: str, why: str, methods: frozenset[str] = READ, *, fresh: bool = True) -> AccessRow:
    """What administrators do about people: changes need a fresh second factor."""
    proof = Proof.RECENT_SECOND_FACTOR if fresh else Proof.SECOND_FACTOR
    return AccessRow(route=route, methods=methods, proof=proof, roles=_ADMINISTRATORS, why=why)


def _region(route: str, why: str, methods: frozenset[str] = READ, *, fresh: bool = True) -> AccessRow:
    """What the region's administrator does about organisations."""
    proof = Proof.RECENT_SECOND_FACTOR if fresh else Proof.SECOND_FACTOR
    roles = frozenset({Role.REGION_ADMINISTRATOR.value})
    return AccessRow(route=route, methods=methods, proof=proof, roles=roles, why=why)


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
    *(
        AccessRow(
            route=f"accounts:passkey_sign_in_{step}",
            methods=WRITE,
            proof=Proof.NOTHING,
            why="Signing in with a passkey alone, which is both factors in one.",
        )
        for step in ("begin", "complete")
    ),
    *(
        AccessRow(
            route=f"accounts:passkey_use_{step}",
            methods=WRITE,
            proof=Proof.PASSWORD,
            roles=ANY_ROLE,
            why="A passkey as second factor: after the password, and for a renewed check.",
        )
        for step in ("begin", "complete")
    ),
    *(
        AccessRow(
            route=f"accounts:passkey_enrol_{step}",
            methods=WRITE,
            proof=Proof.PASSWORD,
            roles=ANY_ROLE,
            why="A passkey as first factor, for whoever has a session and a ticket of their own.",
        )
        for step in ("begin", "complete")
    ),
    AccessRow(route="accounts:factors", proof=Proof.SECOND_FACTOR, roles=ANY_COLLEAGUE, why="The own factors."),
    *(
        AccessRow(
            route=f"accounts:{name}",
            methods=methods,
            proof=Proof.RECENT_SECOND_FACTOR,
            roles=ANY_COLLEAGUE,
            why="Changing the own factors needs one of them, used just now.",
            purpose=_("uw sleutels, app of herstelcodes veranderen"),
        )
        for name, methods in (
            ("factor_add_app", READ_WRITE),
            ("factor_add_passkey", READ),
            ("passkey_add_begin", WRITE),
            ("passkey_add_complete", WRITE),
            ("factor_rename", READ_WRITE),
            ("factor_remove", READ_WRITE),
            ("recovery_codes", READ_WRITE),
        )
    ),
    AccessRow(
        route="accounts:language",
        methods=WRITE,
        proof=Proof.PASSWORD,
        roles=ANY_ROLE,
        why="The language of the own screen.",
    ),
    AccessRow(route="accounts:home", proof=Proof.SECOND_FACTOR, roles=ANY_COLLEAGUE, why="The own account."),
    AccessRow(
        route="accounts:stay",
        methods=WRITE,
        proof=Proof.PASSWORD,
        roles=ANY_ROLE,
        why="Whoever is still there says so; nothing but the own session changes.",
    ),
    AccessRow(
        route="accounts:sessions",
        proof=Proof.SECOND_FACTOR,
        roles=ANY_COLLEAGUE,
        why="On which devices one is signed in.",
    ),
    AccessRow(
        route="accounts:session_end",
        methods=WRITE,
        proof=Proof.SECOND_FACTOR,
        roles=ANY_COLLEAGUE,
        why="End one of the own sessions; somebody else's does not exist here.",
    ),
    AccessRow(
        route="accounts:sessions_end_all",
        methods=WRITE,
        proof=Proof.SECOND_FACTOR,
        roles=ANY_COLLEAGUE,
        why="End all own sessions but this one.",
    ),
    AccessRow(
        route="accounts:resets",
        proof=Proof.SECOND_FACTOR,
        roles=_ADMINISTRATORS,
        why="Resets of colleagues that are under way.",
    ),
    AccessRow(
        route="accounts:reset_request",
        methods=READ_WRITE,
        roles=_ADMINISTRATORS,
        why="The first of two administrators, who checked the colleague's identity; with a fresh second factor.",
    ),
    AccessRow(
        route="accounts:reset_approve",
        methods=READ_WRITE,
        roles=_ADMINISTRATORS,
        why="The second of two administrators; with a fresh second factor.",
    ),
    AccessRow(
        route="accounts:reset_cancel",
        methods=WRITE,
        proof=Proof.SECOND_FACTOR,
        roles=ANY_COLLEAGUE,
        why="Stop a reset: of the own account, or as an administrator.",
    ),
    AccessRow(
        route="accounts:reset_stop",
        methods=READ_WRITE,
        proof=Proof.NOTHING,
        why="Who gets a mail about a reset they did not ask for stops it without signing in; the link is a secret.",
    ),
    AccessRow(
        route="accounts:reset",
        methods=READ_WRITE,
        proof=Proof.PASSWORD,
        roles=ANY_COLLEAGUE,
        why="The owner's own link after a day, together with the password.",
    ),
    AccessRow(
        route="accounts:acting",
        methods=READ_WRITE,
        proof=Proof.SECOND_FACTOR,
        roles=ANY_COLLEAGUE,
        why="For which of the own organisations one works now.",
    ),
    AccessRow(
        route="accounts:notices",
        proof=Proof.SECOND_FACTOR,
        roles=ANY_COLLEAGUE,
        why="What was mailed to oneself and to the own teams.",
    ),
    AccessRow(
        route="accounts:notice_read",
        methods=WRITE,
        proof=Proof.SECOND_FACTOR,
        roles=ANY_COLLEAGUE,
        why="One notice is read, by oneself only.",
    ),
    AccessRow(
        route="accounts:notices_read",
        methods=WRITE,
        proof=Proof.SECOND_FACTOR,
        roles=ANY_COLLEAGUE,
        why="All notices are read, by oneself only.",
    ),
    AccessRow(
        route="accounts:mail_pace",
        methods=WRITE,
        proof=Proof.SECOND_FACTOR,
        roles=ANY_COLLEAGUE,
        why="How often one gets mail.",
    ),
    AccessRow(
        route="accounts:bounces",
        proof=Proof.SECOND_FACTOR,
        roles=frozenset({Role.ORGANISATION_ADMINISTRATOR, Role.REGION_ADMINISTRATOR}),
        why="Mail that did not arrive at the own organisation; of all organisations for the region.",
    ),
    AccessRow(
        route="accounts:password",
        methods=READ_WRITE,
        roles=ANY_COLLEAGUE,
        why="The own password, with a fresh second factor.",
    ),
    AccessRow(
        route="accounts:password_forgotten",
        methods=READ_WRITE,
        proof=Proof.NOTHING,
        why="Whoever forgot the password cannot sign in; answers alike for every address.",
    ),
    AccessRow(
        route="accounts:password_renew",
        methods=READ_WRITE,
        proof=Proof.NOTHING,
        why="A new password, for whoever has the link from the mailbox and a second factor.",
    ),
    *(
        AccessRow(
            route=f"accounts:passkey_renew_{step}",
            methods=WRITE,
            proof=Proof.NOTHING,
            why="A passkey as the second factor of a new password; the link from the mailbox says whose.",
        )
        for step in ("begin", "complete")
    ),
    AccessRow(
        route="accounts:invitation",
        methods=READ_WRITE,
        proof=Proof.NOTHING,
        why="Whoever is invited has no account yet; the link is the proof, and a factor must follow.",
    ),
    _people("accounts:people", "Administrators see the members of their organisation.", fresh=False),
    _people("accounts:invite", "Administrators invite colleagues.", READ_WRITE),
    _people("accounts:member", "Administrators give a colleague a further role.", READ_WRITE),
    _people("accounts:invitation_resend", "Administrators send an invitation again.", WRITE),
    _people("accounts:invitation_revoke", "Administrators take an invitation back.", WRITE),
    _people("accounts:membership_end", "Administrators end a role.", READ_WRITE),
    _people("accounts:wake", "Administrators wake an account that fell asleep.", WRITE),
    _people("accounts:review", "Administrators look who has access, twice a year.", fresh=False),
    _people("accounts:review_answer", "Administrators confirm or end a role.", WRITE),
    _region("accounts:organisations", "The region's administrator sees all organisations.", fresh=False),
    _region("accounts:organisation_new", "The region's administrator makes an organisation.", READ_WRITE),
    _region("accounts:organisation", "The region's administrator changes an organisation.", READ_WRITE),
    _region("accounts:organisation_end", "The region's administrator ends an organisation.", READ_WRITE),
    _region("accounts:team_new", "The region's administrator makes a team.", READ_WRITE),
    _region("accounts:team", "The region's administrator changes a team.", READ_WRITE),
    _region("accounts:team_end", "The region's administrator ends a team.", READ_WRITE),
    AccessRow(
        route="accounts:access_list",
        proof=Proof.SECOND_FACTOR,
        roles=_ADMINISTRATORS | {Role.PRIVACY_OFFICER.value},
        why="Who has access: for the organisation's administrator, the region's, and the privacy officer.",
    ),
    _people("accounts:access_export", "Administrators take the list of who has access along."),
    AccessRow(
        route="accounts:oidc_begin",
        methods=WRITE,
        proof=Proof.NOTHING,
        why="The way to another sign-in service, for whoever has not signed in yet or shows a second factor there.",
    ),
    AccessRow(
        route="accounts:oidc_callback",
        methods=frozenset({"GET"}),
        proof=Proof.NOTHING,
        why="The way back from it: only the browser that left gets in, once.",
    ),
    AccessRow(
        route="accounts:oidc_join",
        methods=WRITE,
        proof=Proof.NOTHING,
        why="The way to another sign-in service for whoever is invited; the link of the invitation is the proof.",
    ),
    AccessRow(
        route="accounts:oidc_link",
        methods=WRITE,
        proof=Proof.RECENT_SECOND_FACTOR,
        roles=ANY_COLLEAGUE,
        why="One links the own account to a sign-in service: as weighty as a new factor.",
    ),
    AccessRow(
        route="accounts:oidc_unlink",
        methods=WRITE,
        proof=Proof.RECENT_SECOND_FACTOR,
        roles=ANY_COLLEAGUE,
        why="One takes an own link away.",
    ),
    AccessRow(
        route="accounts:oidc_providers",
        proof=Proof.RECENT_SECOND_FACTOR,
        roles=frozenset({Role.REGION_ADMINISTRATOR}),
        why="Whose word counts at sign-in is the region's decision.",
    ),
    AccessRow(
        route="accounts:oidc_provider_new",
        methods=READ_WRITE,
        proof=Proof.RECENT_SECOND_FACTOR,
        roles=frozenset({Role.REGION_ADMINISTRATOR}),
        why="Whose word counts at sign-in is the region's decision.",
    ),
    AccessRow(
        route="accounts:oidc_provider",
        methods=READ_WRITE,
        proof=Proof.RECENT_SECOND_FACTOR,
        roles=frozenset({Role.REGION_ADMINISTRATOR}),
        why="Whose word counts at sign-in is the region's decision.",
    ),
)

NAVIGATION = (
    Entry(route="accounts:bounces", label=_("Teruggekomen mail"), order=86),
    Entry(route="accounts:people", label=_("Collega's"), order=80),
    Entry(route="accounts:organisations", label=_("Organisaties"), order=79),
    Entry(route="accounts:access_list", label=_("Wie heeft toegang"), order=81),
    Entry(route="accounts:resets", label=_("Accounts herstellen"), order=82),
    Entry(route="accounts:home", label=_("Mijn account"), order=90),
    Entry(route="accounts:oidc_providers", label=_("Inlogdiensten"), order=85),
)
