"""Kinds of organisation, the few roles there are, and what else is chosen from a list."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class OrganisationKind(TextChoices):
    """What an organisation is in the chain; package kinds name these as sender and receiver."""

    REGION = "region", _("Regio")
    MUNICIPALITY = "municipality", _("Gemeente")
    COA = "coa", _("COA")
    GCA = "gca", _("Gezondheidscentrum asielzoekers (GCA)")
    JGZ_CENTRE = "jgz_centre", _("JGZ op het azc")
    REFUGEE_COUNCIL = "refugee_council", _("VluchtelingenWerk op het azc")
    GP = "gp", _("Huisartsenpraktijk")
    JGZ_MUNICIPALITY = "jgz_municipality", _("JGZ in de gemeente")
    SOCIAL_GUIDANCE = "social_guidance", _("Maatschappelijke begeleiding")
    NEIGHBOURHOOD_TEAM = "neighbourhood_team", _("Wijkteam")


class Role(TextChoices):
    """All roles. A user holds a role in a team, for a time; a role in one organisation means nothing in another."""

    SENDER = "sender", _("Verzender")
    RECEIVER = "receiver", _("Ontvanger")
    ORGANISATION_ADMINISTRATOR = "organisation_administrator", _("Beheerder van de organisatie")
    EDITOR = "editor", _("Redacteur")
    TRANSLATOR = "translator", _("Vertaler")
    PUBLISHER = "publisher", _("Eindredacteur")
    PRIVACY_OFFICER = "privacy_officer", _("Functionaris gegevensbescherming")
    REGION_ADMINISTRATOR = "region_administrator", _("Beheerder van de regio")
    PERSON = "person", _("Inwoner")


class FactorKind(TextChoices):
    """With what somebody shows to be there, besides a password; the best first."""

    PASSKEY = "passkey", _("Sleutel")
    APP = "app", _("Code-app")
    RECOVERY = "recovery", _("Herstelcodes")


class MailPace(TextChoices):
    """When a user's notices are mailed; the notice centre shows them at once in any case."""

    AT_ONCE = "at_once", _("Meteen, elk bericht apart")
    DAILY = "daily", _("Eén keer per dag, samen in één mail")


class ReviewAnswer(TextChoices):
    """What an access review said about a membership."""

    OPEN = "open", _("Nog niet bekeken")
    CONFIRMED = "confirmed", _("Blijft")
    ENDED = "ended", _("Gestopt")
    LAPSED = "lapsed", _("Vervallen: niet bevestigd")
    KEPT = "kept", _("Niet bevestigd, maar blijft: de enige beheerder van de regio")


class IdentityCheck(TextChoices):
    """How an administrator knows that somebody who lost a second factor is really that colleague."""

    IN_PERSON = "in_person", _("Ik zag mijn collega zelf, met een paspoort, ID-kaart of rijbewijs")
    VIDEO = "video", _("Ik zag mijn collega op video, met een paspoort, ID-kaart of rijbewijs")
    KNOWN = "known", _("Ik ken deze collega goed en sprak met hem of haar")


class ProviderUse(TextChoices):
    """For whom an OpenID provider vouches."""

    PROFESSIONALS = "professionals", _("Medewerkers van een organisatie")
    PERSONS = "persons", _("Inwoners")


class MessageKind(TextChoices):
    """What a mail is about; the sentences of each are in :mod:`portal.accounts.messages.texts`."""

    HANDOVER_WAITING = "handover_waiting", _("Er wacht een overdracht op uw team")
    HANDOVER_ANSWERED = "handover_answered", _("Er is een antwoord op uw overdracht")
    HANDOVER_STOPPED = "handover_stopped", _("Een overdracht is gestopt")
    HANDOVER_EXPIRED = "handover_expired", _("Een overdracht is verlopen")
    HANDOVER_CONFIRMED = "handover_confirmed", _("Een overdracht is ontvangen")
    FILE_QUARANTINED = "file_quarantined", _("Een bestand is tegengehouden")
    PAGES_TO_REVIEW = "pages_to_review", _("Pagina's om na te kijken")
    INVITATION = "invitation", _("U bent uitgenodigd voor het portaal")
    ACCESS_CHANGED = "access_changed", _("Uw toegang is veranderd")
    NEW_DEVICE = "new_device", _("Er is ingelogd op een nieuw apparaat")
    FACTOR_ADDED = "factor_added", _("Er is een extra sleutel of app toegevoegd")
    FACTOR_REMOVED = "factor_removed", _("Er is een sleutel of app verwijderd")
    RECOVERY_CODE_USED = "recovery_code_used", _("Er is een herstelcode gebruikt")
    PASSWORD_CHANGED = "password_changed", _("Uw wachtwoord is veranderd")
    RESET_REQUESTED = "reset_requested", _("Er is een herstel van uw account aangevraagd")
    RESET_APPROVED = "reset_approved", _("Het herstel van uw account is goedgekeurd")
    RESET_READY = "reset_ready", _("U kunt uw account nu herstellen")
    RESET_STOPPED = "reset_stopped", _("Het herstel van uw account is gestopt")
    RESET_TO_APPROVE = "reset_to_approve", _("Een herstel wacht op goedkeuring")
    REVIEW_DUE = "review_due", _("Kijk na wie toegang heeft")
    REVIEW_REMINDER = "review_reminder", _("Herinnering: kijk na wie toegang heeft")
    PASSWORD_FORGOTTEN = "password_forgotten", _("Kies een nieuw wachtwoord")
    DORMANT_SOON = "dormant_soon", _("Uw account gaat bijna in slaap")
    DORMANT = "dormant", _("Uw account is in slaap")
    LETTER_VOID = "letter_void", _("Een brief met toegang werkt niet meer")
    MAIL_BOUNCED = "mail_bounced", _("Een bericht kwam niet aan")
    RIGHTS_WAITING = "rights_waiting", _("Er is een nieuw verzoek van een inwoner")
    RIGHTS_DUE = "rights_due", _("De tijd voor een verzoek van een inwoner is bijna om")
    QUESTION_WAITING = "question_waiting", _("Een inwoner heeft een vraag")
    DIGEST = "digest", _("Uw berichten van vandaag")
