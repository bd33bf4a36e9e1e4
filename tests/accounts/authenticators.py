"""A security key in software: makes real attestations and assertions, right ones and wrong ones."""

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from django.conf import settings
from django.test import Client
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40
HOST = "localhost:8000"


@dataclass
class SoftKey:
    """One authenticator. The fields say how it behaves; change them to make it misbehave."""

    origin: str = field(default_factory=lambda: settings.PASSKEY_ORIGIN)
    rp_id: str = field(default_factory=lambda: settings.OTP_WEBAUTHN_RP_ID)
    verifies: bool = True
    counts: bool = True
    count: int = 0
    cross_origin: bool = False
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    handle: bytes = b""
    private_key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def create(self, options: dict[str, Any]) -> dict[str, Any]:
        """What ``navigator.credentials.create()`` would hand over for these options."""
        self.handle = base64url_to_bytes(options["user"]["id"])
        numbers = self.private_key.public_key().public_numbers()
        public = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        data = self._data(ATTESTED) + b"\0" * 16 + len(self.credential_id).to_bytes(2, "big") + self.credential_id
        data += cbor2.dumps(public)
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        response = {
            "clientDataJSON": bytes_to_base64url(self._client_data("webauthn.create", options["challenge"])),
            "attestationObject": bytes_to_base64url(attestation),
            "transports": ["internal"],
        }
        return self._credential(response) | {"clientExtensionResults": {"credProps": {"rk": True}}}

    def get(self, options: dict[str, Any]) -> dict[str, Any]:
        """What ``navigator.credentials.get()`` would hand over for these options."""
        self.count += self.counts
        client_data = self._client_data("webauthn.get", options["challenge"])
        data = self._data(0)
        signature = self.private_key.sign(data + hashlib.sha256(client_data).digest(), ec.ECDSA(SHA256()))
        response = {
            "clientDataJSON": bytes_to_base64url(client_data),
            "authenticatorData": bytes_to_base64url(data),
            "signature": bytes_to_base64url(signature),
            "userHandle": bytes_to_base64url(self.handle) if self.handle else None,
        }
        return self._credential(response) | {"clientExtensionResults": {}}

    def _data(self, flags: int) -> bytes:
        flags |= PRESENT | (VERIFIED if self.verifies else 0)
        return hashlib.sha256(self.rp_id.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def _client_data(self, kind: str, challenge: str) -> bytes:
        said = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": self.cross_origin}
        return json.dumps(said).encode()

    def _credential(self, response: dict[str, Any]) -> dict[str, Any]:
        shown = bytes_to_base64url(self.credential_id)
        return {"id": shown, "rawId": shown, "type": "public-key", "response": response}


def post_json(client: Client, address: str, body: Any) -> Any:
    """A request as the script beside the buttons makes it, under the name that passkeys are made for."""
    return client.post(address, json.dumps(body), content_type="application/json", headers={"host": HOST})
