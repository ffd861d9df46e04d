"""A web push message as it goes out: enciphered for one browser (RFC 8291) and signed by this server (RFC 8292)."""

import base64
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from py_vapid import Vapid02

RECORD = 4096  # bytes: the one record that a message is
SIGNED_S = 12 * 3600  # how long a signature is good for; a push service takes a day at the most
LATEST_S = 300  # a call that could not be delivered by then is of no use


@dataclass(frozen=True, slots=True)
class Address:
    """Where one browser takes messages, and what it reads them with; both keys are raw bytes."""

    endpoint: str
    public_key: bytes
    auth: bytes

    @property
    def service(self) -> str:
        parts = urlsplit(self.endpoint)
        return f"{parts.scheme}://{parts.netloc}"


class Sender:
    """This server towards the push services. Raises ValueError for a key that is none."""

    def __init__(self, key: str, contact: str) -> None:
        self._key = _load(key)
        self._contact = contact

    @property
    def public_key(self) -> str:
        """As the browser wants it: base64url, without padding."""
        return _told(_point_of(self._key.private_key))

    def headers(self, address: Address) -> dict[str, str]:
        until = int(time.time()) + SIGNED_S
        signed = self._key.sign({"aud": address.service, "exp": until, "sub": self._contact})
        return {
            "Authorization": signed["Authorization"],
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(LATEST_S),
            "Urgency": "high",
        }


def _load(key: str) -> "Vapid02":
    """From the key itself, or the file that holds it."""
    from py_vapid import Vapid02, VapidException

    try:
        return Vapid02.from_file(key) if Path(key).is_file() else Vapid02.from_string(key)
    except (ValueError, VapidException, OSError) as error:
        raise ValueError("CALLBOARD_PUSH_KEY is neither a private key for web push nor a file with one") from error


def enciphered(
    text: bytes, address: Address, *, salt: bytes | None = None, own: "EllipticCurvePrivateKey | None" = None
) -> bytes:
    """The body of the message, of one record. `salt` and `own` are fresh but for the standard's example.
    ValueError for a browser's key that is no point of the curve."""
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    salt = salt or os.urandom(16)
    own = own or ec.generate_private_key(ec.SECP256R1())
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), address.public_key)
    ours = _point_of(own)
    secret = own.exchange(ec.ECDH(), theirs)
    known = _derived(secret, address.auth, b"WebPush: info\0" + address.public_key + ours, 32)
    key = _derived(known, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derived(known, salt, b"Content-Encoding: nonce\0", 12)
    head = salt + RECORD.to_bytes(4, "big") + bytes([len(ours)]) + ours
    return head + AESGCM(key).encrypt(nonce, text + b"\2", None)


def _derived(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(SHA256(), length, salt, info).derive(secret)


def _point_of(key: "EllipticCurvePrivateKey") -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def raw(told: str) -> bytes:
    """Base64url, with or without its padding. ValueError where it is none."""
    return base64.b64decode(told.rstrip("=") + "=" * (-len(told.rstrip("=")) % 4), altchars=b"-_", validate=True)


def _told(raw_bytes: bytes) -> str:
    return base64.urlsafe_b64encode(raw_bytes).rstrip(b"=").decode("ascii")
