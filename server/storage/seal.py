"""Seals what nobody may read from the database alone, and marks what is to be found again: the key is elsewhere."""

import base64
import binascii
import hashlib
import hmac
import logging
import os
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Self

from server.domain.refusals import Refusal
from server.storage.data_key import NoDataKey, data_keys, key_file_beside

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

FORM = "1"  # of what is sealed: another way of sealing will have another number
NONCE = 12


log = logging.getLogger(__name__)


class SealBroken(Refusal):
    """What is sealed cannot be opened: it was changed, or belongs to something else."""

    code_of_kind = "seal_broken"

    def __init__(self, why: str) -> None:
        super().__init__(self.code_of_kind)
        self.why = why

    def __str__(self) -> str:
        return self.why


class WrongKey(SealBroken):
    """It was sealed with a key that this server does not have."""

    code_of_kind = "wrong_data_key"


def sealed_by(sealed: str) -> str:
    """The name of the key; nothing where it is no such text."""
    form, _, rest = sealed.partition(".")
    return rest.partition(".")[0] if form == FORM else ""


class Seal:
    """AES-256-GCM with keys made from those of `data_keys` by HKDF. Nothing is read or loaded before it is needed:
    each method may raise NoDataKey, a Refusal. Safe in any thread."""

    def __init__(self, key: str = "", key_file: str = "", database_url: str = "") -> None:
        self._where = key, key_file, database_url

    @cached_property
    def _keys(self) -> "tuple[_Key, ...]":
        try:
            return tuple(_Key.made_from(key) for key in data_keys(*self._where))
        except NoDataKey as error:
            log.error("%s", error.why)  # an operator can help, and reads this
            raise

    def seal(self, text: str, about: str) -> str:
        """`about`: what it belongs to, as `personal:main.Zk3v`. Moved to anything else it does not open."""
        key, nonce = self._keys[0], os.urandom(NONCE)
        hidden = key.cipher.encrypt(nonce, text.encode(), about.encode())
        return f"{FORM}.{key.name}.{base64.urlsafe_b64encode(nonce + hidden).decode()}"

    def open_own(self, sealed: str, about: str) -> str:
        """As `open`, of what we keep ourselves: that it does not open is written to the log, for who asked can do
        nothing about it."""
        try:
            return self.open(sealed, about)
        except SealBroken as error:
            log.error("%s", error.why)
            raise

    def open(self, sealed: str, about: str) -> str:
        """Raises SealBroken, or WrongKey where the key it was sealed with is not here."""
        from cryptography.exceptions import InvalidTag

        name, body = sealed_by(sealed), sealed.rpartition(".")[2]
        if not sealed.startswith(f"{FORM}."):
            raise SealBroken(f"what is sealed about {about} has a form that this version does not know")
        key = next((key for key in self._keys if key.name == name), None)
        if key is None:
            raise WrongKey(f"what is sealed about {about} was sealed with another key than this server has")
        try:
            data = base64.b64decode(body, b"-_", validate=True)
            return key.cipher.decrypt(data[:NONCE], data[NONCE:], about.encode()).decode()
        except (InvalidTag, binascii.Error, ValueError) as error:
            raise SealBroken(f"what is sealed about {about} was changed, or belongs to something else") from error

    @property
    def is_set(self) -> bool:
        """Whether there is to be a key: for what is kept without one, too."""
        key, file, database_url = self._where
        return bool(key.strip() or file or key_file_beside(database_url))

    def mark(self, kind: str, text: str) -> str:
        """64 hex digits by which the same text is found again; who lacks the key cannot try texts out."""
        return self.marks(kind, text)[0]

    def marks(self, kind: str, text: str) -> list[str]:
        """By each key, the newest first: what was marked before a change of keys is found, too."""
        said = f"{kind}\0{text}".encode()
        return [hmac.new(key.marking, said, hashlib.sha256).hexdigest() for key in self._keys]

    @property
    def names(self) -> list[str]:
        """Of the keys there are, the newest first: 8 hex digits each, that tell nothing of it."""
        return [key.name for key in self._keys]

    def is_newest(self, sealed: str) -> bool:
        """Whether it was sealed with the newest key: the others may go once everything is."""
        return sealed_by(sealed) == self._keys[0].name


@dataclass(frozen=True, slots=True)
class _Key:
    """What seals and marks by one key, and a name that tells it from others and tells nothing of it."""

    name: str
    cipher: "AESGCM" = field(repr=False)
    marking: bytes = field(repr=False)

    @classmethod
    def made_from(cls, key: bytes) -> Self:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # not on the way to a server's start

        return cls(_derived(key, b"name", 4).hex(), AESGCM(_derived(key, b"seal")), _derived(key, b"mark"))


def _derived(key: bytes, purpose: bytes, length: int = 32) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(SHA256(), length, None, b"callboard " + purpose).derive(key)
