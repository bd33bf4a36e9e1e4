"""What the log's codes are called on the page."""

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .enums import Action, Event, Outcome
from .findings import Finding, FindingKind

EVENTS: dict[Event, str | Promise] = {
    Event.SIGN_IN: _("Ingelogd"),
    Event.SIGN_IN_FAILED: _("Inloggen mislukt"),
    Event.SECOND_FACTOR_USED: _("Code gebruikt"),
    Event.SECOND_FACTOR_FAILED: _("Verkeerde code"),
    Event.SECOND_FACTOR_ENROLLED: _("Code-app ingesteld"),
    Event.ENROLMENT_ISSUED: _("Nieuwe code-app toegestaan"),
    Event.SIGN_OUT: _("Uitgelogd"),
    Event.ACTING_SWITCHED: _("Andere organisatie gekozen"),
    Event.MEMBERSHIP_GRANTED: _("Toegang gegeven"),
    Event.MEMBERSHIP_ENDED: _("Toegang gestopt"),
    Event.NOTICE_MAILED: _("Bericht gemaild"),
    Event.INVITATION_SENT: _("Collega uitgenodigd"),
    Event.INVITATION_REVOKED: _("Uitnodiging ingetrokken"),
    Event.INVITATION_OPENED: _("Uitnodiging gebruikt om te beginnen"),
    Event.INVITATION_ACCEPTED: _("Uitnodiging aangenomen"),
    Event.PASSWORD_CHANGED: _("Wachtwoord veranderd"),
    Event.FACTOR_REMOVED: _("Sleutel of code-app verwijderd"),
    Event.FACTOR_RENAMED: _("Sleutel of code-app een andere naam gegeven"),
    Event.FACTORS_READ: _("Eigen sleutels bekeken"),
    Event.RECOVERY_CODES_MADE: _("Herstelcodes gemaakt"),
    Event.RESET_REQUESTED: _("Herstel van account aangevraagd"),
    Event.RESET_APPROVED: _("Herstel van account goedgekeurd"),
    Event.RESET_CANCELLED: _("Herstel van account gestopt"),
    Event.RESET_COMPLETED: _("Account hersteld"),
    Event.SESSION_ENDED: _("Inlog op een apparaat beëindigd"),
    Event.DEVICE_NEW: _("Ingelogd op een nieuw apparaat"),
    Event.ACCESS_LIST_READ: _("Lijst met toegang bekeken"),
    Event.ACCESS_LIST_EXPORTED: _("Lijst met toegang gedownload"),
    Event.ORGANISATION_CHANGED: _("Organisatie veranderd"),
    Event.TEAM_CHANGED: _("Team veranderd"),
    Event.REVIEW_OPENED: _("Controle van toegang begonnen"),
    Event.REVIEW_ANSWERED: _("Toegang bevestigd of gestopt bij controle"),
    Event.REVIEW_CLOSED: _("Controle van toegang afgesloten"),
    Event.ACCOUNT_SLEPT: _("Account in slaap gezet"),
    Event.ACCOUNT_WOKEN: _("Account weer wakker gemaakt"),
    Event.PROVIDER_CHANGED: _("Inlogdienst veranderd"),
    Event.IDENTITY_LINKED: _("Account gekoppeld aan inlogdienst"),
    Event.IDENTITY_REFUSED: _("Inloggen met inlogdienst geweigerd"),
    Event.MESSAGE_BOUNCED: _("Bericht kwam niet aan"),
    Event.ROUTE_DENIED: _("Pagina geweigerd"),
    Event.AUDIT_READ: _("Logboek bekeken"),
    Event.AUDIT_VERIFIED: _("Logboek gecontroleerd"),
    Event.FILE_STORED: _("Bestand opgeslagen"),
    Event.FILE_REFUSED: _("Bestand geweigerd"),
    Event.FILE_SCANNED: _("Bestand op virussen gecontroleerd"),
    Event.FILE_SHREDDED: _("Bestand vernietigd"),
    Event.KEYS_ROTATED: _("Sleutels vernieuwd"),
    Event.UPLOADS_SWEPT: _("Afgebroken uploads opgeruimd"),
    Event.PERSON_SEARCHED: _("Inwoner gezocht"),
    Event.PERSON_READ: _("Inwoner bekeken"),
    Event.PERSON_REGISTERED: _("Inwoner toegevoegd"),
    Event.CUSTODY_RECORDED: _("Gezag vastgelegd"),
    Event.CUSTODY_ENDED: _("Gezag gestopt"),
    Event.CONSENT_READ: _("Toestemming bekeken"),
    Event.CONSENT_RECORDED: _("Toestemming vastgelegd"),
    Event.CONSENT_WITHDRAWN: _("Toestemming ingetrokken"),
    Event.CONSENT_RECEIPT_READ: _("Bewijs van toestemming bekeken"),
    Event.NOTICE_PUBLISHED: _("Uitleg over toestemming gepubliceerd"),
    Event.NOTICE_DRAFTED: _("Concept van een uitleg veranderd"),
    Event.NOTICE_CHECKED: _("Uitleg nagekeken in een taal"),
    Event.STATISTICS_READ: _("Cijfers over toestemming bekeken"),
    Event.RIGHT_ASKED: _("Verzoek over eigen gegevens gedaan"),
    Event.RIGHT_EXTENDED: _("Termijn van een verzoek verlengd"),
    Event.RIGHT_DECIDED: _("Verzoek over eigen gegevens beslist"),
    Event.RIGHT_READ: _("Verzoek over eigen gegevens bekeken"),
    Event.RIGHTS_REMINDED: _("Herinnerd aan een verzoek"),
    Event.COPY_TAKEN: _("Kopie van alle gegevens meegenomen"),
    Event.PERSON_RECTIFIED: _("Gegevens van een inwoner verbeterd"),
    Event.PERSON_RESTRICTED: _("Gegevens van een inwoner stilgezet"),
    Event.PERSON_UNRESTRICTED: _("Gegevens van een inwoner weer in gebruik"),
    Event.PERSON_ERASED: _("Inwoner gewist"),
    Event.ASSISTED_SESSION_OPENED: _("Samen bekijken begonnen"),
    Event.ASSISTED_SESSION_CLOSED: _("Samen bekijken gestopt"),
    Event.ACCESS_LETTER_ISSUED: _("Brief met toegang gegeven"),
    Event.ACCESS_LETTER_USED: _("Brief met toegang gebruikt"),
    Event.ACCESS_LETTER_FAILED: _("Brief met toegang: verkeerde gegevens"),
    Event.ACCESS_LETTER_REVOKED: _("Brief met toegang ingetrokken"),
    Event.QUESTION_ASKED: _("Inwoner stelde een vraag"),
    Event.QUESTION_READ: _("Vraag van inwoner gelezen"),
    Event.QUESTION_ANSWERED: _("Vraag van inwoner beantwoord"),
    Event.COUPLING_RECORDED: _("Koppeling vastgelegd"),
    Event.COUPLING_CHANGED: _("Koppeling veranderd"),
    Event.PACKAGE_CREATED: _("Overdracht gemaakt"),
    Event.PACKAGE_READ: _("Overdracht bekeken"),
    Event.PACKAGE_LISTED: _("Lijst met overdrachten bekeken"),
    Event.PACKAGE_EDITED: _("Overdracht veranderd"),
    Event.PACKAGE_FILE_ADDED: _("Bestand aan overdracht toegevoegd"),
    Event.PACKAGE_FILE_REMOVED: _("Bestand uit overdracht gehaald"),
    Event.PACKAGE_CLOSED: _("Overdracht klaargezet"),
    Event.PACKAGE_REOPENED: _("Overdracht weer geopend"),
    Event.PACKAGE_SEALED: _("Overdracht verzegeld"),
    Event.PACKAGE_QUARANTINED: _("Overdracht tegengehouden: onveilig bestand"),
    Event.PACKAGE_WAITING: _("Overdracht wacht op toestemming"),
    Event.PACKAGE_OFFERED: _("Overdracht aangeboden"),
    Event.PACKAGE_ACCEPTED: _("Overdracht aangenomen"),
    Event.PACKAGE_REFUSED: _("Overdracht geweigerd"),
    Event.PACKAGE_RECALLED: _("Overdracht teruggehaald"),
    Event.PACKAGE_WITHDRAWN: _("Overdracht gestopt: toestemming ingetrokken"),
    Event.PACKAGE_FROZEN: _("Overdracht stilgezet"),
    Event.PACKAGE_COLLECTED: _("Overdracht opgehaald"),
    Event.PACKAGE_CONFIRMED: _("Ontvangst bevestigd"),
    Event.PACKAGE_EXPIRED: _("Overdracht verlopen"),
    Event.PACKAGE_SHREDDED: _("Overdracht vernietigd"),
    Event.PACKAGE_MARKED_WRONG: _("Overdracht was een vergissing"),
    Event.FILE_COLLECTED: _("Bestand opgehaald"),
    Event.RECEIPT_READ: _("Ontvangstbewijs bekeken"),
    Event.RECEIPT_CHECKED: _("Ontvangstbewijs gecontroleerd"),
    Event.MY_DOSSIER_READ: _("Eigen overzicht bekeken"),
}

