"""The ids by which one press of a key is followed: from its request over the commit to the screens."""

import itertools
import re
import secrets
import time
from collections.abc import Iterable
from contextvars import ContextVar
from typing import Any

PROCESS = secrets.token_hex(3)  # begins every id made here, so that no two processes make the same
WELL_FORMED = re.compile(rb"[A-Za-z0-9._-]{8,64}")  # nothing that could break a line of log, or forge one
HEADER = b"x-request-id"

_PREFIX = f"{PROCESS}-"
_requests = itertools.count(1)
_batches = itertools.count(1)


class Traced(str):
    """The id of a request that is traced: its span, and when it turned to the writer."""

    __slots__ = ("asked_ns", "span")

    span: Any
    asked_ns: int


# The id of the request that is being answered: a plain str where nothing is traced, which costs next to nothing.
origin: ContextVar[str | None] = ContextVar("origin", default=None)


def request_id(headers: Iterable[tuple[bytes, bytes]]) -> str:
    """The caller's own, if it is one; else a new one."""
    for given in [value for name, value in headers if name == HEADER]:
        if WELL_FORMED.fullmatch(given):
            return given.decode("ascii")
    return f"{_PREFIX}{next(_requests):x}"


def batch_id() -> str:
    return f"{_PREFIX}b{next(_batches):x}"


def asking() -> str | None:
    """The request that a command is sent for, as the command takes it along; None for what the clock does."""
    found = origin.get()
    if type(found) is Traced:
        found.asked_ns = time.time_ns()
    return found


def place_in_log(branch_id: str, seq: int) -> str:
    """`main/17`: one word to search for, in the lines of every process."""
    return f"{branch_id}/{seq}"
