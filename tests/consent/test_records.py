"""The record as machines read it: every mandatory field of ISO/IEC TS 27560, and a Consent that FHIR R5 accepts."""

import json
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from unittest import mock

import pytest
from django.urls import reverse
from django.utils import timezone
from fhir.resources.consent import Consent

from consent.enums import Capacity, InvolvementReason, Purpose, State
from consent.policy import CATEGORIES, VALID_FOR
from consent.records import consent_resource, record_document
from consent.records.iso27560 import MANDATORY, OPTIONAL, canonical_bytes, missing_fields
from consent.records.proof import states_of
from consent.services import involve, withdraw
from portal.accounts.enums import OrganisationKind, Role
from portal.audit.models import Entry
from portal.audit.signing import verify
from tests.consent_factories import actor_of, born, decide, person, sender_team
from tests.factories import TeamFactory, member

DOCUMENT = Path(__file__).parents[2] / "docs" / "consent-record.md"


def record(scene, **changes):
    fields = {"deciders": [scene.mother, scene.father], "recipient": scene.recipient, **changes}
    return decide(actor=scene.actor, team=scene.team, child=scene.child, **fields)


def take_back(scene, purpose=Purpose.YOUTH_HEALTH):
    (held,) = withdraw(
        actor=scene.actor,
        person=scene.child,
        purpose=purpose,
        recipient=scene.recipient,
        reason="",
        team=scene.team,
    )
    return held


def resource(conversation):
    return consent_resource(conversation, states=states_of(conversation) or {})


def accepted(conversation):
    """The resource, read back from its JSON by the models of FHIR R5."""
    given = json.loads(json.dumps(resource(conversation)))
    assert given.pop("resourceType") == "Consent"
    return Consent.model_validate(given)


class TestIso27560:
    @pytest.mark.parametrize("purpose", list(Purpose))
    def test_nothing_mandatory_is_missing(self, scene, purpose):
        conversation = record(scene, purpose=purpose, yes=CATEGORIES[purpose][:1])
        assert missing_fields(record_document(conversation)) == []

    def test_nor_in_a_withdrawal_which_names_the_notice_of_what_it_takes_back(self, scene):
        given = record(scene)
        document = record_document(take_back(scene))
        assert missing_fields(document) == []
        assert document["pii_processing"]["privacy_notice_sha256"] == given.notice_text.sha256
        assert {event["event_state"] for event in document["event"]} == {"withdrawn"}

    def test_a_missing_or_empty_field_is_noticed(self, scene):
        whole = record_document(record(scene))
        sections = {
            "": lambda document: document,
            "pii_processing": lambda document: document["pii_processing"],
            "purposes": lambda document: document["pii_processing"]["purposes"][0],
            "pii_information": lambda document: document["pii_processing"]["purposes"][0]["pii_information"][-1],
            "party_identification": lambda document: document["party_identification"][-1],
            "event": lambda document: document["event"][0],
        }
        assert set(sections) == set(MANDATORY)
        for section, names in MANDATORY.items():
            for name in names:
                for value in ("", None):
                    document = deepcopy(whole)
                    sections[section](document)[name] = value
                    assert f"{section}.{name}".lstrip(".") in missing_fields(document)

    def test_what_is_optional_and_promised_is_there_too(self, scene):
        document = record_document(record(scene))
        purpose = document["pii_processing"]["purposes"][0]
        assert OPTIONAL["purposes"] <= set(purpose)
        assert OPTIONAL["pii_information"] <= set(purpose["pii_information"][0])
        assert OPTIONAL["party_identification"] <= set(document["party_identification"][0])

    def test_the_document_lists_every_field(self):
        text = DOCUMENT.read_text(encoding="utf-8")
        for names in (*MANDATORY.values(), *OPTIONAL.values()):
            for name in names:
                assert f"`{name}`" in text, name

    def test_the_file_is_signed_and_names_nobody(self, client, sign_in, scene):
        conversation = record(scene)
        sign_in(client, scene.user)
        response = client.get(reverse("consent:receipt_json", args=[conversation.public_id]))
        document = json.loads(response.content)
        assert document["pii_processing"]["privacy_notice_sha256"] == conversation.notice_text.sha256
        for secret in ("Haddad", "T-1234", "nieuwe verpleegkundige"):
            assert secret not in response.content.decode()
        proof = document.pop("proof")
        assert verify(canonical_bytes(document), bytes.fromhex(proof["signature"]))
        document["event"][0]["event_state"] = "refused"
        assert not verify(canonical_bytes(document), bytes.fromhex(proof["signature"]))
        assert Entry.objects.filter(event="consent:receipt:read", details__form="json").count() == 1


