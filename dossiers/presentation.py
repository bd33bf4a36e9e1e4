"""What a list or a page shows of a package: words and abilities, so that templates compare nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consent.enums import State
from consent.identity import name_of
from consent.queries import resting_among
from portal.accounts.actor import Actor
from portal.accounts.enums import Role
from portal.audit.enums import Event

from .enums import EndReason, Standing, Status
from .models import Package
from .policy import can_edit_package, can_move_as_receiver, can_move_as_sender, can_see_identity
from .workflow import SEALED_OPEN

TONES = {
    Status.DRAFT: "neutral",
    Status.SCANNING: "info",
    Status.READY: "info",
    Status.AWAITING_CONSENT: "warning",
    Status.OFFERED: "info",
    Status.ACCEPTED: "info",
    Status.COLLECTED: "info",
    Status.CONFIRMED: "ok",
    Status.SHREDDED: "neutral",
    Status.QUARANTINED: "error",
    Status.REFUSED: "error",
    Status.RECALLED: "neutral",
    Status.WITHDRAWN: "warning",
    Status.EXPIRED: "error",
    Status.ENTERED_IN_ERROR: "neutral",
}
_ROAD = (
    Status.DRAFT,
    Status.SCANNING,
    Status.OFFERED,
    Status.ACCEPTED,
    Status.COLLECTED,
    Status.CONFIRMED,
)

LOOKED: Mapping[str, Promise] = {
    Event.PERSON_READ: gettext_lazy("opende de pagina van de persoon"),
    Event.PERSON_SEARCHED: gettext_lazy("zocht de persoon"),
    Event.CONSENT_READ: gettext_lazy("las de toestemming"),
    Event.CONSENT_RECEIPT_READ: gettext_lazy("maakte een bewijs van de toestemming"),
    Event.PACKAGE_LISTED: gettext_lazy("zag de naam in de werklijst"),
    Event.PACKAGE_READ: gettext_lazy("opende de overdracht"),
    Event.FILE_COLLECTED: gettext_lazy("haalde een bestand op"),
    Event.RECEIPT_READ: gettext_lazy("maakte een bewijs van de overdracht"),
    Event.QUESTION_READ: gettext_lazy("las uw vraag"),
    Event.MY_DOSSIER_READ: gettext_lazy("keek samen met u"),
}

LETTER: Mapping[str, Promise] = {
    Event.ACCESS_LETTER_ISSUED: gettext_lazy("gaf u een brief om zelf in te loggen"),
    Event.ACCESS_LETTER_USED: gettext_lazy("Met de brief is een sleutel gemaakt op een telefoon"),
    Event.ACCESS_LETTER_FAILED: gettext_lazy("Bij de brief is een verkeerde geboortedatum ingevuld"),
    Event.ACCESS_LETTER_REVOKED: gettext_lazy("Een oudere brief werkt niet meer"),
}


@dataclass(frozen=True, kw_only=True)
class Sign:
    """Words, a tone and a pictogram: nobody has to tell them by one of the three alone."""

    text: Promise
    tone: str
    icon: str


SIGNS: Mapping[Standing, Sign] = {
    Standing.YES: Sign(text=gettext_lazy("Ja. Dit mag gedeeld worden."), tone="ok", icon="check"),
    Standing.PARTLY: Sign(text=gettext_lazy("Ja, maar niet alles."), tone="ok", icon="check"),
    Standing.HELD_BACK: Sign(text=gettext_lazy("Nu wordt er niets gedeeld."), tone="warning", icon="clock"),
    Standing.NO: Sign(text=gettext_lazy("Nee. Er wordt niets gedeeld."), tone="error", icon="hand"),
    Standing.STOPPED: Sign(text=gettext_lazy("Gestopt. Er wordt niets meer gedeeld."), tone="error", icon="hand"),
    Standing.OVER: Sign(text=gettext_lazy("Voorbij. Er wordt niets meer gedeeld."), tone="warning", icon="clock"),
}
HELD_BACK: Mapping[str, Promise] = {
    "secrecy_not_released": gettext_lazy("De zorgverlener mag het nog niet vertellen. Daar is nee op gezegd."),
    "restricted": gettext_lazy("U vroeg om uw gegevens nu niet te gebruiken."),
    "objected": gettext_lazy("U maakte bezwaar."),
}


STANDS_STILL: Mapping[str, str | Promise] = {
    "restricted": gettext_lazy("De persoon vroeg om de gegevens nu niet te gebruiken. Dit staat stil."),
    "objected": gettext_lazy("De persoon maakte bezwaar. Dit kan pas weer als de persoon opnieuw ja zegt."),
    **{state.value: state.label for state in (State.REFUSED, State.WITHDRAWN, State.EXPIRED)},
    "capacity_changed": State.INVALIDATED.label,
    "notice_superseded": State.SUPERSEDED.label,
    "secrecy_not_released": HELD_BACK["secrecy_not_released"],
}
"""Why consent holds a package back, for both sides: what was decided, and not why."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One package in a list."""

    url: str
    kind: str
    name: str
    other_party: str
    municipality: str
    status: str
    tone: str
    until: datetime | None
    frozen: bool
    resting: bool


