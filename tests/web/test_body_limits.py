"""No body is larger than a command can be, whether it says its length or not, and the line stays usable."""

import socket
from collections.abc import Iterator
from contextlib import suppress

import pytest

from server.web.limits import DRAINED, MAX_BODY
from tests.running import Caller, Office, fresh_key, headers
from tests.web.problem import refused

TAKE = "branches/main/tickets"
MEGABYTE = b'{"services": ["deposit"], "segment": "' + b"x" * 2**20 + b'"}'


@pytest.fixture(scope="module")
def office(sqlite_office: Office) -> Office:
    """How long a body may be has nothing to do with the database: one will do."""
    return sqlite_office


def in_pieces(content: bytes, size: int = 10_000) -> Iterator[bytes]:
    """Sent without a length: chunk by chunk."""
    for start in range(0, len(content), size):
        yield content[start : start + size]


@pytest.mark.parametrize("announced", [True, False], ids=["with its length", "in chunks"])
@pytest.mark.parametrize("path", [TAKE, "counters/main.1/call-next", "counters/main.1/pause"])
def test_a_megabyte_is_refused_and_the_same_line_serves_on(
    ask: Caller, nothing_changes: None, path: str, announced: bool
) -> None:
    known = headers(ask.tokens["manager"], fresh_key()) | {"Content-Type": "application/json"}
    content = MEGABYTE if announced else in_pieces(MEGABYTE)
    answer = ask.http.post(path, content=content, headers=known)
    assert refused(answer, 413, "too_large")["params"] == {"limit": 64}
    assert "content-security-policy" in answer.headers
    assert ask.get("manager", "branches/main/waits").status_code == 200


@pytest.mark.parametrize("announced", [True, False], ids=["with its length", "in chunks"])
@pytest.mark.parametrize(("size", "status", "code"), [(MAX_BODY, 422, "invalid"), (MAX_BODY + 1, 413, "too_large")])
def test_the_limit_is_where_it_is_said_to_be(
    ask: Caller, nothing_changes: None, announced: bool, size: int, status: int, code: str
) -> None:
    body = b'{"services": ["deposit"], "segment": "' + b"x" * (size - 40) + b'"}'
    assert len(body) == size
    known = headers(ask.tokens["kiosk"], fresh_key()) | {"Content-Type": "application/json"}
    content = body if announced else in_pieces(body)
    refused(ask.http.post(TAKE, content=content, headers=known), status, code)


def test_who_sends_without_end_is_cut_off(ask: Caller, nothing_changes: None) -> None:
    address = (ask.http.base_url.host, ask.http.base_url.port or 0)
    opening = b"POST /api/v1/branches/main/tickets HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunk = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
    sent = 0
    with socket.create_connection(address, timeout=5) as line:
        line.sendall(opening)
        with suppress(ConnectionError):
            while sent < 20 * DRAINED:
                line.sendall(chunk)
                sent += len(chunk)
    assert DRAINED < sent < 4 * DRAINED
