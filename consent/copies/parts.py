"""The parts of a copy that consent itself has."""

from dataclasses import asdict
from typing import Any

from django.utils.translation import gettext as _

from portal.accounts.models import Organisation
from portal.audit.labels import EVENTS
from portal.audit.queries import timeline

from ..enums import SignatureKind, State
from ..identity import open_identity
from ..languages import language
from ..models import (
    AccessLetter,
    AssistedSession,
    Conversation,
    Guardianship,
    Involvement,
    Person,
    PersonMessage,
    RightsRequest,
    Signature,
)
from ..notice_texts import shown
from ..queries import consents_of
from .further import account_part, drafts_part, for_others_part, papers_part, restrictions_part
from .part import Line, Part, contributors, day, filled, iso, moment

OF_A_WITNESS = frozenset({"witness", "function"})


def parts_of(person: Person) -> list[Part]:
    """All parts about a person, in the active language.

    Raises:
        consent.identity.Erased: if the person was erased.
    """
    own = (
        _identity,
        _family,
        _teams,
        _consents,
        _conversations,
        drafts_part,
        papers_part,
        _requests,
        restrictions_part,
        _questions,
        for_others_part,
        _reading,
        account_part,
        *contributors,
        _looks,
    )
    return [contributor(person) for contributor in own]


def _identity(person: Person) -> Part:
    private = person.private
    return Part(
        name="person",
        heading=_("Wie u bent"),
        records=[
            {
                "person_id": str(person.public_id),
                "name": private.name,
                "birth_date": private.birth_date.isoformat(),
                "v_number": private.v_number or None,
                "email": private.email or None,
                "phone": private.phone or None,
                "spoken_language": person.spoken_language,
                "reading_languages": person.reading_languages,
                "needs_interpreter": person.needs_interpreter,
                "cannot_read": person.cannot_read,
                "registered_at": iso(person.created_at),
                "earlier": _earlier(person),
            }
        ],
        entries=[
            filled(
                (_("Naam"), private.name),
                (_("Geboortedatum"), day(private.birth_date)),
                (_("V-nummer"), private.v_number),
                (_("E-mailadres"), private.email),
                (_("Telefoonnummer"), private.phone),
                (_("Gesproken taal"), language(person.spoken_language).name),
                (_("Talen om te lezen"), ", ".join(language(code).name for code in person.reading_languages)),
                (_("Tolk nodig"), _("Ja") if person.needs_interpreter else _("Nee")),
                (_("Kan lezen"), _("Nee") if person.cannot_read else _("Ja")),
                (_("Ingeschreven op"), moment(person.created_at)),
            )
        ],
    )


def _earlier(person: Person) -> list[dict[str, Any]]:
    """What named the person before it was corrected."""
    kept = Person.history.filter(id=person.pk).order_by("history_date", "history_id").values_list("identity", flat=True)
    opened = [open_identity(person, sealed=bytes(sealed)) for sealed in kept if sealed]
    return [
        {**asdict(identity), "birth_date": identity.birth_date.isoformat()}
        for identity in dict.fromkeys(opened)
        if identity != person.private
    ]


def _family(person: Person) -> Part:
    rows = list(Guardianship.objects.filter(child=person)) + list(Guardianship.objects.filter(adult=person))
    return Part(
        name="family",
        heading=_("Wie voor u kiest, en voor wie u kiest (zonder naam: dat zijn gegevens van iemand anders)"),
        records=[
            {
                "role": "decided_for" if row.child_id == person.pk else "decides",
                "relation": row.relation,
                "custody": row.custody,
                "from": iso(row.active_from),
                "until": iso(row.active_until),
            }
            for row in rows
        ],
        entries=[
            filled(
                (_("Wie"), row.get_relation_display() if row.child_id == person.pk else _("U kiest voor iemand")),
                (_("Vanaf"), moment(row.active_from)),
                (_("Tot"), moment(row.active_until)),
            )
            for row in rows
        ],
    )


def _teams(person: Person) -> Part:
    rows = Involvement.objects.filter(person=person).select_related("team__organisation")
    return Part(
        name="teams",
        heading=_("Welke teams u kennen"),
        records=[
            {
                "organisation": row.team.organisation.name,
                "team": row.team.name,
                "reason": row.reason,
                "from": iso(row.active_from),
                "until": iso(row.active_until),
            }
            for row in rows
        ],
        entries=[
            filled(
                (_("Team"), f"{row.team.organisation.name}, {row.team.name}"),
                (_("Waarom"), row.get_reason_display()),
                (_("Vanaf"), moment(row.active_from)),
                (_("Tot"), moment(row.active_until)),
            )
            for row in rows
        ],
    )


