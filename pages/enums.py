"""Kinds that pages choose from."""

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class Audience(TextChoices):
    """For whom a page is written."""

    EVERYONE = "everyone", _("Iedereen")
    REFUGEES = "refugees", _("Vluchtelingen")
    PROFESSIONALS = "professionals", _("Professionals")


class Pictogram(TextChoices):
    """The own drawings under ``templates/icons``."""

    ROAD = "road", _("De weg")
    HOUSE = "house", _("Wonen")
    HEALTH = "health", _("Gezondheid")
    SCHOOL = "school", _("School en taal")
    WORK = "work", _("Werk en geld")
    FILE = "file", _("Dossier")
    INFO = "info", _("Uitleg")
    PHONE = "phone", _("Telefoon")
    DOCTOR = "doctor", _("Dokter")
    AMBULANCE = "ambulance", _("Ambulance")
    POLICE = "police", _("Politie")
    CHILD = "child", _("Kind")
    MONEY = "money", _("Geld")
    CARD = "card", _("Pas")
    ID = "id", _("Legitimatie")
    TALK = "talk", _("Praten")
    INTERPRETER = "interpreter", _("Tolk")
    LETTER = "letter", _("Brief")
    BUS = "bus", _("Bus")
    KEY = "key", _("Sleutel")
    PEOPLE = "people", _("Mensen")
    HEART = "heart", _("Hart")
    BOOK = "book", _("Boek")
    CLOCK = "clock", _("Klok")
    QUESTION = "question", _("Vraag")
    SHIELD = "shield", _("Veilig")
    PILL = "pill", _("Medicijn")
    TOOTH = "tooth", _("Tand")
    BABY = "baby", _("Baby")


class TranslationOrigin(TextChoices):
    """Who or what made the words of a translation."""

    PERSON = "person", _("Een mens")
    MACHINE = "machine", _("Een computer")


class Theme(TextChoices):
    """What an organisation, a meeting or a chance is about."""

    HOUSING = "housing", _("Wonen")
    HEALTH = "health", _("Gezondheid")
    GUIDANCE = "guidance", _("Begeleiding")
    PARTICIPATION = "participation", _("Meedoen")
    SCHOOL = "school", _("School")
    LANGUAGE = "language", _("Nederlands leren")
    CIVIC_INTEGRATION = "civic_integration", _("Inburgering")
    WORK = "work", _("Werk")
    MONEY = "money", _("Geld")
    LEGAL = "legal", _("Recht en regels")
    CHILDREN = "children", _("Kinderen")


class Weekday(IntegerChoices):
    """The days of ISO 8601."""

    MONDAY = 1, _("maandag")
    TUESDAY = 2, _("dinsdag")
    WEDNESDAY = 3, _("woensdag")
    THURSDAY = 4, _("donderdag")
    FRIDAY = 5, _("vrijdag")
    SATURDAY = 6, _("zaterdag")
    SUNDAY = 7, _("zondag")


class OpportunitySort(TextChoices):
    """What kind of chance."""

    LANGUAGE_INTERNSHIP = "language_internship", _("Taalstage")
    WORK_EXPERIENCE = "work_experience", _("Werkervaringsplek")
    COURSE = "course", _("Cursus")


class DutchLevel(TextChoices):
    """How much Dutch is needed, in the levels of the Common European Framework; A0 is none."""

    A0 = "A0", _("Geen Nederlands nodig")
    A1 = "A1", _("A1: een paar woorden")
    A2 = "A2", _("A2: korte gesprekken")
    B1 = "B1", _("B1: gewone gesprekken")
    B2 = "B2", _("B2: bijna alles")


class Repeats(TextChoices):
    """How often an event comes back."""

    NEVER = "", _("Eén keer")
    WEEKLY = "weekly", _("Elke week")
    MONTHLY = "monthly", _("Elke maand")


class FeedbackState(TextChoices):
    """How far the editors are with a reader's reaction."""

    OPEN = "open", _("Open")
    ANSWERED = "answered", _("Iets mee gedaan")
    CLOSED = "closed", _("Afgehandeld")


class Limited(TextChoices):
    """What readers may send, in numbers that have a limit a day."""

    FEEDBACK = "feedback", _("Reacties")
    SEARCH = "search", _("Zoekvragen")


class LinkState(TextChoices):
    """Whether an address elsewhere answers. Only what is certain is called broken."""

    NEW = "new", _("Nog niet bekeken")
    FINE = "fine", _("Werkt")
    UNSURE = "unsure", _("Niet zeker")
    BROKEN = "broken", _("Werkt niet meer")


class LeafletLayout(TextChoices):
    """How a page is laid out on paper. The value is what its address ends with."""

    PAGES = "a4", _("Op A4")
    BOOKLET = "a5", _("Boekje om te vouwen")
    BILINGUAL = "nl", _("In twee talen")


class TranslationStatus(TextChoices):
    """How a page stands in a language. The first that holds is the one."""

    MISSING = "missing", _("Ontbreekt")
    DRAFT = "draft", _("Concept")
    OUTDATED = "outdated", _("Ouder dan het Nederlands")
    MACHINE = "machine", _("Door een computer vertaald")
    WAITING = "waiting", _("Wacht op nakijken")
    CURRENT = "current", _("Bij")
