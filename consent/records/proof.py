"""Everything that proves one conversation, in one archive that anybody can check without this portal."""

import hashlib
import io
import json
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.template.loader import render_to_string
from django.utils.translation import override

from portal.audit.proving import entries_about, evidence
from portal.audit.signing import public_key, sign

from ..enums import State
from ..identity import Erased
from ..models import Conversation
from ..queries import consents_of
from ..receipts import notice_texts, receipt_lines, receipt_pdf, render_pdf
from .fhir import consent_resource
from .iso27560 import canonical_bytes, record_document, record_json

CHECK = Path(__file__).with_name("check_rows.py")
LANGUAGE = "nl"
"""The officer's language; the person's own stands beside it in the receipt."""


@dataclass(frozen=True, kw_only=True)
class Link:
    """One conversation of the chain. ``then`` and ``now`` are the states of its categories: when made, and today."""

    conversation: Conversation
    then: dict[str, State]
    now: dict[str, State]


def proof_archive(conversation: Conversation) -> bytes:
    """The archive (ZIP) for a conversation, of an erased person too: what cannot be read any more is then left out.

    Raises:
        PdfUnavailable: as :func:`consent.receipts.render_pdf`.
    """
    links = chain(conversation)
    files = _files(conversation, links)
    sums = "".join(f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in sorted(files.items()))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(files.items()):
            archive.writestr(_entry(name, conversation), content)
        archive.writestr(_entry("SHA256SUMS", conversation), sums)
        archive.writestr(_entry("SHA256SUMS.sig", conversation), sign(sums.encode()))
    return buffer.getvalue()


def chain(conversation: Conversation) -> list[Link]:
    """All conversations of the same person, purpose, sender and recipient, oldest first, and what became of each."""
    rows = list(
        Conversation.objects.filter(
            person=conversation.person_id,
            purpose=conversation.purpose,
            sender=conversation.sender_id,
            recipient=conversation.recipient_id,
        )
        .select_related("person__subject_key", "notice_text__notice", "recorded_by", "sender", "recipient", "team")
        .prefetch_related("decisions")
        .order_by("pk")
    )
    now = states_of(conversation)
    return [
        Link(
            conversation=row,
            then=_labelled(row, states_of(row, at_its_time=True)),
            now=_labelled(row, now),
        )
        for row in rows
    ]


def states_of(conversation: Conversation, *, at_its_time: bool = False) -> dict[int, State] | None:
    """What each decision about the person was worth at a time, by primary key, or ``None`` for an erased person.

    A decision that a newer one replaced is not among them.
    """
    try:
        held = consents_of(person=conversation.person, at=conversation.at if at_its_time else None)
    except Erased:
        return None
    return {row.decision.pk: row.state for row in held}


def _labelled(conversation: Conversation, states: dict[int, State] | None) -> dict[str, State]:
    """By category. Whether the age was right cannot be told of an erased person, whose consent counts no more."""
    lost = State.SUPERSEDED if states is not None else State.INVALIDATED
    return {row.category: (states or {}).get(row.pk, lost) for row in conversation.decisions.all()}


def _told(conversation: Conversation, links: list[Link]) -> Conversation | None:
    """The conversation in which the explanation was shown: of a withdrawal, the last one before it."""
    told = [link.conversation for link in links if link.conversation.notice_text is not None]
    return next((row for row in reversed(told) if row.pk <= conversation.pk), None)


