"""The consent record and receipt of ISO/IEC TS 27560:2023.

Names and obligations of the fields follow the table of the W3C Data Privacy Vocabularies group, "Consent Records and
Receipts as per ISO/IEC TS 27560:2023 using DPV" (2024); ``docs/consent-record.md`` lists each with its source here.
"""

import json
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from portal.accounts.models import Organisation
from portal.audit.signing import sign

from ..enums import DataCategory, Outcome, Purpose
from ..models import Conversation, NoticeText
from ..policy import SECRECY, VALID_FOR

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
"""Data concerning health: a special category (GDPR art. 9(1))."""

RIGHTS = ("access", "rectification", "erasure", "restriction", "objection", "portability", "withdrawal", "complaint")
KEPT_UNTIL = "portal: destroyed after receipt; recipient: as long as the law on its records says"
"""How long the data are kept, in the words of the notices. How long a yes counts is ``validity_duration``."""
AUTHORITY = "urn:nl:autoriteit-persoonsgegevens"

MANDATORY: dict[str, frozenset[str]] = {
    "": frozenset(
        {
            "schema_version",
            "record_id",
            "receipt_id",
            "pii_principal_id",
            "pii_processing",
            "party_identification",
            "event",
        }
    ),
    "pii_processing": frozenset({"privacy_notice", "language", "purposes"}),
    "purposes": frozenset(
        {
            "purpose",
            "pii_information",
            "pii_controllers",
            "storage_locations",
            "retention_period",
            "jurisdiction",
            "recipient_third_parties",
            "withdrawal_method",
        }
    ),
    "pii_information": frozenset({"pii_type"}),
    "party_identification": frozenset({"party_id", "party_address", "party_name", "party_contact", "party_type"}),
    "event": frozenset({"event_time", "validity_duration", "entity_id", "event_type", "event_state"}),
}
"""What the technical specification makes mandatory, by section; ``""`` is the header."""

OPTIONAL: dict[str, frozenset[str]] = {
    "purposes": frozenset(
        {
            "purpose_type",
            "lawful_basis",
            "collection_method",
            "processing_method",
            "processing_locations",
            "geographic_restrictions",
            "services",
            "privacy_rights",
            "authority_party",
        }
    ),
    "pii_information": frozenset(
        {"pii_attribute_id", "pii_optional", "sensitive_pii_category", "special_pii_category"}
    ),
    "party_identification": frozenset({"party_email", "party_role"}),
}
"""What is optional there and filled in here all the same, as the GDPR asks for it (art. 7(1), 13, 30)."""


def record_json(conversation: Conversation) -> bytes:
    """The record, signed with the portal's key.

    ``proof.signature`` is Ed25519 over the UTF-8 bytes of the same document without ``proof``, as JSON with sorted
    names and no spaces.
    """
    document = record_document(conversation)
    document["proof"] = {"type": "Ed25519", "signature": sign(canonical_bytes(document)).hex()}
    return json.dumps(document, ensure_ascii=False, indent=2).encode()