ACTIONS: dict[Action, str | Promise] = {
    Action.CREATE: _("maken"),
    Action.READ: _("inzien"),
    Action.UPDATE: _("veranderen"),
    Action.DELETE: _("verwijderen"),
    Action.EXECUTE: _("uitvoeren"),
}

OUTCOMES: dict[Outcome, str | Promise] = {
    Outcome.SUCCESS: _("Gelukt"),
    Outcome.DENIED: _("Geweigerd"),
    Outcome.FAILED: _("Mislukt"),
}

ACTOR_KINDS: dict[str, str | Promise] = {
    "user": _("Medewerker"),
    "person": _("Inwoner"),
    "system": _("Het systeem"),
    "anonymous": _("Niet ingelogd"),
}

FINDINGS: dict[FindingKind, str | Promise] = {
    FindingKind.EDITED: _("Deze regel is veranderd."),
    FindingKind.MISSING: _("Deze regel is weg."),
    FindingKind.INSERTED: _("Deze regel hoort hier niet. Iemand heeft hem erbij gezet."),
    FindingKind.REORDERED: _("Deze regel staat op een andere plaats."),
    FindingKind.BAD_SIGNATURE: _("De handtekening van deze regel klopt niet."),
    FindingKind.TAIL_REWRITTEN: _("Vanaf deze regel is het logboek opnieuw geschreven."),
    FindingKind.TRUNCATED: _("Het einde van het logboek is weg. Deze regel was er wel."),
    FindingKind.TREE_STATE: _("De telling van het logboek klopt niet met de regels."),
    FindingKind.MISSING_TRIGGER: _("De beveiliging tegen veranderen staat uit."),
    FindingKind.FORGED_WITNESS: _("Een regel bij de getuige is niet echt."),
    FindingKind.WITNESS_UNREADABLE: _("De kopie bij de getuige is niet te lezen. Wij kunnen niet alles controleren."),
    FindingKind.WITNESS_EMPTY: _("Er is geen kopie bij de getuige. Wij kunnen niet alles controleren."),
    FindingKind.KEY_UNREADABLE: _("De sleutel is niet te lezen. Wij kunnen niets controleren."),
    FindingKind.LOG_UNREADABLE: _("Het logboek is niet te lezen."),
}


def finding_text(finding: Finding) -> str:
    """One finding in plain words, with the rows it is about."""
    text = str(FINDINGS[finding.kind])
    if finding.sequence is None:
        return text
    if finding.last in (None, finding.sequence):
        return gettext("Regel %(row)d: %(text)s") % {"row": finding.sequence, "text": text}
    return gettext("Regel %(row)d tot en met %(last)d: %(text)s") % {
        "row": finding.sequence,
        "last": finding.last,
        "text": text,
    }
