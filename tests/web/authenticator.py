"""A device that keeps passkeys, in software: P-256, discoverable, without attestation, as a telephone makes them."""

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import bytes_to_base64url, encode_cbor

Json = dict[str, Any]
PRESENT, VERIFIED, HAS_KEY = 0x01, 0x04, 0x40


@dataclass
class Authenticator:
    """`origin` is that of the page it believes to see. `counts`: whether it counts how often it was used."""

    origin: str
    counts: bool = True
    verifies: bool = True
    uses: int = 0
    key_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    user: str = ""

    def create(self, options: Json) -> Json:
        """As `navigator.credentials.create`."""
        self.user = options["user"]["id"]
        point = self.key.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")}
        known = bytes(16) + len(self.key_id).to_bytes(2, "big") + self.key_id + encode_cbor(cose)
        data = self._data(options["rp"]["id"], HAS_KEY) + known
        made = {
            "clientDataJSON": bytes_to_base64url(self._said("webauthn.create", options["challenge"])),
            "attestationObject": bytes_to_base64url(encode_cbor({"fmt": "none", "attStmt": {}, "authData": data})),
        }
        return self._credential(made)

    def get(self, options: Json, rp_id: str = "") -> Json:
        """As `navigator.credentials.get`."""
        self.uses += self.counts
        said = self._said("webauthn.get", options["challenge"])
        data = self._data(rp_id or options["rpId"])
        signature = self.key.sign(data + hashlib.sha256(said).digest(), ec.ECDSA(SHA256()))
        shown = {"clientDataJSON": said, "authenticatorData": data, "signature": signature}
        encoded = {name: bytes_to_base64url(value) for name, value in shown.items()}
        return self._credential({**encoded, "userHandle": self.user})

    def _data(self, rp_id: str, more: int = 0) -> bytes:
        flags = PRESENT | (VERIFIED if self.verifies else 0) | more
        return hashlib.sha256(rp_id.encode()).digest() + bytes([flags]) + self.uses.to_bytes(4, "big")

    def _said(self, what: str, challenge: str) -> bytes:
        return json.dumps(
            {"type": what, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        ).encode()

    def _credential(self, response: Json) -> Json:
        name = bytes_to_base64url(self.key_id)
        return {"id": name, "rawId": name, "type": "public-key", "response": response}