def _consents(person: Person) -> Part:
    held = consents_of(person=person)
    return Part(
        name="consents",
        heading=_("Uw toestemmingen van dit moment"),
        records=[
            {
                "purpose": row.decision.purpose,
                "sender": row.decision.sender.name,
                "recipient": row.decision.recipient.name,
                "category": row.decision.category,
                "state": row.state.value,
                "decided_at": iso(row.decision.at),
                "valid_until": iso(row.decision.valid_until),
            }
            for row in held
        ],
        entries=[
            filled(
                (_("Waarvoor"), row.decision.get_purpose_display()),
                (_("Wie geeft de gegevens"), row.decision.sender.name),
                (_("Wie krijgt de gegevens"), row.decision.recipient.name),
                (_("Welke gegevens"), row.decision.get_category_display()),
                (_("Wat is er gekozen"), str(State(row.state).label)),
                (_("Geldig tot"), moment(row.decision.valid_until)),
            )
            for row in held
        ],
    )


def _conversations(person: Person) -> Part:
    rows = list(
        Conversation.objects.filter(person=person)
        .select_related("sender", "recipient", "notice_text__notice", "person__subject_key")
        .prefetch_related("decisions", "signatures__decider")
    )
    return Part(
        name="conversations",
        heading=_("Gesprekken over toestemming"),
        records=[_conversation_record(row) for row in rows],
        entries=[_conversation_lines(row) for row in rows],
    )


def _conversation_record(row: Conversation) -> dict[str, Any]:
    # Who interpreted and who was witness is somebody else's data; that there was one is the person's own.
    return {
        "conversation_id": str(row.public_id),
        "sitting": row.sitting,
        "at": iso(row.at),
        "purpose": row.purpose,
        "sender": row.sender.name,
        "recipient": row.recipient.name,
        "capacity": row.capacity,
        "method": row.method,
        "language": row.language,
        "spoken_language": row.spoken_language,
        "interpreter_kind": row.interpreter_kind,
        "secrecy_released": row.secrecy_released,
        "understanding": row.words.get("understanding") or None,
        "reason": row.words.get("reason") or None,
        "decisions": {decision.category: decision.outcome for decision in row.decisions.all()},
        "signatures": [_signature(row, sign) for sign in row.signatures.all()],
        "notice_sha256": row.notice_sha256 or None,
        "notice": shown(row.notice_text) if row.notice_text else None,
    }


def _signature(row: Conversation, sign: Signature) -> dict[str, Any]:
    """The person's own sign as it was left (not the word of a witness); of anybody else's, that it is there."""
    own = sign.decider_id == row.person_id and sign.kind != SignatureKind.WITNESSED
    sign.conversation = row  # opened with the key of its person, which is at hand
    content = {name: word for name, word in sign.content.items() if name not in OF_A_WITNESS} if own else None
    return {"kind": sign.kind, "sha256": sign.sha256, "content": content}


def _conversation_lines(row: Conversation) -> list[Line]:
    return filled(
        (_("Wanneer"), moment(row.at)),
        (_("Wat"), row.get_sitting_display()),
        (_("Waarvoor"), row.get_purpose_display()),
        (_("Wie geeft de gegevens"), row.sender.name),
        (_("Wie krijgt de gegevens"), row.recipient.name),
        (
            _("Wat is er gekozen"),
            "; ".join(f"{line.get_category_display()}: {line.get_outcome_display()}" for line in row.decisions.all()),
        ),
        (_("Namens wie"), row.get_capacity_display()),
        (_("Hoe bevestigd"), row.get_method_display()),
        (_("Tolk"), row.get_interpreter_kind_display()),
        (_("Wat u begreep, in uw woorden"), row.words.get("understanding", "")),
        (_("Reden"), row.words.get("reason", "")),
        (_("Code van de uitleg (SHA-256)"), row.notice_sha256),
    )