def rows_for(actor: Actor, packages: list[Package], *, named: bool = True) -> list[Row]:
    """The rows of a list for this actor; names only where the actor may see them, and only if ``named``."""
    resting = resting_among(package.person_id for package in packages)
    return [
        Row(
            url=package.path,
            kind=package.kind.label,
            name=name_of(package.person) if named and can_see_identity(actor, package) else "",
            other_party=str(
                package.recipient_team.organisation
                if package.sender_team_id in actor.teams_with(Role.SENDER)
                else package.sender_team.organisation
            ),
            municipality=package.coupling.municipality.name,
            status=status_text(package),
            tone=TONES[Status(package.status)],
            until=package.collection_until if package.status in {Status.OFFERED, Status.ACCEPTED} else None,
            frozen=package.frozen_at is not None,
            resting=package.person_id in resting and package.status in SEALED_OPEN,
        )
        for package in packages
    ]


def status_text(package: Package) -> str:
    """The state in words; of a shredded package also how it had ended."""
    text = str(Status(package.status).label)
    if package.status == Status.SHREDDED and package.ended_as:
        text = f"{Status(package.ended_as).label} · {text}"
    return text


def still_text(package: Package, code: str) -> str:
    """Why a package that is under way stands still, in words; ``code`` says what holds it back, if anything."""
    return str(STANDS_STILL.get(code, "")) if code and package.status in SEALED_OPEN else ""


def end_text(package: Package) -> str:
    """Why it ended, in words."""
    return str(EndReason(package.end_reason).label) if package.end_reason else ""


def looked_text(event: str) -> str:
    """What somebody did who looked, in the person's words."""
    return str(LOOKED.get(event) or LETTER.get(event) or _("keek in het dossier"))


def abilities_for(actor: Actor, package: Package) -> dict[str, bool]:
    """What this actor may do with it now, for the buttons on the page; the services ask the same again."""
    sender = ("close", "reopen", "recall", "enter_in_error")
    receiver = ("accept", "refuse", "collect", "confirm")
    return {
        "edit": bool(can_edit_package(actor, package)),
        "see_identity": bool(can_see_identity(actor, package)),
        "sent_by_us": package.sender_team_id in actor.teams_with(Role.SENDER),
        "received_by_us": package.recipient_team_id in actor.teams_with(Role.RECEIVER),
        **{name: bool(can_move_as_sender(actor, package, name)) for name in sender},
        **{name: bool(can_move_as_receiver(actor, package, name)) for name in receiver},
    }


def road_of(package: Package) -> list[tuple[str, str]]:
    """The stations of the normal way with ``done``, ``now`` or ``ahead``, for the bar on the page."""
    reached = Status(package.ended_as or package.status)
    shown = {Status.READY: Status.SCANNING, Status.AWAITING_CONSENT: Status.SCANNING}.get(reached, reached)
    if shown not in _ROAD:
        return []
    position = _ROAD.index(shown)
    names = {
        Status.DRAFT: _("Maken"),
        Status.SCANNING: _("Controle"),
        Status.OFFERED: _("Aangeboden"),
        Status.ACCEPTED: _("Aangenomen"),
        Status.COLLECTED: _("Opgehaald"),
        Status.CONFIRMED: _("Bevestigd"),
    }
    return [
        (names[status], "done" if index < position else "now" if index == position else "ahead")
        for index, status in enumerate(_ROAD)
    ]
