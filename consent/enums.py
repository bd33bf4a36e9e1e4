"""The vocabulary of consent: what it is for, what it covers, who decided and how, and what became of it."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Purpose(TextChoices):
    """What the data are shared for: one purpose per kind of handover."""

    MEDICAL_FILE = "medical_file_transfer", _("Medisch dossier naar de nieuwe huisarts")
    YOUTH_HEALTH = "youth_health_transfer", _("Dossier van de jeugdgezondheidszorg naar de nieuwe gemeente")
    GUIDANCE = "guidance_transfer", _("Gegevens over begeleiding naar de nieuwe gemeente")
    RISK_SIGNAL = "risk_signal", _("Zorgen doorgeven aan een hulpverlener")
    ASSESSMENT = "assessment_and_intake", _("Gegevens over werk, school en taal naar de nieuwe gemeente")
    QUESTION = "question_and_answer", _("Een vraag beantwoorden van een hulpverlener")


class DataCategory(TextChoices):
    """Which data; a person says yes or no to each of them apart."""

    VACCINATIONS = "vaccinations", _("Prikken (vaccinaties)")
    GROWTH = "growth", _("Lengte en gewicht")
    DEVELOPMENT = "development", _("Hoe het kind groeit en leert")
    MEDICAL_HISTORY = "medical_history", _("Ziektes van nu en van vroeger")
    MEDICATION = "medication", _("Medicijnen")
    MENTAL_HEALTH = "mental_health", _("Hoe u zich voelt (psychische gezondheid)")
    TB_SCREENING = "tb_screening", _("Uitslag van het onderzoek naar tuberculose")
    SOCIAL_SITUATION = "social_situation", _("Hoe u woont en leeft")
    FAMILY = "family", _("Uw gezin")
    EDUCATION = "education", _("School en opleiding")
    LANGUAGE_LEVEL = "language_level", _("Hoe goed u Nederlands kent")
    WORK = "work", _("Werk")
    RISK = "risk", _("Zorgen over gezondheid of veiligheid")


class Outcome(TextChoices):
    """What was decided."""

    GIVEN = "given", _("Ja")
    REFUSED = "refused", _("Nee")
    WITHDRAWN = "withdrawn", _("Ingetrokken")


class State(TextChoices):
    """What a decision is worth now. Derived at every reading, never stored."""

    REQUESTED = "requested", _("Nog niet gekozen")
    GIVEN = "given", _("Toestemming gegeven")
    RECONFIRMED = "reconfirmed", _("Toestemming opnieuw gegeven")
    REFUSED = "refused", _("Geen toestemming")
    WITHDRAWN = "withdrawn", _("Toestemming ingetrokken")
    EXPIRED = "expired", _("Toestemming is verlopen")
    SUPERSEDED = "superseded", _("Vervangen: de uitleg is veranderd of er is een nieuwe keuze")
    INVALIDATED = "invalidated", _("Niet meer geldig: iemand anders moet nu kiezen")


class Capacity(TextChoices):
    """On whose authority was decided (Dutch law: WGBO, Civil Code book 7 art. 450 and 465)."""

    SELF = "self", _("De persoon zelf")
    PARENT = "parent", _("De ouders met gezag")
    BOTH = "both", _("De jongere en de ouders of de voogd")
    GUARDIAN = "guardian", _("De voogd of vertegenwoordiger")


class Relation(TextChoices):
    """What an adult is to the person he or she decides for."""

    MOTHER = "mother", _("Moeder")
    FATHER = "father", _("Vader")
    GUARDIAN = "guardian", _("Voogd")
    REPRESENTATIVE = "representative", _("Mentor of curator")


class CustodyEnd(TextChoices):
    """Why somebody no longer decides for another."""

    COURT = "court", _("Besluit van de rechter")
    DECEASED = "deceased", _("Overleden")
    MISTAKE = "mistake", _("Verkeerd opgeschreven")
    OTHER = "other", _("Een andere reden")


class Method(TextChoices):
    """How the decision was expressed."""

    ON_SCREEN = "on_screen", _("Op het scherm bevestigd")
    PAPER_SCAN = "paper_scan", _("Op papier ondertekend en gescand")
    WITNESSED_ORALLY = "witnessed_orally", _("Mondeling, met een getuige erbij")


class SignatureKind(TextChoices):
    """In which form somebody signed."""

    DRAWN = "drawn", _("Handtekening op het scherm")
    CONFIRMED = "confirmed", _("Naam ingevuld en bevestigd op het scherm")
    PAPER = "paper", _("Handtekening op papier, gescand")
    WITNESSED = "witnessed", _("Mondeling, een getuige was erbij")


class InterpreterKind(TextChoices):
    """Who interpreted. Family is possible but advised against: it may colour what is said."""

    NOT_NEEDED = "not_needed", _("Geen tolk nodig")
    ON_SITE = "on_site", _("Tolk in de kamer")
    TELEPHONE = "telephone", _("Tolk aan de telefoon")
    FAMILY = "family", _("Familie of bekende (liever niet)")


class Sitting(TextChoices):
    """What a conversation was about."""

    DECISION = "decision", _("Keuze gemaakt")
    WITHDRAWAL = "withdrawal", _("Toestemming ingetrokken")


class WithdrawnBy(TextChoices):
    """Who took the consent back."""

    PERSON = "person", _("De persoon zelf")
    ASSISTED = "assisted", _("De persoon of de ouder, samen met een medewerker")
    PROFESSIONAL = "professional", _("Een medewerker, op verzoek")


class InvolvementReason(TextChoices):
    """Why a team has something to do with a person."""

    REGISTERED = "registered", _("Door dit team ingeschreven")
    LOOKED_UP = "looked_up", _("Gevonden met V-nummer en geboortedatum")
    COUPLED = "coupled", _("Gekoppeld aan een gemeente van dit team")
    PACKAGE = "package", _("Er is een overdracht aan dit team")


class IdentityCheck(TextChoices):
    """How a professional made sure, face to face, who gets an access letter."""

    DOCUMENT = "document", _("Ik zag het W-document of het verblijfsdocument")
    PASSPORT = "passport", _("Ik zag het paspoort of de identiteitskaart")
    KNOWN = "known", _("Ik ken deze persoon van eerdere gesprekken")


class LetterEnd(TextChoices):
    """Why an access letter stopped counting before it was used."""

    REPLACED = "replaced", _("Vervangen door een nieuwe brief")
    REVOKED = "revoked", _("Ingetrokken")
    GUESSED = "guessed", _("Te vaak een verkeerde geboortedatum")


class Right(TextChoices):
    """What the law lets a person ask about the own data (GDPR chapter III)."""

    ACCESS = "access", _("Zien welke gegevens er zijn")
    PORTABILITY = "portability", _("Gegevens meenemen in een bestand")
    RECTIFICATION = "rectification", _("Gegevens verbeteren")
    RESTRICTION = "restriction", _("Gegevens een tijd niet gebruiken")
    OBJECTION = "objection", _("Bezwaar maken")
    ERASURE = "erasure", _("Gegevens wissen")


class RightChannel(TextChoices):
    """How a request came in that somebody else wrote down."""

    DESK = "desk", _("Aan de balie, de persoon was erbij")
    TELEPHONE = "telephone", _("Aan de telefoon")
    LETTER = "letter", _("Per brief")
    MAIL = "mail", _("Per e-mail")


class RightState(TextChoices):
    """How far a request is."""

    OPEN = "open", _("Wij bekijken uw vraag")
    EXTENDED = "extended", _("Wij hebben meer tijd nodig")
    DECIDED = "decided", _("U hebt antwoord")


class RightDecision(TextChoices):
    """What was decided about a request."""

    GRANTED = "granted", _("Ja")
    PARTLY = "partly", _("Voor een deel")
    REFUSED = "refused", _("Nee")


class RightGround(TextChoices):
    """Why the law lets a part of a request be refused; the log and the record keep the code."""

    NONE = "none", _("Geen: de vraag wordt helemaal uitgevoerd")
    IDENTITY = "identity", _("Wij weten niet zeker wie het vraagt (AVG art. 12 lid 6)")
    UNFOUNDED = "unfounded", _("De vraag is duidelijk zonder grond of komt steeds terug (AVG art. 12 lid 5)")
    LEGAL_DUTY = "legal_duty", _("De wet zegt dat wij dit moeten bewaren (AVG art. 17 lid 3 b)")
    PUBLIC_HEALTH = "public_health", _("Het is nodig voor de volksgezondheid (AVG art. 17 lid 3 c)")
    CLAIMS = "claims", _("Het is nodig voor een rechtszaak (AVG art. 17 lid 3 e, art. 21 lid 1)")
    OTHERS = "others", _("Het zijn gegevens van iemand anders (AVG art. 15 lid 4)")
    COMPELLING = "compelling", _("Er is een zwaarwegende reden om door te gaan (AVG art. 21 lid 1)")
    CORRECT = "correct", _("De gegevens kloppen al (AVG art. 16)")


class RestrictionGround(TextChoices):
    """Why data rest for a time (GDPR art. 18(1))."""

    ACCURACY = "accuracy", _("De gegevens kloppen misschien niet")
    UNLAWFUL = "unlawful", _("Het gebruik mag niet, maar wissen wil ik niet")
    CLAIMS = "claims", _("Ik heb de gegevens nodig voor een rechtszaak")
    OBJECTION = "objection", _("Ik heb bezwaar gemaakt en wacht op antwoord")


class Addressee(TextChoices):
    """Whom a person asks about an own consent."""

    SENDER = "sender", _("De organisatie die de gegevens geeft")
    PRIVACY_OFFICER = "privacy_officer", _("De functionaris voor privacy")


class PaperKind(TextChoices):
    """What a printed form is for."""

    DECISION = "decision", _("Toestemming vragen op papier")
    WITHDRAWAL = "withdrawal", _("Toestemming intrekken op papier")