def canonical_bytes(document: dict[str, Any]) -> bytes:
    """What is signed: JSON with sorted names and no spaces, in UTF-8."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def record_document(conversation: Conversation) -> dict[str, Any]:
    """The record: people by public id, organisations by name, texts by hash."""
    purpose = Purpose(conversation.purpose)
    decisions = list(conversation.decisions.all())
    deciders = [str(decider.person.public_id) for decider in conversation.deciders.select_related("person")]
    subject = str(conversation.person.public_id)
    parties = {conversation.controller.pk: _party(conversation.controller, "pii_controller", "data_exporter")}
    parties.setdefault(conversation.sender.pk, _party(conversation.sender, "sender", "data_exporter"))
    parties.setdefault(conversation.recipient.pk, _party(conversation.recipient, "third_party", "data_importer"))
    return {
        "schema_version": SCHEMA,
        "record_id": str(conversation.public_id),
        "receipt_id": f"{conversation.public_id}#receipt",
        "receipt_time": conversation.at.isoformat(),
        "pii_principal_id": subject,
        "pii_processing": {
            **_notice(conversation),
            "language": conversation.language,
            "purposes": [
                {
                    "purpose": purpose.value,
                    "purpose_type": "transfer_of_care",
                    "lawful_basis": "consent (GDPR art. 6(1)(a), 9(2)(a))",
                    "pii_information": [
                        _category(decision.category, str(decision.public_id)) for decision in decisions
                    ],
                    "pii_controllers": [str(conversation.controller.public_id)],
                    "collection_method": conversation.method,
                    "processing_method": "encrypted transfer through the regional portal",
                    "storage_locations": ["NL"],
                    "retention_period": KEPT_UNTIL,
                    "processing_locations": ["NL"],
                    "geographic_restrictions": ["EU"],
                    "services": ["handover"],
                    "jurisdiction": "NL",
                    "recipient_third_parties": [str(conversation.recipient.public_id)],
                    "withdrawal_method": f"{settings.BASE_URL}/my/",
                    "privacy_rights": list(RIGHTS),
                    "authority_party": AUTHORITY,
                    "medical_secrecy_applies": purpose in SECRECY,
                    "release_from_medical_secrecy": conversation.secrecy_released,
                }
            ],
        },
        "party_identification": list(parties.values()),
        "event": [
            {
                "event_time": decision.at.isoformat(),
                "validity_duration": f"P{VALID_FOR[purpose].days}D" if decision.outcome == Outcome.GIVEN else "P0D",
                "valid_until": decision.valid_until.isoformat() if decision.valid_until else None,
                "entity_id": deciders or [subject],
                "event_type": "explicit",
                "event_state": Outcome(decision.outcome).value,
                "pii_type": decision.category,
            }
            for decision in decisions
        ],
        "circumstances": _circumstances(conversation),
    }


def missing_fields(document: dict[str, Any]) -> list[str]:
    """Which mandatory fields a record lacks or leaves empty, as ``section.field``; none in a record of this portal."""
    processing = document.get("pii_processing") or {}
    purposes = processing.get("purposes") or [{}]
    sections = {
        "": [document],
        "pii_processing": [processing],
        "purposes": purposes,
        "pii_information": [row for purpose in purposes for row in purpose.get("pii_information") or [{}]],
        "party_identification": document.get("party_identification") or [{}],
        "event": document.get("event") or [{}],
    }
    return sorted(
        {
            f"{section}.{name}".lstrip(".")
            for section, rows in sections.items()
            for row in rows
            for name in MANDATORY[section]
            if row.get(name) in (None, "", [], {})
        }
    )


def _notice(conversation: Conversation) -> dict[str, Any]:
    """The notice that was shown; for a withdrawal, the one on which was given what is now taken back."""
    text = conversation.notice_text
    if text is None:
        text = NoticeText.objects.select_related("notice").filter(conversations__in=_before(conversation)).last()
    purpose = Purpose(conversation.purpose).value
    address = f"{settings.BASE_URL}/consent/notices/{purpose}/"
    if text is None:
        return {"privacy_notice": address, "privacy_notice_version": None, "privacy_notice_sha256": ""}
    return {
        "privacy_notice": f"{address}{text.notice.version}/{text.language}",
        "privacy_notice_version": text.notice.version,
        "privacy_notice_sha256": text.sha256,
    }


def _before(conversation: Conversation) -> QuerySet[Conversation, Any]:
    """The newest earlier conversation of the same scope in which a notice was shown."""
    return (
        Conversation.objects.filter(
            person=conversation.person_id,
            purpose=conversation.purpose,
            sender=conversation.sender_id,
            recipient=conversation.recipient_id,
            notice_text__isnull=False,
            pk__lt=conversation.pk,
        )
        .order_by("-pk")
        .values("pk")[:1]
    )


def _category(category: str, decision_id: str) -> dict[str, Any]:
    health = DataCategory(category) in HEALTH
    return {
        "pii_type": category,
        "pii_attribute_id": decision_id,
        "pii_optional": True,
        "sensitive_pii_category": health,
        "special_pii_category": "health" if health else None,
    }


def _circumstances(conversation: Conversation) -> dict[str, Any]:
    """What Dutch law and the conversation add to the standard."""
    return {
        "spoken_language": conversation.spoken_language,
        "interpreter_present": conversation.interpreter_present,
        "interpreter_kind": conversation.interpreter_kind,
        "capacity": conversation.capacity,
        "refusal_without_consequence_shown": conversation.refusal_without_consequence_shown,
        "understanding_checked": bool(conversation.words.get("understanding")),
        "signatures": [
            {
                "entity_id": str(signature.decider.public_id),
                "kind": signature.kind,
                "sha256": signature.sha256,
                "signed_at": signature.signed_at.isoformat(),
            }
            for signature in conversation.signatures.select_related("decider")
        ],
        "withdrawn_by": conversation.withdrawn_by or None,
        "recorded_by": str(conversation.recorded_by.public_id),
        "team": str(conversation.team.public_id) if conversation.team else None,
    }


def _party(organisation: Organisation, role: str, kind: str) -> dict[str, str]:
    seat = organisation.municipality or (organisation.centre.municipality if organisation.centre else None)
    return {
        "party_id": str(organisation.public_id),
        "party_name": organisation.name,
        "party_role": role,
        "party_type": kind,
        "party_address": f"{seat.name}, NL" if seat else "NL",
        "party_contact": organisation.contact_email,
        "party_email": organisation.contact_email,
    }
