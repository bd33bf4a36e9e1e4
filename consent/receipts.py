"""The receipt of a conversation: a PDF in two languages for the person, and a record in the shape of ISO 27560."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import override

from portal.audit.signing import sign
from portal.print import FontMissing, ForeignAddress, PdfUnavailable, typeset

from .enums import DataCategory, InterpreterKind, Outcome, Purpose, Sitting, WithdrawnBy
from .identity import Erased
from .languages import language
from .models import Conversation, Person
from .notice_texts import shown
from .policy import SECRECY, VALID_FOR

__all__ = ["FontMissing", "ForeignAddress", "PdfUnavailable"]

SCHEMA = "ISO/IEC TS 27560:2023"
HEALTH = frozenset(
    {
        DataCategory.VACCINATIONS,
        DataCategory.GROWTH,
        DataCategory.DEVELOPMENT,
        DataCategory.MEDICAL_HISTORY,
        DataCategory.MEDICATION,
        DataCategory.MENTAL_HEALTH,
        DataCategory.TB_SCREENING,
        DataCategory.RISK,
    }
)


def render_pdf(*, template: str, context: Mapping[str, Any], languages: Iterable[str]) -> bytes:
    """A tagged PDF (PDF/UA-1) of a template. It reads nothing but ``static:`` addresses, and no network.

    Args:
        languages: the languages in the document, main language first; known to the template as ``languages``.

    Raises:
        PdfUnavailable, FontMissing, ForeignAddress: see :func:`portal.print.typeset`.
    """
    shown_languages = [language(code) for code in languages]
    html = render_to_string(template, {**context, "languages": shown_languages})
    return typeset(html, base_url=settings.BASE_URL)


def receipt_pdf(conversation: Conversation) -> bytes:
    """The receipt in Dutch and the language in which the notice was shown.

    Raises:
        PdfUnavailable: as :func:`render_pdf`.
    """
    own = conversation.language
    codes = ["nl"] if own == "nl" else ["nl", own]
    columns = []
    for code in codes:
        with override(code):
            columns.append(receipt_lines(conversation))
    rows = [list(zip((language(code) for code in codes), cells, strict=True)) for cells in zip(*columns, strict=True)]
    return render_pdf(
        template="consent/pdf/receipt.html",
        context={
            "rows": rows,
            "notices": [(language(text.language), shown(text)) for text in notice_texts(conversation, codes)],
            "number": str(conversation.public_id),
            "sha256": conversation.notice_sha256,
            "withdrawal": conversation.sitting == Sitting.WITHDRAWAL,
        },
        languages=codes,
    )


def notice_texts(conversation: Conversation, codes: Iterable[str]) -> list[Any]:
    """The texts of the very version that was shown, in these languages, as far as they exist."""
    if conversation.notice_text is None:
        return []
    texts = {text.language: text for text in conversation.notice_text.notice.texts.select_related("notice")}
    return [texts[code] for code in codes if code in texts]


def receipt_lines(conversation: Conversation) -> list[tuple[str, list[str]]]:
    """Label and values, in the active language."""
    withdrawal = conversation.sitting == Sitting.WITHDRAWAL
    lines = [
        (_("Over wie"), [name_of(conversation.person)]),
        (_("Waarvoor"), [str(conversation.get_purpose_display())]),
        (_("Wie geeft de gegevens"), [conversation.sender.name]),
        (_("Wie krijgt de gegevens"), [conversation.recipient.name]),
        (_("Wanneer"), [date_format(localtime(conversation.at), "DATETIME_FORMAT")]),
        (
            _("Wat is er gekozen"),
            [
                f"{decision.get_category_display()}: {decision.get_outcome_display()}"
                for decision in conversation.decisions.all()
            ],
        ),
    ]
    until = max((row.valid_until for row in conversation.decisions.all() if row.valid_until), default=None)
    if until is not None:
        lines.append((_("Geldig tot"), [date_format(localtime(until), "DATE_FORMAT")]))
    if conversation.secrecy_released is not None:
        lines.append((_("Mag de zorgverlener het vertellen"), [_("Ja") if conversation.secrecy_released else _("Nee")]))
    deciders = [name_of(decider.person) for decider in conversation.deciders.select_related("person__subject_key")]
    lines += [
        (_("Wie koos"), deciders or [str(conversation.get_withdrawn_by_display())]),
        (_("Namens wie"), [str(conversation.get_capacity_display())]),
        (_("Hoe bevestigd"), [str(conversation.get_method_display())]),
    ]
    if not withdrawal:
        lines += [
            (_("Taal van de uitleg"), [language(conversation.language).name]),
            (_("Gesproken taal"), [language(conversation.spoken_language).name]),
            (_("Tolk"), [str(InterpreterKind(conversation.interpreter_kind).label)]),
            (_("Verteld dat nee zeggen geen gevolgen heeft"), [_("Ja")]),
        ]
    if conversation.withdrawn_by != WithdrawnBy.PERSON:
        lines.append((_("Opgeschreven door"), [f"{conversation.recorded_by.name}, {conversation.sender.name}"]))
    return lines


def name_of(person: Person) -> str:
    """The name, or that it was erased."""
    try:
        return person.name
    except Erased:
        return _("(gewist)")


def receipt_json(conversation: Conversation) -> bytes:
    """The consent record and receipt with the field names of ISO/IEC TS 27560, signed with the portal's key.

    ``proof.signature`` is Ed25519 over the UTF-8 bytes of the same document without ``proof``, as JSON with sorted
    names and no spaces.
    """
    document = receipt_document(conversation)
    signed = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    document["proof"] = {"type": "Ed25519", "signature": sign(signed).hex()}
    return json.dumps(document, ensure_ascii=False, indent=2).encode()


def receipt_document(conversation: Conversation) -> dict[str, Any]:
    """The record: people by public id, organisations by name, texts by hash."""
    purpose = Purpose(conversation.purpose)
    text = conversation.notice_text
    notice = (
        f"{settings.BASE_URL}/consent/notices/{purpose.value}/{text.notice.version}/{text.language}" if text else None
    )
    deciders = list(conversation.deciders.select_related("person"))
    subject = str(conversation.person.public_id)
    return {
        "schema_version": SCHEMA,
        "record_id": str(conversation.public_id),
        "pii_principal_id": subject,
        "receipt": {"receipt_id": f"{conversation.public_id}#receipt", "receipt_time": conversation.at.isoformat()},
        "pii_processing": {
            "privacy_notice": notice,
            "privacy_notice_version": text.notice.version if text else None,
            "privacy_notice_sha256": conversation.notice_sha256,
            "language": conversation.language,
            "purposes": [
                {
                    "purpose": purpose.value,
                    "purpose_type": "transfer_of_care",
                    "lawful_basis": "consent",
                    "release_from_medical_secrecy": conversation.secrecy_released,
                    "pii_information": [
                        {
                            "pii_type": decision.category,
                            "pii_optional": True,
                            "special_pii_category": DataCategory(decision.category) in HEALTH,
                            "decision_id": str(decision.public_id),
                            "decision": decision.outcome,
                        }
                        for decision in conversation.decisions.all()
                    ],
                    "pii_controllers": [str(conversation.controller.public_id)],
                    "collection_method": conversation.method,
                    "processing_method": "encrypted transfer through the regional portal",
                    "storage_locations": ["NL"],
                    "processing_locations": ["NL"],
                    "geographic_restrictions": ["EU"],
                    "retention_period": f"P{VALID_FOR[purpose].days}D",
                    "services": ["handover"],
                    "jurisdiction": "NL",
                    "recipient_third_parties": [str(conversation.recipient.public_id)],
                    "withdrawal_method": f"{settings.BASE_URL}/my/",
                    "privacy_rights": ["access", "rectification", "erasure", "restriction", "objection", "portability"],
                    "medical_secrecy_applies": purpose in SECRECY,
                }
            ],
        },
        "party_identification": [
            _party(conversation.controller, "pii_controller"),
            _party(conversation.recipient, "third_party"),
        ],
        "event": [
            {
                "event_type": "explicit",
                "event_state": _event_state(decision.outcome),
                "event_time": decision.at.isoformat(),
                "validity_duration": f"P{VALID_FOR[purpose].days}D" if decision.outcome == Outcome.GIVEN else None,
                "valid_until": decision.valid_until.isoformat() if decision.valid_until else None,
                "entity_id": [str(decider.person.public_id) for decider in deciders] or [subject],
                "pii_type": decision.category,
            }
            for decision in conversation.decisions.all()
        ],
        "circumstances": {
            "spoken_language": conversation.spoken_language,
            "interpreter_present": conversation.interpreter_present,
            "interpreter_kind": conversation.interpreter_kind,
            "capacity": conversation.capacity,
            "refusal_without_consequence_shown": conversation.refusal_without_consequence_shown,
            "understanding_checked": bool(conversation.words.get("understanding")),
            "recorded_by": str(conversation.recorded_by.public_id),
            "team": str(conversation.team.public_id) if conversation.team else None,
        },
    }


def _event_state(outcome: str) -> str:
    return {Outcome.GIVEN: "given", Outcome.REFUSED: "refused", Outcome.WITHDRAWN: "withdrawn"}[Outcome(outcome)]


def _party(organisation: Any, role: str) -> dict[str, str]:
    return {
        "party_id": str(organisation.public_id),
        "party_name": organisation.name,
        "party_role": role,
        "party_email": organisation.contact_email,
    }
