"""Turns what a file can hold back into what a column can hold."""

import base64
import secrets
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, LargeBinary
from sqlalchemy.types import TypeEngine

from server.storage.tables import UtcDateTime


def as_text(value: object) -> str:
    """How a file holds what JSON has no word for."""
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(value).decode()
    raise TypeError(f"a backup cannot hold a {type(value).__name__}")


def reader_of(kind: TypeEngine[Any]) -> Callable[[str], Any] | None:
    """What reads the text of such a column; None where the text is the value."""
    if isinstance(kind, UtcDateTime):
        return datetime.fromisoformat
    if isinstance(kind, Date):
        return date.fromisoformat
    if isinstance(kind, LargeBinary):
        return base64.b64decode
    return None


def new_epoch(row: dict[str, Any]) -> dict[str, Any]:
    """The branch's row, for a log that is not what was there before."""
    return row | {"epoch": secrets.token_hex(4)}