def _requests(person: Person) -> Part:
    rows = list(
        RightsRequest.objects.filter(person=person).select_related(
            "person__subject_key", "recipient", "team__organisation"
        )
    )
    proposed = (
        ("name", _("Nieuwe naam")),
        ("birth_date", _("Nieuwe geboortedatum")),
        ("phone", _("Nieuw telefoonnummer")),
        ("email", _("Nieuw e-mailadres")),
    )
    return Part(
        name="requests",
        heading=_("Uw verzoeken"),
        records=[
            {
                "request_id": str(row.public_id),
                "right": row.right,
                "purpose": row.purpose or None,
                "recipient": row.recipient.name if row.recipient else None,
                "asked_at": iso(row.asked_at),
                "channel": row.channel or None,
                "recorded_at": iso(row.recorded_at),
                "recorded_by": row.team.organisation.name if row.team else None,
                "due_on": iso(row.extended_to or row.due_on),
                "state": row.state,
                "decision": row.decision or None,
                "ground": row.ground or None,
                "decided_at": iso(row.decided_at),
                "words": row.words,
            }
            for row in rows
        ],
        entries=[
            filled(
                (_("Verzoek"), row.get_right_display()),
                (_("Waarvoor"), row.get_purpose_display()),
                (_("Wie krijgt de gegevens"), row.recipient.name if row.recipient else ""),
                (_("Wanneer"), moment(row.asked_at)),
                (_("Opgeschreven door"), row.team.organisation.name if row.team else ""),
                (_("Uw woorden"), row.words.get("text", "")),
                *((name, row.words.get(f"new_{key}", "")) for key, name in proposed),
                (_("Antwoord vóór of op"), day(row.extended_to or row.due_on)),
                (_("Antwoord"), row.get_decision_display()),
                (_("Reden"), row.words.get("reason", "")),
            )
            for row in rows
        ],
    )


def _questions(person: Person) -> Part:
    rows = list(PersonMessage.objects.filter(person=person).select_related("person__subject_key", "sender"))
    return Part(
        name="questions",
        heading=_("Uw vragen"),
        records=[
            {
                "question_id": str(row.public_id),
                "purpose": row.purpose,
                "addressee": row.addressee,
                "asked_at": iso(row.asked_at),
                "language": row.language,
                "question": row.question_text,
                "answered_at": iso(row.answered_at),
                "answer": row.answer_text or None,
            }
            for row in rows
        ],
        entries=[
            filled(
                (_("Wanneer"), moment(row.asked_at)),
                (_("Waarvoor"), row.get_purpose_display()),
                (_("Uw vraag"), row.question_text),
                (_("Antwoord"), row.answer_text),
            )
            for row in rows
        ],
    )


def _reading(person: Person) -> Part:
    letters = AccessLetter.objects.filter(person=person).select_related("team__organisation")
    sessions = AssistedSession.objects.filter(person=person).select_related("team__organisation")
    return Part(
        name="reading",
        heading=_("Brieven en keren dat u samen met iemand keek"),
        records=[
            *(
                {
                    "kind": "access_letter",
                    "organisation": row.team.organisation.name,
                    "at": iso(row.issued_at),
                    "used_at": iso(row.used_at),
                    "revoked_at": iso(row.revoked_at),
                }
                for row in letters
            ),
            *(
                {
                    "kind": "assisted_session",
                    "organisation": row.team.organisation.name,
                    "at": iso(row.opened_at),
                    "confirmed_at": iso(row.confirmed_at),
                    "closed_at": iso(row.closed_at),
                }
                for row in sessions
            ),
        ],
        entries=[
            *(
                filled(
                    (_("Brief van"), row.team.organisation.name),
                    (_("Gegeven"), moment(row.issued_at)),
                    (_("Gebruikt"), moment(row.used_at)),
                )
                for row in letters
            ),
            *(
                filled((_("Samen gekeken met"), row.team.organisation.name), (_("Wanneer"), moment(row.opened_at)))
                for row in sessions
            ),
        ],
    )


def _looks(person: Person) -> Part:
    """Who did what with the data, by organisation: which colleague it was, the organisation answers when asked."""
    entries = list(timeline(subject=str(person.public_id)))
    named = {
        str(public_id): name
        for public_id, name in Organisation.objects.filter(
            public_id__in={entry.organisation_id for entry in entries if entry.organisation_id}
        ).values_list("public_id", "name")
    }
    words = {event.value: label for event, label in EVENTS.items()}
    return Part(
        name="log",
        heading=_("Wie iets deed met uw gegevens"),
        records=[
            {
                "at": iso(entry.at),
                "event": entry.event,
                "outcome": entry.outcome,
                "organisation": named.get(entry.organisation_id) or None,
            }
            for entry in entries
        ],
        entries=[
            filled(
                (_("Wanneer"), moment(entry.at)),
                (_("Wie"), named.get(entry.organisation_id, "")),
                (_("Wat"), str(words.get(entry.event, entry.event))),
            )
            for entry in entries
        ],
    )
