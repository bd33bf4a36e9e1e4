"""Receipts: whole, signed, without a name, and found out at the change of one byte."""

import base64
import copy
import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from dossiers.enums import Status
from dossiers.services import receipts, receiving
from dossiers.services.sealing import canonical
from portal.accounts.enums import OrganisationKind, Role
from portal.audit import signing
from portal.audit.enums import Event
from portal.audit.models import Entry
from portal.settings.keys import make
from tests.dossiers_factories import ANSWER, CHILD, FILE_NAME, V_NUMBER, Handover, package_in
from tests.factories import member

pytestmark = pytest.mark.django_db


@pytest.fixture
def receipt(collected: Handover) -> dict[str, Any]:
    file = collected.package.files.get()
    receiving.release_file(actor=collected.receives, package=collected.package, file=file)
    receiving.release_form(actor=collected.receives, package=collected.package)
    receiving.confirm_package(actor=collected.receives, package=collected.package)
    return receipts.receipt_of(collected.now())


def text_of(receipt: dict[str, Any]) -> bytes:
    return json.dumps(receipt).encode()


def test_it_says_what_went_where(receipt: dict[str, Any], collected: Handover) -> None:
    manifest = receipt["manifest"]
    file = collected.package.files.get()
    assert receipts.is_genuine(text_of(receipt)) == (True, str(collected.package.public_id))
    assert hashlib.sha256(canonical(manifest)).hexdigest() == receipt["manifest_sha256"]
    assert manifest["files"] == [
        {
            "file": str(file.public_id),
            "sha256": file.stored.sha256,
            "size": file.stored.size,
            "media_type": "application/pdf",
        }
    ]
    assert manifest["recipient"]["team"] == str(collected.receiver_team.public_id)
    assert len(manifest["consent"]) == len(manifest["categories"])
    assert [entry["file"] for entry in receipt["released"]] == [str(file.public_id), "form"]
    assert {"sealed_at", "offered_at", "accepted_at", "collected_at", "confirmed_at"} <= set(receipt["times"])
    assert not any(secret in json.dumps(receipt) for secret in (CHILD, V_NUMBER, FILE_NAME, ANSWER))


def test_any_changed_byte_is_found(receipt: dict[str, Any]) -> None:
    text = text_of(receipt)
    for position, byte in enumerate(text):
        for other in {ord("0"), ord("f"), byte ^ 1} - {byte}:
            changed = text[:position] + bytes([other]) + text[position + 1 :]
            assert receipts.is_genuine(changed) == (False, ""), changed[max(0, position - 20) : position + 20]


def test_only_the_order_and_the_spaces_are_free(receipt: dict[str, Any]) -> None:
    assert receipts.is_genuine(json.dumps(receipt, indent=4, sort_keys=True).encode())[0]


def _paths(value: Any, path: tuple = ()) -> list[tuple]:
    """The way to every value inside."""
    if isinstance(value, dict):
        return [deeper for key, inner in value.items() for deeper in _paths(inner, (*path, key))]
    if isinstance(value, list):
        return [deeper for number, inner in enumerate(value) for deeper in _paths(inner, (*path, number))]
    return [path]


def test_nothing_can_be_left_out_or_put_in(receipt: dict[str, Any]) -> None:
    for path in _paths(receipt):
        changed = copy.deepcopy(receipt)
        target = changed
        for step in path[:-1]:
            target = target[step]
        del target[path[-1]]
        assert receipts.is_genuine(text_of(changed)) == (False, ""), path
    assert receipts.is_genuine(text_of({**receipt, "note": "more"})) == (False, "")


@pytest.mark.parametrize(
    "text",
    [
        *(b"", b"null", b"[]", b'"x"', b"1e999", b"{}", b'{"signature": 5}', b'{"signature": "x"}', b"\xff\xfe"),
        b'{"signature": "", "type": "handover-receipt", "manifest": null}',
        b'{"signature": "", "type": "handover-receipt", "manifest": {"package": NaN}}',
        b'{"signature": "\xc3\xa9", "type": "handover-receipt"}',
        b'{"signature": "", "type": "handover-receipt", "manifest": {"package": "\\ud800"}}',
        b"[" * 100_000,
        b"9" * 10_000,
    ],
)
def test_whatever_else_is_no_receipt(text: bytes) -> None:
    assert receipts.is_genuine(text) == (False, "")


def test_another_installation_and_another_kind_of_signature_do_not_pass(receipt, settings) -> None:
    document = {key: value for key, value in receipt.items() if key != "signature"}
    other = {**document, "type": "consent-receipt"}
    signed = {**other, "signature": base64.b64encode(signing.sign(canonical(other))).decode()}
    assert receipts.is_genuine(text_of(signed)) == (False, "")
    settings.AUDIT_SIGNING_KEY = make("audit")
    assert receipts.is_genuine(text_of(receipt)) == (False, "")


@pytest.mark.parametrize("status", [Status.DRAFT, Status.SCANNING, Status.QUARANTINED, Status.ENTERED_IN_ERROR])
@pytest.mark.parametrize("name", ["receipt_json", "receipt_pdf"])
def test_there_is_none_of_what_was_never_sealed(client, sign_in, status: Status, name: str) -> None:
    where = package_in(status)
    sign_in(client, where.sender)
    assert client.get(reverse(f"dossiers:{name}", args=[where.package.public_id])).status_code == 404
    assert not Entry.objects.filter(event=Event.RECEIPT_READ, outcome="success").exists()


@pytest.mark.parametrize("status", [Status.OFFERED, Status.SHREDDED])
@pytest.mark.parametrize("side", ["sender", "receiver"])
def test_both_sides_fetch_it_also_after_the_shredding(client, sign_in, status: Status, side: str) -> None:
    where = package_in(status)
    sign_in(client, getattr(where, side))
    response = client.get(reverse("dossiers:receipt_json", args=[where.package.public_id]))
    assert receipts.is_genuine(response.content) == (True, str(where.package.public_id))
    assert Entry.objects.filter(event=Event.RECEIPT_READ).count() == 1


def test_as_pdf(client, sign_in, offered: Handover) -> None:
    sign_in(client, offered.receiver)
    response = client.get(reverse("dossiers:receipt_pdf", args=[offered.package.public_id]))
    assert response["Content-Type"] == "application/pdf"
    assert response.content.startswith(b"%PDF-")


class TestTheCheck:
    @pytest.fixture
    def check(self, client, sign_in) -> Callable[[bytes], str]:
        sign_in(client, member(Role.PRIVACY_OFFICER, kind=OrganisationKind.REGION))

        def send(text: bytes) -> str:
            file = SimpleUploadedFile("bewijs.json", text, content_type="application/json")
            response = client.post(reverse("dossiers:receipt_check"), {"receipt": file})
            assert response.status_code == 200
            return response.context["genuine"]

        return send

    def test_says_yes_and_no_and_writes_it_down(self, check, receipt: dict[str, Any], collected: Handover) -> None:
        assert check(text_of(receipt)) is True
        assert check(text_of({**receipt, "status": "refused"})) is False
        assert check(b"x" * (receipts.MAX_BYTES + 1)) is False
        rows = Entry.objects.filter(event=Event.RECEIPT_CHECKED).order_by("sequence")
        assert [(row.reason, row.object_id) for row in rows] == [
            ("valid", str(collected.package.public_id)),
            ("invalid", ""),
            ("invalid", ""),
        ]
