"""States of a file in the vault, and the reasons why a file is not taken."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class FileState(TextChoices):
    """Where the bytes are. Only ``stored`` can be read."""

    RECEIVING = "receiving", _("Wordt ontvangen")
    STORED = "stored", _("Bewaard")
    SHREDDED = "shredded", _("Vernietigd")
    SWEPT = "swept", _("Opgeruimd")


class Scan(TextChoices):
    """What inspection and virus scanner said. Only ``clean`` may ever be sent on."""

    PENDING = "pending", _("Wordt gecontroleerd")
    CLEAN = "clean", _("Veilig")
    INFECTED = "infected", _("Virus gevonden")
    REFUSED = "refused", _("Niet toegestaan")
    FAILED = "failed", _("Controle mislukt")


class RefusalCode(TextChoices):
    """Why a file is not taken. The label is what the user reads: what is wrong, and what to do."""

    EMPTY = "empty", _("Dit bestand is leeg. Kies een ander bestand.")
    TOO_LARGE = "too_large", _("Dit bestand is te groot. Maak het kleiner of deel het op.")
    NOT_ALLOWED = (
        "not_allowed",
        _("Dit soort bestand mag niet. Stuur een PDF, een foto of een Word-bestand."),
    )
    DISGUISED = (
        "disguised",
        _("De inhoud past niet bij de naam van dit bestand. Sla het opnieuw op."),
    )
    INTERRUPTED = "interrupted", _("Het versturen is gestopt. Probeer het opnieuw.")


class ScanReason(TextChoices):
    """Why a stored file was not found clean. Kept in ``StoredFile.scan_reason``."""

    NONE = "", ""
    VIRUS = "virus", _("In dit bestand zit een virus. Het wordt niet verstuurd.")
    BOMB = "bomb", _("Dit bestand wordt bij het openen veel te groot. Maak het opnieuw.")
    NESTED = "nested_archive", _("In dit bestand zit een ander archief. Stuur de bestanden los.")
    ENCRYPTED = "encrypted", _("Dit bestand heeft een wachtwoord. Haal het wachtwoord eraf.")
    MACRO = "macro", _("In dit bestand zitten macro's. Sla het op zonder macro's.")
    DISGUISED = "disguised", _("De inhoud past niet bij de naam van dit bestand. Sla het opnieuw op.")
    UNREADABLE = "unreadable", _("Dit bestand is beschadigd. Maak het opnieuw.")
    TOO_LARGE_TO_SCAN = "too_large_to_scan", _("Dit bestand is te groot voor de viruscontrole. Deel het op.")
    TAMPERED = "tampered", _("Dit bestand kan niet meer worden gelezen. Stuur het opnieuw.")
