"""States of a package, reasons for its end, lawful bases."""

from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class KindCode(TextChoices):
    """The kinds of handover package. What each kind means is one entry in ``kinds.KINDS``."""

    MEDICAL_FILE = "medical_file", _("Medisch dossier")
    YOUTH_HEALTH_FILE = "youth_health_file", _("Dossier jeugdgezondheidszorg")
    GUIDANCE_FILE = "guidance_file", _("Dossier begeleiding")
    RISK_SIGNAL = "risk_signal", _("Risicosignaal")
    ASSESSMENT_AND_INTAKE = "assessment_and_intake", _("Assessment en intake")
    QUESTION_AND_ANSWER = "question_and_answer", _("Vraag en antwoord")


class Status(TextChoices):
    """Where a package is on its way."""

    DRAFT = "draft", _("Concept")
    SCANNING = "scanning", _("Wordt gecontroleerd op virussen")
    READY = "ready", _("Klaar om aan te bieden")
    AWAITING_CONSENT = "awaiting_consent", _("Wacht op toestemming")
    OFFERED = "offered", _("Aangeboden")
    ACCEPTED = "accepted", _("Aangenomen")
    COLLECTED = "collected", _("Opgehaald")
    CONFIRMED = "confirmed", _("Ontvangst bevestigd")
    SHREDDED = "shredded", _("Bestanden vernietigd")
    QUARANTINED = "quarantined", _("Tegengehouden: onveilig bestand")
    REFUSED = "refused", _("Geweigerd door de ontvanger")
    RECALLED = "recalled", _("Teruggehaald door de verzender")
    WITHDRAWN = "withdrawn", _("Gestopt: toestemming ingetrokken")
    EXPIRED = "expired", _("Verlopen")
    ENTERED_IN_ERROR = "entered_in_error", _("Per ongeluk gemaakt")


class EndReason(TextChoices):
    """Why a package ended. Every end state has one."""

    NOT_COUPLED = "not_coupled", _("Deze persoon is niet aan onze gemeente gekoppeld")
    WRONG_TEAM = "wrong_team", _("Dit hoort bij een ander team")
    INCOMPLETE = "incomplete", _("Het dossier is niet compleet")
    UNREADABLE = "unreadable", _("Een bestand is niet te lezen")
    MISTAKE = "mistake", _("Vergissing")
    NEWER_VERSION = "newer_version", _("Er komt een nieuwe versie")
    COUPLING_CHANGED = "coupling_changed", _("De koppeling is veranderd")
    CONSENT_WITHDRAWN = "consent_withdrawn", _("De toestemming is ingetrokken")
    OBJECTED = "objected", _("De persoon maakte bezwaar")
    ERASED = "erased", _("De gegevens van de persoon zijn gewist")
    NOT_COLLECTED_IN_TIME = "not_collected_in_time", _("Niet op tijd opgehaald")
    NOT_CONFIRMED_IN_TIME = "not_confirmed_in_time", _("De ontvangst is niet op tijd bevestigd")
    UNSAFE_FILE = "unsafe_file", _("Een bestand is onveilig")
    DELIVERED = "delivered", _("Afgeleverd")


class LawfulBasis(TextChoices):
    """On what ground a package may travel (GDPR art. 6 and 9; WGBO art. 7:457 Dutch Civil Code)."""

    CONSENT = "consent", _("Toestemming")
    VITAL_INTEREST = "vital_interest", _("Vitaal belang")
    LEGAL_DUTY = "legal_duty", _("Wettelijke plicht")


class Standing(StrEnum):
    """What a consent comes down to now, in the person's eyes."""

    YES = "yes"
    PARTLY = "partly"
    HELD_BACK = "held_back"
    NO = "no"
    STOPPED = "stopped"
    OVER = "over"
