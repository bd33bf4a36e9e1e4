"""What somebody sees of the own consents: one card for each purpose and recipient."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from consent.enums import DataCategory, Purpose, State
from consent.models import Conversation, PaperForm, Person
from consent.pictograms import CATEGORIES, PURPOSES
from consent.queries import Coverage, Held, consents_of, coverages_of
from portal.accounts.models import Organisation

from ..enums import Standing
from ..presentation import HELD_BACK, SIGNS, Sign
from .looks import Look, looks_under
from .overview import Handover, handovers_of


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One kind of data, its pictogram, and what was decided about it."""

    held: Held
    picture: str


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """What was decided about one sender; ``coverage`` is what the portal itself goes by, if anything is in force."""

    sender: Organisation
    choices: tuple[Choice, ...]
    coverage: Coverage | None

    @property
    def standing(self) -> Standing:
        states = [choice.held.state for choice in self.choices]
        if self.coverage is not None:
            if not self.coverage:
                return Standing.HELD_BACK
            return Standing.YES if all(choice.held.in_force for choice in self.choices) else Standing.PARTLY
        if State.WITHDRAWN in states:
            return Standing.STOPPED
        return Standing.NO if set(states) == {State.REFUSED} else Standing.OVER

    @property
    def sign(self) -> Sign:
        """The same in words, with a colour and a pictogram."""
        return SIGNS[self.standing]

    @property
    def why(self) -> str:
        """What holds a yes back, in words; empty if nothing does or there are no better words."""
        return str(HELD_BACK.get(self.coverage.code, "")) if self.coverage is not None else ""

    @property
    def can_choose(self) -> bool:
        """Whether there is something to choose anew: all but a yes to everything."""
        return self.standing != Standing.YES

    @property
    def since(self) -> datetime | None:
        """Since when the oldest yes that counts now has counted."""
        return min((choice.held.decision.at for choice in self.choices if choice.held.in_force), default=None)

    @property
    def until(self) -> datetime | None:
        """When the first yes that counts now ends by itself."""
        ends = (choice.held.decision.valid_until for choice in self.choices if choice.held.in_force)
        return min((end for end in ends if end is not None), default=None)


@dataclass(frozen=True, kw_only=True)
class Card:
    """All that was agreed for one purpose with one recipient, what that recipient has, the proofs, and who looked."""

    person: Person
    purpose: Purpose
    recipient: Organisation
    picture: str
    agreements: tuple[Agreement, ...]
    collected: tuple[Handover, ...]
    conversations: tuple[Conversation, ...]
    looks: tuple[Look, ...]

    @property
    def can_stop(self) -> bool:
        """Whether there is something to take back."""
        return any(agreement.coverage is not None for agreement in self.agreements)


@dataclass(frozen=True, kw_only=True)
class Consents:
    """The cards about one person."""

    person: Person
    cards: tuple[Card, ...]


def consents_about(person: Person) -> Consents:
    """Every card about a person whom the reader may read of."""
    conversations = list(
        Conversation.objects.filter(person=person).select_related("sender", "recipient").order_by("-pk")
    )
    handovers = handovers_of(person)
    return Consents(
        person=person,
        cards=tuple(_cards(person, consents_of(person=person), handovers, conversations)),
    )


def card_of(person: Person, purpose: Purpose, recipient: Organisation) -> Card | None:
    """The card for one purpose and recipient; ``None`` if nobody ever decided about that."""
    scope = {"purpose": purpose, "recipient": recipient}
    conversations = list(
        Conversation.objects.filter(person=person, **scope).select_related("sender", "recipient").order_by("-pk")
    )
    held = [
        row
        for row in consents_of(person=person)
        if (row.decision.purpose, row.decision.recipient_id) == (purpose, recipient.pk)
    ]
    return next(iter(_cards(person, held, handovers_of(person), conversations)), None)


def _cards(
    person: Person, held: Iterable[Held], handovers: Iterable[Handover], conversations: Iterable[Conversation]
) -> list[Card]:
    groups: dict[tuple[Purpose, Organisation], dict[Organisation, list[Held]]] = {}
    for row in held:
        decision = row.decision
        group = groups.setdefault((Purpose(decision.purpose), decision.recipient), {})
        group.setdefault(decision.sender, []).append(row)
    handovers = list(handovers)
    coverages = coverages_of(person=person)
    looks = looks_under(person, _objects(person, groups, handovers, conversations))
    return [
        Card(
            person=person,
            purpose=purpose,
            recipient=recipient,
            picture=PURPOSES[purpose],
            agreements=tuple(
                _agreement(sender, rows, coverages.get((purpose, sender.pk, recipient.pk)))
                for sender, rows in senders.items()
            ),
            collected=tuple(
                row for row in handovers if row.collected and (row.purpose, row.recipient_pk) == (purpose, recipient.pk)
            ),
            conversations=tuple(
                row for row in conversations if (row.purpose, row.recipient_id) == (purpose, recipient.pk)
            ),
            looks=tuple(looks[purpose, recipient]),
        )
        for (purpose, recipient), senders in groups.items()
    ]


def _objects(
    person: Person,
    groups: Iterable[tuple[Purpose, Organisation]],
    handovers: Iterable[Handover],
    conversations: Iterable[Conversation],
) -> dict[tuple[Purpose, Organisation], set[str]]:
    """What the log names, for each purpose and recipient: packages with their files, conversations, papers."""
    objects: dict[tuple[str, int], set[str]] = {}
    for handover in handovers:
        objects.setdefault((handover.purpose, handover.recipient_pk), set()).update(handover.object_ids)
    papers = PaperForm.objects.filter(person=person).values_list("purpose", "recipient", "public_id")
    decided = [(row.purpose, row.recipient_id, row.public_id) for row in conversations]
    for purpose, recipient, public_id in (*decided, *papers):
        objects.setdefault((purpose, recipient), set()).add(str(public_id))
    return {group: objects.get((group[0], group[1].pk), set()) for group in groups}


def _agreement(sender: Organisation, rows: list[Held], coverage: Coverage | None) -> Agreement:
    order = list(DataCategory)
    return Agreement(
        sender=sender,
        choices=tuple(
            Choice(held=row, picture=CATEGORIES[DataCategory(row.decision.category)])
            for row in sorted(rows, key=lambda row: order.index(DataCategory(row.decision.category)))
        ),
        coverage=coverage,
    )