def _files(conversation: Conversation, links: list[Link]) -> dict[str, bytes]:
    document = record_document(conversation)
    signed = canonical_bytes(document)
    objects = {str(link.conversation.public_id) for link in links}
    log = evidence(entries_about(object_ids=objects))
    head = json.loads(log.rows)
    files = {
        "bewijs.pdf": _cover(conversation, links, log.count),
        "ontvangstbewijs.pdf": receipt_pdf(conversation),
        "record.json": record_json(conversation),
        "record.signed": signed,
        "record.sig": sign(signed),
        "consent.fhir.json": _json(consent_resource(conversation, states=states_of(conversation) or {})),
        "gesprek.json": _json(_conversation(conversation)),
        "keten.json": _json([_link(link) for link in links]),
        "audit/rows.json": log.rows,
        "audit/head.txt": head["signed_text"].encode(),
        "audit/head.sig": bytes.fromhex(head["signature"]),
        "audit/checkpoint.txt": log.head,
        "check_rows.py": CHECK.read_bytes(),
        "public-key.pem": Ed25519PublicKey.from_public_bytes(public_key()).public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        ),
    }
    told = _told(conversation, links)
    for text in notice_texts(told, {told.language, LANGUAGE}) if told else ():
        files[f"notice.{text.language}.json"] = text.content.encode()
    with override(LANGUAGE):
        context = {"conversation": conversation, "told": told}
        files["LEESMIJ.txt"] = render_to_string("consent/pdf/proof_read_me.txt", context).encode()
    return files


def _conversation(conversation: Conversation) -> dict[str, Any]:
    """What was said and who was there, as far as the key of the person still opens it."""
    words = conversation.words
    return {
        "conversation": str(conversation.public_id),
        "readable": bool(words),
        "language": conversation.language,
        "spoken_language": conversation.spoken_language,
        "notice_version": conversation.notice_text.notice.version if conversation.notice_text else None,
        "notice_sha256": conversation.notice_sha256 or None,
        "interpreter": {
            "present": conversation.interpreter_present,
            "kind": conversation.interpreter_kind,
            "language": conversation.interpreter_language or None,
            "id": words.get("interpreter_id") or None,
            "why_none": words.get("without_interpreter") or None,
        },
        "witness": words.get("witness") or None,
        "witness_function": words.get("witness_function") or None,
        "understanding": words.get("understanding") or None,
        "reason": words.get("reason") or None,
        "method": conversation.method,
        "capacity": conversation.capacity,
        "withdrawn_by": conversation.withdrawn_by or None,
        "refusal_without_consequence_shown": conversation.refusal_without_consequence_shown,
        "secrecy_released": conversation.secrecy_released,
        "signatures": [
            {
                "public_id": str(signature.public_id),
                "decider": str(signature.decider.public_id),
                "kind": signature.kind,
                "sha256": signature.sha256,
                "signed_at": signature.signed_at.isoformat(),
            }
            for signature in conversation.signatures.select_related("decider")
        ],
    }


def _link(link: Link) -> dict[str, Any]:
    row = link.conversation
    return {
        "conversation": str(row.public_id),
        "at": row.at.isoformat(),
        "sitting": row.sitting,
        "notice_version": row.notice_text.notice.version if row.notice_text else None,
        "capacity": row.capacity,
        "method": row.method,
        "recorded_by": str(row.recorded_by.public_id),
        "decisions": [
            {
                "decision": str(decision.public_id),
                "category": decision.category,
                "outcome": decision.outcome,
                "valid_until": decision.valid_until.isoformat() if decision.valid_until else None,
                "state_when_made": link.then[decision.category].value,
                "state_now": link.now[decision.category].value,
            }
            for decision in row.decisions.all()
        ],
    }


def _cover(conversation: Conversation, links: list[Link], rows: int) -> bytes:
    with override(LANGUAGE):
        words = _conversation(conversation)
        context = {
            "conversation": conversation,
            "lines": receipt_lines(conversation),
            "words": words,
            "signatures": conversation.signatures.select_related("decider"),
            "links": [
                {
                    "conversation": link.conversation,
                    "decisions": [
                        (row, link.then[row.category].label, link.now[row.category].label)
                        for row in link.conversation.decisions.all()
                    ],
                }
                for link in links
            ],
            "rows": rows,
        }
        return render_pdf(template="consent/pdf/proof.html", context=context, languages=[LANGUAGE])


def _json(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False, indent=2).encode()


def _entry(name: str, conversation: Conversation) -> zipfile.ZipInfo:
    """With the time of the conversation, so that the same proof is the same file."""
    entry = zipfile.ZipInfo(name, conversation.at.timetuple()[:6])
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry
