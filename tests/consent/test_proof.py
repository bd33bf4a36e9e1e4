"""The privacy officer's proof: for nobody else, whole, and checkable by whoever has openssl and Python."""

import hashlib
import io
import json
import subprocess
import sys
import zipfile

import pytest
from django.urls import reverse

from consent.enums import InterpreterKind, Method, Purpose, SignatureKind, Sitting
from consent.models import Conversation, SubjectKey
from consent.services import withdraw
from consent.signatures import Sign
from portal.accounts.enums import OrganisationKind, Role
from portal.audit.models import Entry
from portal.audit.signing import verify
from tests.consent_factories import decide, talk
from tests.factories import TeamFactory, member

ABSENT = "00000000-0000-4000-8000-000000000000"
FILES = {
    *("bewijs.pdf", "ontvangstbewijs.pdf", "record.json", "record.signed", "record.sig", "consent.fhir.json"),
    *("gesprek.json", "keten.json", "audit/rows.json", "audit/head.txt", "audit/head.sig", "audit/checkpoint.txt"),
    *(
        "check_rows.py",
        "public-key.pem",
        "LEESMIJ.txt",
        "SHA256SUMS",
        "SHA256SUMS.sig",
        "notice.nl.json",
        "notice.ar.json",
    ),
}


@pytest.fixture
def officer(db):
    return member(Role.PRIVACY_OFFICER, kind=OrganisationKind.REGION)


@pytest.fixture
def held(scene):
    return decide(
        actor=scene.actor,
        team=scene.team,
        child=scene.child,
        deciders=[scene.mother, scene.father],
        recipient=scene.recipient,
    )


def take_back(scene):
    withdraw(
        actor=scene.actor,
        person=scene.child,
        purpose=Purpose.YOUTH_HEALTH,
        recipient=scene.recipient,
        reason="",
        team=scene.team,
    )


def archive_of(client, conversation) -> zipfile.ZipFile:
    response = client.get(reverse("consent:proof", args=[conversation.public_id]))
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    return zipfile.ZipFile(io.BytesIO(response.content))


class TestRefusals:
    @pytest.mark.parametrize("role", [role for role in Role if role not in {Role.PRIVACY_OFFICER, Role.PERSON}])
    def test_nobody_but_the_officer(self, client, sign_in, scene, held, role):
        team = scene.team if role in {Role.SENDER, Role.RECEIVER} else TeamFactory()
        sign_in(client, member(role, team=team))
        before = Entry.objects.filter(outcome="success").count()
        for name, number in (("proof", held.public_id), ("proofs_of", scene.child.public_id)):
            assert client.get(reverse(f"consent:{name}", args=[number])).status_code == 404
        assert client.post(reverse("consent:proofs"), {"number": scene.child.v_number}).status_code == 404
        assert Entry.objects.filter(outcome="success").count() == before

    def test_no_officer_without_a_fresh_factor(self, client, sign_in, officer, held):
        sign_in(client, officer, factor_age=16 * 60)
        response = client.get(reverse("consent:proof", args=[held.public_id]))
        assert response.status_code == 302
        assert "/second-factor/" in response["Location"]

    def test_absent_is_not_found(self, client, sign_in, officer):
        sign_in(client, officer)
        for name in ("proof", "proofs_of"):
            assert client.get(reverse(f"consent:{name}", args=[ABSENT])).status_code == 404


class TestFinding:
    def test_by_v_number_person_or_conversation(self, client, sign_in, officer, scene, held):
        sign_in(client, officer)
        page = reverse("consent:proofs_of", args=[scene.child.public_id])
        for number in (
            scene.child.v_number,
            f" {scene.child.v_number.lower()} ",
            scene.child.public_id,
            held.public_id,
        ):
            response = client.post(reverse("consent:proofs"), {"number": str(number)})
            assert (response.status_code, response.headers.get("Location")) == (302, page)
        row = Entry.objects.filter(event="consent:person:search").last()
        assert (row.subject, row.details) == (str(scene.child.public_id), {"found": True, "for": "proof"})
        listed = client.get(page).content.decode()
        assert reverse("consent:proof", args=[held.public_id]) in listed
        assert "Haddad" not in listed

    @pytest.mark.parametrize("number", ["", "V0000000000", "Haddad", "\x00", "V" * 5000, "' OR 1=1 --", ABSENT])
    def test_a_miss_says_so_and_keeps_what_was_typed_out_of_the_log(self, client, sign_in, officer, scene, number):
        sign_in(client, officer)
        response = client.post(reverse("consent:proofs"), {"number": number})
        assert response.status_code == 422
        for row in Entry.objects.filter(event="consent:person:search"):
            assert row.details == {"found": False, "for": "proof"}


