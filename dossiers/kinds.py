"""The one table of handover kinds: a new kind is one entry here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from consent.enums import DataCategory, Purpose
from consent.policy import CATEGORIES
from portal.accounts.enums import OrganisationKind as Org

from .enums import KindCode, LawfulBasis


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question of the form that goes along with the files."""

    key: str
    label: Promise
    help: Promise | str = ""
    required: bool = False


@dataclass(frozen=True, kw_only=True)
class Kind:
    """What a kind of package is: who sends it to whom, for which purpose, with which data, and how long it stays.

    ``collection`` is how long the receiver has, counted from the offer; ``retention`` is how long the bytes stay after
    the receiver confirmed. The receiver keeps the record in its own system (WGBO art. 7:454), so both are short.
    """

    code: KindCode
    senders: frozenset[Org]
    recipients: frozenset[Org]
    purpose: Purpose
    other_bases: frozenset[LawfulBasis] = frozenset()
    collection: timedelta = timedelta(days=21)
    retention: timedelta = timedelta(days=14)
    questions: tuple[Question, ...] = field(default=())

    @property
    def categories(self) -> tuple[DataCategory, ...]:
        """The data that may go along: what its purpose needs and no more."""
        return CATEGORIES[self.purpose]

    @property
    def label(self) -> str:
        """The name that people read."""
        return str(self.code.label)


_CONTACT = Question(
    key="contact",
    label=_("Wie kan de ontvanger bellen of mailen?"),
    help=_("Naam, functie en wanneer u bereikbaar bent."),
    required=True,
)
_SUMMARY = Question(
    key="summary",
    label=_("Wat moet de ontvanger weten?"),
    help=_("Kort. Het belangrijkste eerst."),
    required=True,
)
_URGENT = Question(
    key="urgent", label=_("Wat kan niet wachten?"), help=_("Bijvoorbeeld een afspraak of een vaccinatie.")
)

_ALL = (
    Kind(
        code=KindCode.MEDICAL_FILE,
        senders=frozenset({Org.GCA}),
        recipients=frozenset({Org.GP}),
        purpose=Purpose.MEDICAL_FILE,
        other_bases=frozenset({LawfulBasis.VITAL_INTEREST}),
        questions=(_SUMMARY, _URGENT, Question(key="medication", label=_("Welke medicijnen zijn nodig?")), _CONTACT),
    ),
    Kind(
        code=KindCode.YOUTH_HEALTH_FILE,
        senders=frozenset({Org.JGZ_CENTRE}),
        recipients=frozenset({Org.JGZ_MUNICIPALITY}),
        purpose=Purpose.YOUTH_HEALTH,
        questions=(
            _SUMMARY,
            Question(key="next_vaccination", label=_("Welke vaccinatie is de volgende, en wanneer?")),
            _URGENT,
            _CONTACT,
        ),
    ),
    Kind(
        code=KindCode.GUIDANCE_FILE,
        senders=frozenset({Org.REFUGEE_COUNCIL}),
        recipients=frozenset({Org.SOCIAL_GUIDANCE}),
        purpose=Purpose.GUIDANCE,
        questions=(_SUMMARY, Question(key="running", label=_("Wat loopt er nog?")), _CONTACT),
    ),
    Kind(
        code=KindCode.RISK_SIGNAL,
        senders=frozenset({Org.COA}),
        recipients=frozenset({Org.NEIGHBOURHOOD_TEAM, Org.GP, Org.SOCIAL_GUIDANCE, Org.JGZ_MUNICIPALITY}),
        purpose=Purpose.RISK_SIGNAL,
    ),
    Kind(
        code=KindCode.ASSESSMENT_AND_INTAKE,
        senders=frozenset({Org.COA}),
        recipients=frozenset({Org.MUNICIPALITY}),
        purpose=Purpose.ASSESSMENT,
        questions=(_SUMMARY, Question(key="wishes", label=_("Wat wil de persoon zelf?")), _CONTACT),
    ),
    Kind(
        code=KindCode.QUESTION_AND_ANSWER,
        senders=frozenset({Org.GCA, Org.JGZ_CENTRE, Org.REFUGEE_COUNCIL, Org.COA}),
        recipients=frozenset(
            {Org.GP, Org.JGZ_MUNICIPALITY, Org.SOCIAL_GUIDANCE, Org.NEIGHBOURHOOD_TEAM, Org.MUNICIPALITY}
        ),
        purpose=Purpose.QUESTION,
        questions=(
            Question(key="question", label=_("Wat is de vraag?"), required=True),
            Question(key="answer", label=_("Wat is het antwoord?"), required=True),
            _CONTACT,
        ),
    ),
)

KINDS: Mapping[KindCode, Kind] = {kind.code: kind for kind in _ALL}


def kinds_sent_by(organisation_kind: Org | None) -> tuple[Kind, ...]:
    """The kinds that an organisation of this kind may send."""
    return tuple(kind for kind in _ALL if organisation_kind in kind.senders)
