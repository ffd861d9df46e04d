"""Where the key comes from with which secrets and personal data are sealed: never from the database itself."""

import base64
import binascii
import os
import re
import secrets
from pathlib import Path

from sqlalchemy.engine import make_url

from server.domain.refusals import Refusal

BYTES = 32
BETWEEN = re.compile(r"[\s,]+")
HOW = "CALLBOARD_DATA_KEY or CALLBOARD_DATA_KEY_FILE: 32 random bytes as base64, as `openssl rand -base64 32` says"


class NoDataKey(Refusal):
    """There is none, or none that can be used; `why` says what an operator is to do, and never the key."""

    def __init__(self, why: str) -> None:
        super().__init__("no_data_key")
        self.why = why

    def __str__(self) -> str:
        return self.why


def data_keys(given: str, file: str, database_url: str) -> tuple[bytes, ...]:
    """All there are, 32 bytes each, the newest first: from the setting itself, the file that is named, or the one
    beside a SQLite database, which is made where there is none. Raises NoDataKey."""
    if given.strip():
        return _read(given, "CALLBOARD_DATA_KEY")
    if file:
        return _read(_text_of(Path(file)), file)
    beside = key_file_beside(database_url)
    if beside is None:
        raise NoDataKey(f"nothing personal and no secret can be kept without a key: set {HOW}")
    if not beside.exists():
        _make(beside)
    return _read(_text_of(beside), str(beside))


def key_file_beside(database_url: str) -> Path | None:
    """`var/callboard.key` for `var/callboard.sqlite3`; none for a database that is no file."""
    url = make_url(database_url)
    if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
        return None
    return Path(url.database).with_suffix(".key")


def _make(path: Path) -> None:
    """Whole or not at all, and once: of two processes that start together, the second uses the first one's."""
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(6)}")
    try:
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(base64.b64encode(secrets.token_bytes(BYTES)).decode() + "\n")
            file.flush()
            os.fsync(file.fileno())  # what it seals would be lost with it
        try:
            os.link(fresh, path)  # unlike a renaming, this never takes the place of one that is there
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    except OSError as error:
        raise NoDataKey(f"{path} cannot be made ({error.strerror}): set {HOW}") from error


def _text_of(path: Path) -> str:
    try:
        return path.read_text("ascii")
    except OSError as error:
        raise NoDataKey(f"{path} cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise NoDataKey(f"{path} is no key; wanted is {HOW}") from error


def _read(text: str, where: str) -> tuple[bytes, ...]:
    found = tuple(_key(word, where) for word in BETWEEN.split(text.strip()) if word)
    if not found:
        raise NoDataKey(f"{where} is empty; wanted is {HOW}")
    return found


def _key(word: str, where: str) -> bytes:
    """In either alphabet of base64, with or without what fills it up."""
    try:
        plain = word.rstrip("=").replace("-", "+").replace("_", "/")
        key = base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, ValueError) as error:
        raise NoDataKey(f"{where} is no base64; wanted is {HOW}") from error
    if len(key) != BYTES:
        raise NoDataKey(f"{where} holds a key of {len(key)} bytes; wanted is {HOW}")
    return key
