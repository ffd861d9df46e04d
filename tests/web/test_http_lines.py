"""Who is slow to ask or to take an answer holds no line, and what is no clean HTTP gets no further than the door."""

import time
from collections.abc import Iterator

import pytest

from server.web import http_lines
from server.web.http_lines import MOST_HEAD, MOST_HEADERS, MOST_URL
from server.web.limits import MAX_BODY
from tests.running import Caller, Office, Served, fresh_key, serving
from tests.web.raw_line import RawLine, status

ALIVE = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
PATIENCE_S = 0.5
CUT_S = 8.0  # it looks once a second, and the machine may be busy


@pytest.fixture(scope="module")
def office(sqlite_office: Office) -> Office:
    return sqlite_office


@pytest.fixture(scope="module")
def hasty(office: Office) -> Iterator[Served]:
    """As it ships, but for its patience."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("server.web.serving.REQUEST_S", PATIENCE_S)
        patch.setattr("server.web.serving.STUCK_S", PATIENCE_S)
        patch.setattr("server.web.serving.MOST_ASKING", 50)
        with serving(office) as served:
            yield served


@pytest.fixture
def line(hasty: Served) -> Iterator[RawLine]:
    with RawLine(hasty.url) as line:
        yield line


def command(office: Office, body: bytes, *more: str) -> bytes:
    lines = [
        "POST /api/v1/branches/main/tickets HTTP/1.1",
        "Host: x",
        f"Authorization: Bearer {office.tokens['kiosk']}",
        f"Idempotency-Key: {fresh_key()}",
        "Content-Type: application/json",
        *more,
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def test_the_patience_is_long_enough_for_a_bad_line() -> None:
    assert MAX_BODY / http_lines.REQUEST_S < 4 * 1024, "bytes a second"
    assert 10 <= http_lines.REQUEST_S <= http_lines.STUCK_S <= 60


def test_headers_that_never_end_are_not_waited_for(line: RawLine) -> None:
    line.say(b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ")
    assert line.drip(b"slow", 0.1, CUT_S)
    assert status(line.heard) in {0, 408}


def test_a_body_that_never_ends_is_not_waited_for(line: RawLine, hasty: Served) -> None:
    line.say(command(hasty.office, b"{", "Content-Length: 60000"))
    assert line.drip(b" ", 0.1, CUT_S)
    assert status(line.heard) in {0, 408}


def test_who_opens_a_line_and_says_nothing_is_let_go(line: RawLine) -> None:
    assert line.until_end(CUT_S) == b""


def test_who_takes_nothing_of_its_answers_is_let_go(hasty: Served) -> None:
    """Many answers are asked for at once, far more than the system's buffers hold, and none is read."""
    with RawLine(hasty.url) as line:
        line.socket.settimeout(0.5)
        asked = b"GET /api/v1/openapi.json HTTP/1.1\r\nHost: x\r\n\r\n" * 20
        deadline = time.monotonic() + CUT_S
        cut = False
        while not cut and time.monotonic() < deadline:
            try:
                line.socket.sendall(asked)
            except TimeoutError:
                continue
            except ConnectionError:
                cut = True
        assert cut, "it is kept for ever"


def test_a_thousand_lines_that_are_only_opened_shut_nobody_out(hasty: Served) -> None:
    """The one that has kept us waiting for longest goes first: whoever asks at once is answered."""
    half_open = []
    try:
        for at in range(1000):
            line = RawLine(hasty.url)
            line.say(b"GET /healthz HTTP/1.1\r\nHo" if at % 2 else b"")
            half_open.append(line)
            if at % 100 == 99:
                with RawLine(hasty.url) as honest:
                    assert status(honest.say(ALIVE).answer()) == 200
    finally:
        for line in half_open:
            line.socket.close()


def test_a_request_in_two_pieces_is_answered_and_the_line_serves_on(line: RawLine) -> None:
    line.say(ALIVE[:20])
    time.sleep(0.1)
    assert status(line.say(ALIVE[20:]).answer()) == 200
    line.heard = b""
    time.sleep(2 * PATIENCE_S)  # idle between two requests is another matter: browsers keep lines for a minute
    assert status(line.say(ALIVE).answer()) == 200


