"""Conversations about consent, as a professional at the centre would have recorded them."""

from consent.enums import InterpreterKind, Method, SignatureKind
from consent.models import Conversation, Person
from consent.policy import CATEGORIES, SECRECY
from consent.queries import current_texts, requirement_for
from consent.services import record_conversation
from consent.services.decisions import Talk
from consent.signatures import Sign
from portal.accounts.models import Organisation

from ..kinds import Kind
from .ids import demo_id
from .people import Desk

UNDERSTOOD = {
    True: "De papieren gaan naar het nieuwe team. Wij mogen nee zeggen en later stoppen.",
    False: "Wij willen eerst zelf met het nieuwe team praten.",
}
FALLBACK = "nl"
WITNESS = {"witness": "Demo-getuige", "function": "Medewerker van de opvang"}


def record_consent(
    *, desk: Desk, person: Person, kind: Kind, recipient: Organisation, given: bool, scope: str, seed: int
) -> Conversation:
    """All who must decide say yes, or no, to every category of the purpose; in their language if there is a text."""
    texts = current_texts(purpose=kind.purpose)
    deciders = list(Person.objects.filter(public_id__in=requirement_for(person).deciders).order_by("pk"))
    cannot_read = any(decider.cannot_read for decider in deciders)
    return record_conversation(
        actor=desk.actor,
        person=person,
        team=desk.team,
        recipient=recipient,
        purpose=kind.purpose,
        talk=Talk(
            notice_text=texts.get(person.spoken_language) or texts[FALLBACK],
            spoken_language=person.spoken_language,
            understanding=UNDERSTOOD[given],
            method=Method.WITNESSED_ORALLY if cannot_read else Method.ON_SCREEN,
            refusal_without_consequence_shown=True,
            interpreter_kind=InterpreterKind.TELEPHONE if person.needs_interpreter else InterpreterKind.NOT_NEEDED,
            interpreter_id="DEMO-0417" if person.needs_interpreter else "",
            interpreter_language=person.spoken_language if person.needs_interpreter else "",
            witness=WITNESS["witness"] if cannot_read else "",
            witness_function=WITNESS["function"] if cannot_read else "",
        ),
        choices=dict.fromkeys(CATEGORIES[kind.purpose], given),
        deciders=deciders,
        secrecy_released=given if kind.purpose in SECRECY else None,
        signatures={decider.public_id: _sign(decider, cannot_read) for decider in deciders},
        token=demo_id(seed, scope, "consent token"),
    )


def _sign(decider: Person, witnessed: bool) -> Sign:
    if witnessed:
        return Sign(kind=SignatureKind.WITNESSED, content=WITNESS)
    return Sign(kind=SignatureKind.CONFIRMED, content={"name": decider.name})