class TestFhir:
    @pytest.mark.parametrize("purpose", list(Purpose))
    def test_every_purpose_and_outcome_is_accepted(self, scene, purpose):
        conversation = record(scene, purpose=purpose, yes=CATEGORIES[purpose][:1])
        assert accepted(conversation).status == "active"
        assert accepted(take_back(scene, purpose)).status == "inactive"
        assert accepted(record(scene, purpose=purpose, yes=())).status == "active"

    def test_a_field_that_fhir_does_not_know_is_refused(self, scene):
        given = {**resource(record(scene)), "secrecy": True}
        given.pop("resourceType")
        with pytest.raises(ValueError, match="secrecy"):
            Consent.model_validate(given)

    def test_the_status_follows_what_it_is_worth_now(self, scene):
        conversation = record(scene)
        assert resource(conversation)["status"] == "active"
        with mock.patch("django.utils.timezone.now", return_value=timezone.now() + VALID_FOR[Purpose.YOUTH_HEALTH]):
            assert set(states_of(conversation).values()) == {State.EXPIRED}
            assert resource(conversation)["status"] == "inactive"
        newer = record(scene)
        assert resource(conversation)["status"] == "inactive"
        assert resource(newer)["status"] == "active"
        withdrawal = take_back(scene)
        assert resource(newer)["status"] == "inactive"
        assert resource(withdrawal)["status"] == "inactive"
        assert "provision" not in resource(withdrawal)

    def test_a_no_is_to_be_followed_until_something_newer_is_said(self, scene):
        refusal = record(scene, yes=())
        given = resource(refusal)
        assert (given["status"], given["decision"]) == ("active", "deny")
        assert "provision" not in given
        record(scene)
        assert resource(refusal)["status"] == "inactive"

    def test_an_active_one_permits_only_what_still_counts(self, scene):
        conversation = record(scene)
        first, *others = (row.pk for row in conversation.decisions.all())
        states = {first: State.GIVEN} | dict.fromkeys(others, State.SUPERSEDED)
        assert len(consent_resource(conversation, states=states)["provision"]) == 1
        assert len(consent_resource(conversation, states={})["provision"]) == len(others) + 1, "what was decided then"

    def test_a_parent_is_no_patient_and_the_day_is_that_of_the_netherlands(self, scene):
        conversation = record(scene)
        given = resource(conversation)
        assert given["subject"]["type"] == "Patient"
        assert {row["type"] for row in given["grantor"]} == {"RelatedPerson"}
        assert given["verification"][0]["verifiedWith"]["type"] == "RelatedPerson"
        conversation.at = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)
        assert resource(conversation)["date"] == "2026-07-02"

    def test_each_yes_is_an_exception_from_no(self, scene):
        categories = CATEGORIES[Purpose.YOUTH_HEALTH][:2]
        given = resource(record(scene, yes=categories))
        codes = {row["code"][0]["coding"][0]["code"] for row in given["provision"]}
        assert (given["decision"], codes) == ("deny", {category.value for category in categories})
        assert len(given["grantor"]) == 2

    def test_an_adult_decides_alone(self, db):
        team, user = sender_team(kind=OrganisationKind.GCA)
        adult = person(team=team, birth_date=born(30))
        conversation = decide(
            actor=actor_of(user, team), team=team, child=adult, deciders=[adult], purpose=Purpose.MEDICAL_FILE
        )
        assert conversation.capacity == Capacity.SELF
        given = resource(conversation)
        assert given["grantor"] == [given["subject"]]

    def test_it_names_nobody(self, client, sign_in, scene):
        conversation = record(scene)
        sign_in(client, scene.user)
        response = client.get(reverse("consent:receipt_fhir", args=[conversation.public_id]))
        assert response["Content-Type"] == "application/fhir+json"
        for secret in ("Haddad", "T-1234", "nieuwe verpleegkundige"):
            assert secret not in response.content.decode()
        assert Entry.objects.filter(event="consent:receipt:read", details__form="fhir").count() == 1

    def test_neither_sender_nor_recipient_gets_nothing(self, client, sign_in, scene):
        conversation = record(scene)
        bystander = TeamFactory()
        involve(person=scene.child, team=bystander, reason=InvolvementReason.PACKAGE)
        sign_in(client, member(Role.RECEIVER, team=bystander))
        assert client.get(reverse("consent:receipt_fhir", args=[conversation.public_id])).status_code == 404
