"""Which packages the demo has: one of every kind, and one in every state that a package can rest in."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from ..enums import EndReason, KindCode, LawfulBasis, Status
from . import files
from .files import DemoFile, Subject

Maker = Callable[[Subject], DemoFile]

# In two parts, or a virus scanner would stop this very file.
EICAR: Final = r"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-" + "ANTIVIRUS-TEST-FILE!$H+H*"


def infected(subject: Subject) -> DemoFile:
    """The test file that every virus scanner knows: harmless, and stopped."""
    return DemoFile(name="Bijlage.txt", content=EICAR.encode())


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """One package and how far it goes. ``member`` is a role in the family; ``consent`` what was answered, if asked."""

    kind: KindCode
    family: str
    member: str
    status: Status
    makers: tuple[Maker, ...] = (files.form,)
    consent: bool | None = True
    reason: EndReason | None = None
    lawful_basis: LawfulBasis = LawfulBasis.CONSENT
    ground: str = ""

    @property
    def key(self) -> str:
        return f"{self.kind}/{self.family}/{self.member}"

    @property
    def sender(self) -> str:
        """Kind of desk at the centre, as in the keys of the region."""
        return ROUTES[self.kind][0]

    @property
    def recipient(self) -> str:
        """Start of the key of the receiving team."""
        return ROUTES[self.kind][1]


ROUTES: Final = {
    KindCode.MEDICAL_FILE: ("gca", "huisarts-de-linde"),
    KindCode.YOUTH_HEALTH_FILE: ("jgz", "jgz"),
    KindCode.GUIDANCE_FILE: ("vluchtelingenwerk", "begeleiding"),
    KindCode.RISK_SIGNAL: ("coa", "wijkteam"),
    KindCode.ASSESSMENT_AND_INTAKE: ("coa", "gemeente"),
    KindCode.QUESTION_AND_ANSWER: ("jgz", "jgz"),
}
RECEIVERS: Final = {"huisarts-de-linde": "huisarts", "gemeente": "werkcoach"}

ANSWERS: Final = {
    "summary": "Het gaat goed. De familie kijkt uit naar de verhuizing. Graag een tolk bij het eerste bezoek.",
    "next_vaccination": "Binnen acht weken na de verhuizing; de kaart zit erbij.",
    "urgent": "Graag binnen twee weken een eerste afspraak.",
    "medication": "Geen vaste medicijnen.",
    "running": "De inschrijving bij school en het wachten op een fiets.",
    "seen": "Slaapt slecht en komt weinig buiten. Vertelt dat zelf aan de begeleider.",
    "asked": "Wilt u kort na de verhuizing langsgaan?",
    "wishes": "Wil graag werken in een keuken en de taal leren.",
    "question": "Welke prikken zijn al gegeven?",
    "answer": "Alle prikken tot vier jaar. De datums staan in het bestand.",
    "contact": "Demo-medewerker, op werkdagen van 9 tot 12 uur.",
}

JGZ, MEDICAL = KindCode.YOUTH_HEALTH_FILE, KindCode.MEDICAL_FILE
SCENARIOS: Final = (
    Scenario(kind=JGZ, family="houten", member="child1", status=Status.OFFERED,
             makers=(files.form, files.vaccination_card, files.letter, files.growth_table, files.fhir_bundle)),
    Scenario(kind=JGZ, family="nieuwegein", member="child1", status=Status.DRAFT, consent=None),
    Scenario(kind=JGZ, family="stichtse-vecht", member="child2", status=Status.SCANNING, makers=(files.scan,)),
    Scenario(kind=JGZ, family="heuvelrug", member="child2", status=Status.AWAITING_CONSENT, consent=None),
    Scenario(kind=JGZ, family="heuvelrug", member="child1", status=Status.AWAITING_CONSENT, consent=False),
    Scenario(kind=JGZ, family="zeist", member="child1", status=Status.OFFERED, makers=(files.growth_table,)),
    Scenario(kind=JGZ, family="ijsselstein", member="child1", status=Status.OFFERED, makers=(files.fhir_bundle,)),
    Scenario(kind=JGZ, family="vijfheerenlanden", member="child2", status=Status.OFFERED,
             makers=(files.vaccination_card,)),
    Scenario(kind=JGZ, family="utrecht", member="child2", status=Status.ACCEPTED, makers=(files.form, files.scan)),
    Scenario(kind=JGZ, family="de-bilt", member="child2", status=Status.COLLECTED, makers=(files.form, files.letter)),
    Scenario(kind=JGZ, family="bunnik", member="child1", status=Status.CONFIRMED, makers=(files.form, files.letter)),
    Scenario(kind=JGZ, family="montfoort", member="child1", status=Status.SHREDDED, makers=(files.growth_table,)),
    Scenario(kind=JGZ, family="wijk-bij-duurstede", member="child2", status=Status.QUARANTINED,
             makers=(files.form, infected)),
    Scenario(kind=JGZ, family="oudewater", member="child1", status=Status.REFUSED, reason=EndReason.INCOMPLETE),
    Scenario(kind=JGZ, family="de-ronde-venen", member="child1", status=Status.RECALLED,
             reason=EndReason.NEWER_VERSION),
    Scenario(kind=JGZ, family="utrecht-2", member="child1", status=Status.WITHDRAWN, makers=(files.letter,)),
    Scenario(kind=JGZ, family="nieuwegein-2", member="child1", status=Status.EXPIRED),
    Scenario(kind=JGZ, family="woerden", member="child1", status=Status.ENTERED_IN_ERROR, consent=None),
    Scenario(kind=MEDICAL, family="zeist", member="father", status=Status.OFFERED, makers=(files.scan,)),
    Scenario(kind=MEDICAL, family="houten-2", member="father", status=Status.CONFIRMED, makers=(files.letter,)),
    Scenario(kind=MEDICAL, family="lopik", member="father", status=Status.OFFERED, makers=(files.letter,),
             consent=None, lawful_basis=LawfulBasis.VITAL_INTEREST,
             ground="De man kon niet om toestemming worden gevraagd: hij was niet aanspreekbaar."),
    Scenario(kind=KindCode.GUIDANCE_FILE, family="utrecht", member="mother", status=Status.ACCEPTED,
             makers=(files.letter,)),
    Scenario(kind=KindCode.RISK_SIGNAL, family="utrecht-2", member="mother", status=Status.OFFERED, makers=()),
    Scenario(kind=KindCode.ASSESSMENT_AND_INTAKE, family="nieuwegein", member="mother", status=Status.COLLECTED,
             makers=(files.letter,)),
    Scenario(kind=KindCode.QUESTION_AND_ANSWER, family="nieuwegein-2", member="child1", status=Status.DRAFT,
             consent=None, makers=(files.growth_table,)),
)  # fmt: skip