TOO_MUCH = {
    "a long address": (b"GET /" + b"a" * MOST_URL + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414),
    "a long query": (b"GET /healthz?" + b"a" * MOST_URL + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414),
    "a large header": (b"GET /healthz HTTP/1.1\r\nHost: x\r\nX: " + b"a" * MOST_HEAD + b"\r\n\r\n", 431),
    "a header without end": (b"GET /healthz HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 3 * MOST_HEAD, 431),
    "many headers": (b"GET /healthz HTTP/1.1\r\n" + b"X: y\r\n" * (MOST_HEADERS + 1) + b"\r\n", 431),
    "many cookies": (b"GET /healthz HTTP/1.1\r\n" + b"Cookie: a=b\r\n" * 2000 + b"\r\n", 431),
}


@pytest.mark.parametrize(("said", "code"), TOO_MUCH.values(), ids=list(TOO_MUCH))
def test_an_oversized_head_is_refused_and_the_line_is_closed(line: RawLine, said: bytes, code: int) -> None:
    answer = line.say(said).until_end()
    assert status(answer) == code
    assert b"nosniff" in answer


# Two lengths, or none that is clear: where a proxy and a server read them differently, the rest of a body is taken
# for the next request, which nobody has sent.
HIDDEN = b"GET /hidden HTTP/1.1\r\nHost: x\r\n\r\n"
SMUGGLED = {
    "a length and chunks": ["Content-Length: 6", "Transfer-Encoding: chunked"],
    "chunks and a length": ["Transfer-Encoding: chunked", "Content-Length: 6"],
    "two lengths": ["Content-Length: 5", f"Content-Length: {5 + len(HIDDEN)}"],
    "a length with a sign": ["Content-Length: +5"],
    "a length in hexadecimal": ["Content-Length: 0x5"],
    "a length of two parts": ["Content-Length: 5, 5"],
    "a negative length": ["Content-Length: -5"],
    "chunks twice": ["Transfer-Encoding: chunked", "Transfer-Encoding: identity"],
    "chunks that are not the last": ["Transfer-Encoding: chunked, identity"],
    "chunks by another name": ["Transfer-Encoding: xchunked"],
    "a space before the colon": ["Transfer-Encoding : chunked"],
    "a line that goes on": ["Transfer-Encoding:", " chunked"],
    "a null": ["X-Null: a\x00b"],
    "a bare return": ["X-Bare: a\rTransfer-Encoding: chunked"],
}


@pytest.mark.parametrize("lines", SMUGGLED.values(), ids=list(SMUGGLED))
def test_a_request_of_two_readings_gets_one_refusal_and_no_second_answer(
    line: RawLine, hasty: Served, lines: list[str]
) -> None:
    body = b"0\r\n\r\n" + HIDDEN
    answer = line.say(command(hasty.office, body, *lines)).until_end(CUT_S)
    assert answer.count(b"HTTP/1.1 ") <= 1, answer
    assert status(answer) in {0, 400, 408, 501}, answer
    assert b"/hidden" not in answer


ODD = {
    "no HTTP at all": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc",
    "another protocol": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "a chunk of no size": b"POST /api/v1/clock HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    "a chunk larger than any": b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" + b"f" * 18 + b"\r\n",
    "a header without a name": b"GET / HTTP/1.1\r\n: x\r\n\r\n",
    "a name with a space": b"GET / HTTP/1.1\r\nX Y: z\r\n\r\n",
}


@pytest.mark.parametrize("said", ODD.values(), ids=list(ODD))
def test_what_is_no_http_is_refused_and_the_server_lives_on(line: RawLine, hasty: Served, said: bytes) -> None:
    answer = line.say(said).until_end(CUT_S)
    assert status(answer) == 400
    with Caller(hasty.url, hasty.office.tokens) as ask:
        assert ask.get("manager", "clock").status_code == 200
