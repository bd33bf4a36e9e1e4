"""Who reaches the addresses of packages and of the person's own pages. Which package is the policy's matter."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.access import READ, READ_WRITE, WRITE, AccessRow, Proof
from portal.accounts.enums import Role
from portal.navigation import Entry

_PROFESSIONALS = frozenset({Role.SENDER.value, Role.RECEIVER.value})
_READERS = _PROFESSIONALS | {Role.PERSON.value}
_SENDERS = frozenset({Role.SENDER.value})
_RECEIVERS = frozenset({Role.RECEIVER.value})
_EVERYBODY_INSIDE = frozenset(role.value for role in Role)


def _row(
    route: str,
    why: str,
    roles: frozenset[str],
    methods: frozenset[str] = READ,
    proof: Proof = Proof.SECOND_FACTOR,
    purpose: Promise | str = "",
) -> AccessRow:
    return AccessRow(route=route, why=why, roles=roles, methods=methods, proof=proof, purpose=purpose)


ACCESS = (
    _row("dossiers:start", "the first page after signing in; empty for who has no packages", _EVERYBODY_INSIDE),
    _row("dossiers:person", "a person a team has to do with", _PROFESSIONALS),
    _row("dossiers:coupling", "COA couples persons to municipalities", _SENDERS, READ_WRITE),
    _row("dossiers:package_new", "senders make packages", _SENDERS, READ_WRITE),
    _row("dossiers:package", "sender and receiver see their package", _PROFESSIONALS),
    _row("dossiers:package_state", "how far the virus check is", _SENDERS),
    _row("dossiers:package_form", "senders fill in the form", _SENDERS, WRITE),
    _row("dossiers:package_reopen", "senders go on with a draft", _SENDERS, WRITE),
    _row("dossiers:package_discard", "senders throw a draft away", _SENDERS, WRITE),
    _row("dossiers:package_recall", "senders take a package back", _SENDERS, WRITE),
    _row("dossiers:package_renew", "senders make a new version", _SENDERS, WRITE),
    _row("dossiers:package_accept", "receivers take a package on", _RECEIVERS, WRITE),
    _row("dossiers:package_refuse", "receivers refuse a package", _RECEIVERS, WRITE),
    _row(
        "dossiers:package_collect",
        "receivers open a package, with a fresh second factor",
        _RECEIVERS,
        WRITE,
        Proof.RECENT_SECOND_FACTOR,
    ),
    _row("dossiers:package_confirm", "receivers confirm what arrived", _RECEIVERS, WRITE),
    _row("dossiers:file_add", "senders add files to a draft", _SENDERS, WRITE),
    _row("dossiers:file_remove", "senders take a file out of a draft", _SENDERS, WRITE),
    _row(
        "dossiers:file_collect",
        "receivers collect a file, with a fresh second factor",
        _RECEIVERS,
        READ,
        Proof.RECENT_SECOND_FACTOR,
        _("een bestand ophalen"),
    ),
    _row(
        "dossiers:form_collect",
        "receivers read the form, with a fresh second factor",
        _RECEIVERS,
        READ,
        Proof.RECENT_SECOND_FACTOR,
        _("het formulier openen"),
    ),
    _row(
        "dossiers:receipt_json",
        "both sides export the receipt, with a fresh second factor",
        _PROFESSIONALS,
        READ,
        Proof.RECENT_SECOND_FACTOR,
        _("het bewijs downloaden"),
    ),
    _row(
        "dossiers:receipt_pdf",
        "both sides export the receipt, with a fresh second factor",
        _PROFESSIONALS,
        READ,
        Proof.RECENT_SECOND_FACTOR,
        _("het bewijs downloaden"),
    ),
    _row(
        "dossiers:receipt_check",
        "whoever works with packages checks a receipt",
        _PROFESSIONALS | {Role.PRIVACY_OFFICER.value},
        READ_WRITE,
    ),
    _row("my:overview", "a person reads alone, or along at a desk in a confirmed session", _READERS),
    _row(
        "my:withdraw",
        "a person takes a consent back, alone or at a desk; as weighty as giving it, so with a fresh second factor",
        _READERS,
        READ_WRITE,
        Proof.RECENT_SECOND_FACTOR,
    ),
    _row(
        "my:paper",
        "a person prints a form to withdraw on paper, alone or at a desk; it names nobody but the own family",
        _READERS,
        WRITE,
    ),
    _row("my:consents", "a person sees who may get what, alone or at a desk", _READERS),
    _row("my:looks", "a person reads who looked at anything of one consent", _READERS),
    _row("my:agree", "a person who decides alone reads the explanation and chooses anew", _READERS, READ_WRITE),
    _row(
        "my:agree_confirm",
        "a new choice is signed with the own key: with a fresh second factor",
        _READERS,
        READ_WRITE,
        Proof.RECENT_SECOND_FACTOR,
        _("uw keuze vastleggen"),
    ),
    _row("my:ask", "a person asks about an own consent, alone or at a desk", _READERS, READ_WRITE),
    _row("my:questions", "a person reads the answers to own questions", _READERS),
    _row("my:withdrawn", "a person reads what is true after taking a consent back", _READERS),
    *(
        _row(
            route,
            "a person takes the proof of an own decision along: it leaves the portal as a file",
            _READERS,
            proof=Proof.RECENT_SECOND_FACTOR,
            purpose=_("een kopie van uw keuze maken"),
        )
        for route in ("my:receipt", "my:receipt_json", "my:receipt_fhir")
    ),
    _row("my:rights", "a person sees what the law lets them ask, and what they asked", _READERS),
    _row("my:right", "a person follows an own request: its term and its answer", _READERS),
    _row(
        "my:right_ask",
        "a person asks to correct, to rest, to stop or to erase; with a fresh second factor, as it changes much",
        _READERS,
        READ_WRITE,
        Proof.RECENT_SECOND_FACTOR,
        _("iets over uw gegevens vragen"),
    ),
    _row(
        "my:copy",
        "a person takes everything along: it leaves the portal as a file",
        _READERS,
        proof=Proof.RECENT_SECOND_FACTOR,
        purpose=_("een kopie van uw gegevens maken"),
    ),
    _row("my:language", "a person reads on in another language", _READERS, WRITE),
    _row(
        "my:key",
        "a person who showed letter and birth date makes a passkey",
        frozenset({Role.PERSON.value}),
        proof=Proof.PASSWORD,
    ),
    AccessRow(
        route="my:letter",
        methods=READ_WRITE,
        proof=Proof.NOTHING,
        why="whoever holds an access letter has not signed in yet; letter and birth date open the making of a passkey",
    ),
)

NAVIGATION = (
    Entry(route="dossiers:start", label=_("Werklijst"), order=10),
    Entry(route="dossiers:receipt_check", label=_("Bewijs controleren"), order=60),
)