class TestArchive:
    def test_it_holds_everything(self, client, sign_in, officer, scene, held):
        take_back(scene)
        sign_in(client, officer)
        archive = archive_of(client, held)
        assert set(archive.namelist()) == FILES
        talk = json.loads(archive.read("gesprek.json"))
        interpreter = {"present": True, "kind": "telephone", "id": "T-1234", "language": None, "why_none": None}
        assert talk["interpreter"] == interpreter
        assert talk["understanding"] == "Het dossier gaat naar de nieuwe verpleegkundige."
        assert talk["notice_sha256"] == hashlib.sha256(archive.read("notice.ar.json")).hexdigest()
        chain = json.loads(archive.read("keten.json"))
        assert [row["sitting"] for row in chain] == ["decision", "withdrawal"]
        states = [{(row["state_when_made"], row["state_now"]) for row in link["decisions"]} for link in chain]
        assert states == [{("given", "superseded")}, {("withdrawn", "withdrawn")}]
        events = [json.loads(row["leaf"])["event"] for row in json.loads(archive.read("audit/rows.json"))["rows"]]
        assert {"consent:decision:record", "consent:decision:withdraw"} <= set(events)
        assert archive.read("bewijs.pdf").startswith(b"%PDF")
        row = Entry.objects.filter(event="consent:receipt:read").last()
        assert (row.details, row.actor_id) == ({"form": "proof"}, str(officer.public_id))

    def test_it_is_checked_as_its_own_text_says(self, client, sign_in, officer, held, tmp_path):
        sign_in(client, officer)
        archive_of(client, held).extractall(tmp_path)
        commands = [
            line.strip()
            for line in (tmp_path / "LEESMIJ.txt").read_text(encoding="utf-8").splitlines()
            if line.startswith("   ")
        ]
        assert len(commands) == 6

        def run(command):
            words = command.replace("python3", sys.executable, 1).split()
            return subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)

        results = [run(command) for command in commands]
        assert [result.returncode for result in results] == [0] * 6, results
        assert json.loads((tmp_path / "record.json").read_text())["pii_processing"]["privacy_notice_sha256"] in (
            results[1].stdout
        )
        for name in ("record.signed", "audit/head.txt", "notice.ar.json"):
            path = tmp_path / name
            path.write_bytes(path.read_bytes().replace(b"1", b"2"))
        rows = tmp_path / "audit/rows.json"
        rows.write_text(rows.read_text().replace("consent:decision:record", "consent:decision:forget"))
        again = [run(command) for command in commands]
        assert [result.returncode == 0 for result in again] == [False, True, False, True, False, False]
        assert again[1].stdout != results[1].stdout

    def test_nobody_changes_what_was_said_and_the_sums_with_it(self, client, sign_in, officer, held):
        sign_in(client, officer)
        archive = archive_of(client, held)
        sums, signature = archive.read("SHA256SUMS"), archive.read("SHA256SUMS.sig")
        assert verify(sums, signature)
        digest = hashlib.sha256(archive.read("gesprek.json")).hexdigest().encode()
        assert digest in sums
        assert not verify(sums.replace(digest, b"0" * 64), signature)

    def test_why_there_was_no_interpreter_and_what_was_told_before_a_withdrawal(
        self, client, sign_in, officer, scene, held
    ):
        alone = talk(
            held.notice_text,
            interpreter_kind=InterpreterKind.NOT_NEEDED,
            without_interpreter="Spreekt goed Nederlands",
            method=Method.WITNESSED_ORALLY,
            witness="Jet de Wit",
            witness_function="begeleider",
        )
        words = {"witness": alone.witness, "function": alone.witness_function}
        parents = [scene.mother, scene.father]
        told = decide(
            actor=scene.actor,
            team=scene.team,
            child=scene.child,
            deciders=parents,
            recipient=scene.recipient,
            talk=alone,
            signatures={who.public_id: Sign(kind=SignatureKind.WITNESSED, content=words) for who in parents},
        )
        take_back(scene)
        sign_in(client, officer)
        said = json.loads(archive_of(client, told).read("gesprek.json"))
        assert said["interpreter"]["why_none"] == "Spreekt goed Nederlands"
        assert said["witness_function"] == "begeleider"
        withdrawal = archive_of(client, Conversation.objects.get(sitting=Sitting.WITHDRAWAL))
        assert withdrawal.read("notice.ar.json") == told.notice_text.content.encode()
        assert "sha256sum notice.ar.json" in withdrawal.read("LEESMIJ.txt").decode()

    def test_of_an_erased_person_what_is_left_says_what_cannot_be_read(self, client, sign_in, officer, scene, held):
        SubjectKey.objects.filter(person__in=[scene.child, scene.mother, scene.father]).delete()
        sign_in(client, officer)
        archive = archive_of(client, held)
        talk = json.loads(archive.read("gesprek.json"))
        assert (talk["readable"], talk["understanding"], talk["interpreter"]["id"]) == (False, None, None)
        states = {row["state_now"] for link in json.loads(archive.read("keten.json")) for row in link["decisions"]}
        assert states == {"invalidated"}
        for name in archive.namelist():
            assert b"Haddad" not in archive.read(name), name
