"""One press of a key, followed by searching the log: from its request over the commit to the display."""

import json
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from tests.live.line import Json, listening
from tests.running import Caller, fresh_key, headers, install, server_process, serving

PATIENCE_S = 10.0
PRESS = "press-of-li-wei.1"


def found(said: Path, *words: str) -> list[Json]:
    """The lines in which all the words are, as `grep` finds them."""
    return [json.loads(line) for line in said.read_text().splitlines() if all(word in line for word in words)]


def until(look: Callable[[], list[Json]]) -> list[Json]:
    deadline = time.monotonic() + PATIENCE_S
    while not (lines := look()):
        assert time.monotonic() < deadline, "the log does not say it"
        time.sleep(0.05)
    return lines


async def test_one_press_is_followed_from_its_request_to_the_display(sqlite_url: str, tmp_path: Path) -> None:
    office = install(sqlite_url)
    with server_process(office, tmp_path, log_format="json", log_level="debug") as server:
        async with (
            listening(server.url, office.tokens["display"]) as line,
            httpx.AsyncClient(base_url=server.url, trust_env=False, timeout=PATIENCE_S) as http,
        ):
            asked = headers(office.tokens["kiosk"], fresh_key()) | {"X-Request-Id": PRESS}
            path = "/api/v1/branches/main/tickets"
            answer = await http.post(path, json={"services": ["deposit"]}, headers=asked)
            assert answer.headers["X-Request-Id"] == PRESS
            seq = answer.json()["seq"]
            await line.until(seq)
            await line.socket.send(json.dumps({"type": "alive", "seq": line.seq}))
            place = f'"main/{seq}"'
            shown = until(lambda: found(server.said, '"shown"', place))
        (answered,) = until(lambda: found(server.said, PRESS, '"answered"'))
        (committed,) = found(server.said, PRESS, '"committed"')
        (delivered,) = found(server.said, '"delivered"', place)
        assert (answered["status"], answered["branch"]) == (201, "main")
        assert (committed["log"], committed["action"]) == (f"main/{seq}", "take_ticket")
        assert committed["batch"]
        assert delivered["listeners"] == 1
        assert [one["screen"] for one in shown] == ["display-1"]
        said = server.said.read_text()
    assert not [name for name in ("Li Wei", "Wang Fang", office.tokens["kiosk"]) if name in said]


def test_at_the_usual_level_nothing_is_said_of_what_goes_well(
    sqlite_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    with serving(install(sqlite_url)) as served, Caller(served.url, served.office.tokens) as ask:
        answer = ask.post("kiosk", "branches/main/tickets", {"services": ["deposit"]})
        assert answer.status_code == 201
        assert answer.headers["X-Request-Id"]
    assert [record.getMessage() for record in caplog.records if record.name.startswith("server")] == []
