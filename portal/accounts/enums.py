"""Kinds of organisation and the few roles there are."""

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


class MessageKind(TextChoices):
    """What a mail to a team is about; the sentence of each is in ``templates/accounts/mail/``."""

    HANDOVER_WAITING = "handover_waiting", _("Er wacht een overdracht op uw team")
    HANDOVER_ANSWERED = "handover_answered", _("Er is een antwoord op uw overdracht")
    HANDOVER_STOPPED = "handover_stopped", _("Een overdracht is gestopt")
    HANDOVER_EXPIRED = "handover_expired", _("Een overdracht is verlopen")
    HANDOVER_CONFIRMED = "handover_confirmed", _("Een overdracht is ontvangen")
    FILE_QUARANTINED = "file_quarantined", _("Een bestand is tegengehouden")
    PAGES_TO_REVIEW = "pages_to_review", _("Pagina's om na te kijken")
