"""A conversation as the ``Consent`` resource of FHIR R5 (https://hl7.org/fhir/R5/consent.html).

People are logical references by public id, never by name. The resource says what was decided in this conversation;
``status`` says what that is worth now, and an ``active`` one permits only what still counts.
"""

import base64
import hashlib
from typing import Any

from django.conf import settings

from ..enums import Capacity, Method, Outcome, State
from ..models import Conversation, Decision, NoticeText, Person
from ..policy import IN_FORCE, home_date

PERSONS = "urn:nl:doorlopende-lijn:person"
ORGANISATIONS = "urn:nl:doorlopende-lijn:organisation"
USERS = "urn:nl:doorlopende-lijn:user"
CATEGORIES = "urn:nl:doorlopende-lijn:data-category"
PURPOSES = "urn:nl:doorlopende-lijn:purpose"
VERIFICATION = "http://terminology.hl7.org/CodeSystem/consentverification"
LOINC_CONSENT = {"system": "http://loinc.org", "code": "59284-0", "display": "Consent Document"}
CONSENT_ACTION = "http://terminology.hl7.org/CodeSystem/consentaction"
PARTICIPATION = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType"


def consent_resource(conversation: Conversation, *, states: dict[int, State]) -> dict[str, Any]:
    """The resource as JSON-able names and values.

    Args:
        states: by primary key of a decision, what it is worth now; a decision that is not in it is no longer the
            newest of its scope. Nothing at all for an erased person.
    """
    decisions = list(conversation.decisions.all())
    status = _status(conversation, decisions, states)
    subject = _person(conversation.person)
    deciders = [
        _person(row.person, related=row.person_id != conversation.person_id)
        for row in conversation.deciders.select_related("person")
    ] or [subject]
    ends = [decision.valid_until for decision in decisions if decision.valid_until]
    resource: dict[str, Any] = {
        "resourceType": "Consent",
        "id": str(conversation.public_id),
        "identifier": [{"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{conversation.public_id}"}],
        "status": status,
        "category": [{"coding": [LOINC_CONSENT]}],
        "subject": subject,
        "date": home_date(conversation.at).isoformat(),
        "grantor": deciders,
        "grantee": [_organisation(conversation.recipient)],
        "manager": [_organisation(conversation.sender)],
        "controller": [_organisation(conversation.controller)],
        "regulatoryBasis": [{"text": "GDPR art. 6(1)(a) and 9(2)(a); Civil Code (NL) book 7 art. 457"}],
        "verification": [_verification(conversation, deciders)],
        "decision": "deny",
        "provision": [
            _provision(conversation, decision)
            for decision in decisions
            if decision.outcome == Outcome.GIVEN and (status != "active" or states.get(decision.pk) in IN_FORCE)
        ],
    }
    if ends:
        resource["period"] = {"start": conversation.at.isoformat(), "end": max(ends).isoformat()}
    text = conversation.notice_text
    if text is not None:
        resource["policyBasis"] = {"url": _notice_url(conversation, text)}
        resource["sourceAttachment"] = [_attachment(conversation, text)]
    if not resource["provision"]:
        del resource["provision"]
    return resource


def _status(conversation: Conversation, decisions: list[Decision], states: dict[int, State]) -> str:
    """``active`` while a yes counts, or a no to everything: "to be followed and enforced"; ``inactive`` otherwise.

    Not ``not-done`` for a refusal: that says that the talk was broken off, and invites to ignore the no.
    """
    now = [states.get(decision.pk) for decision in decisions]
    if any(state in IN_FORCE for state in now) or (now and all(state == State.REFUSED for state in now)):
        return "active"
    return "inactive"


def _provision(conversation: Conversation, decision: Decision) -> dict[str, Any]:
    """An exception from the refusal that holds otherwise: this recipient may have this category for this purpose."""
    return {
        "id": str(decision.public_id),
        "period": {
            "start": decision.at.isoformat(),
            "end": decision.valid_until.isoformat() if decision.valid_until else decision.at.isoformat(),
        },
        "actor": [
            {
                "role": {"coding": [{"system": PARTICIPATION, "code": "IRCP"}]},
                "reference": _organisation(conversation.recipient),
            }
        ],
        "action": [{"coding": [{"system": CONSENT_ACTION, "code": "disclose"}]}],
        "purpose": [{"system": PURPOSES, "code": conversation.purpose}],
        "code": [{"coding": [{"system": CATEGORIES, "code": decision.category}]}],
    }


def _verification(conversation: Conversation, deciders: list[dict[str, Any]]) -> dict[str, Any]:
    kind = "family" if conversation.capacity in {Capacity.PARENT, Capacity.BOTH} else "validation"
    return {
        "verified": bool(conversation.words.get("understanding")) or conversation.method == Method.PAPER_SCAN,
        "verificationType": {
            "coding": [{"system": VERIFICATION, "code": kind}],
            "text": f"{conversation.method}; interpreter: {conversation.interpreter_kind}",
        },
        "verifiedBy": {
            "type": "Practitioner",
            "identifier": {"system": USERS, "value": str(conversation.recorded_by.public_id)},
        },
        "verifiedWith": deciders[0],
        "verificationDate": [conversation.at.isoformat()],
    }


def _attachment(conversation: Conversation, text: NoticeText) -> dict[str, Any]:
    """Which text was shown. ``hash`` in FHIR is SHA-1; the SHA-256 by which the text is known stands in the title."""
    return {
        "contentType": "application/json",
        "language": text.language,
        "url": _notice_url(conversation, text),
        "title": f"sha-256 {conversation.notice_sha256}",
        "hash": _sha1(text.content.encode()),
        "creation": text.published_at.isoformat(),
    }


def _sha1(content: bytes) -> str:
    return base64.b64encode(hashlib.sha1(content, usedforsecurity=False).digest()).decode()


def _notice_url(conversation: Conversation, text: NoticeText) -> str:
    return f"{settings.BASE_URL}/consent/notices/{conversation.purpose}/{text.notice.version}/{text.language}"


def _person(person: Person, *, related: bool = False) -> dict[str, Any]:
    """``related`` for who decides for somebody else: a parent is no patient here."""
    kind = "RelatedPerson" if related else "Patient"
    return {"type": kind, "identifier": {"system": PERSONS, "value": str(person.public_id)}}


def _organisation(organisation: Any) -> dict[str, Any]:
    return {
        "type": "Organization",
        "identifier": {"system": ORGANISATIONS, "value": str(organisation.public_id)},
        "display": organisation.name,
    }
