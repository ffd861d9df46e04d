"""`python -m kiosk --pair`: connected by a code, it keeps its token, and shows the next when that is taken back."""

import asyncio
import re
import stat
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from kiosk import pairing as connecting
from kiosk.big_letters import DOTS, big
from kiosk.front import set_aside
from kiosk.pairing import Connected, Kept, Pairing
from server.storage.pairings import SIGNS
from tests.kiosk.program import KioskProcess
from tests.running import Caller, Served, install, serving

SHOWN = re.compile(r"<strong>([0-9A-Z]{3}-[0-9A-Z]{4})</strong>")
Answer = Callable[[httpx.Request], httpx.Response]


def code_on(kiosk: KioskProcess) -> str:
    kiosk.until(lambda: SHOWN.search(page(kiosk)[1]) is not None)
    found = SHOWN.search(page(kiosk)[1])
    assert found is not None
    return found[1]


def page(kiosk: KioskProcess) -> tuple[int, str]:
    try:
        answer = kiosk.http.get(f"{kiosk.url}/kiosk")
    except httpx.TransportError:
        return 0, ""
    return answer.status_code, answer.text


def connect(ask: Caller, kiosk: KioskProcess) -> str:
    said = ask.post("manager", "branches/main/pairings/approve", {"code": code_on(kiosk), "name": "Door"})
    assert said.status_code == 200, said.text
    kiosk.until(lambda: page(kiosk)[0] == 200)
    return str(said.json()["device"])


def test_a_kiosk_is_connected_by_its_code_and_once_more_when_its_token_is_taken_back(
    sqlite_url: str, tmp_path: Path
) -> None:
    with serving(install(sqlite_url)) as served, Caller(served.url, served.office.tokens) as ask:
        kiosk = KioskProcess(served.url, "", tmp_path / "kiosk", options=("--pair",)).launch()
        try:
            _connected_twice(served, ask, kiosk)
        finally:
            kiosk.stop()
            kiosk.http.close()
        assert "Traceback" not in kiosk.said.read_text()


def _connected_twice(served: Served, ask: Caller, kiosk: KioskProcess) -> None:
    code = code_on(kiosk)
    assert big(code) in kiosk.said.read_text()
    assert f"{served.url}/office" in page(kiosk)[1]
    assert kiosk.press().status_code == 401, "no numbers without a token"
    device = connect(ask, kiosk)
    token = kiosk.folder / "data" / "token.json"
    assert stat.S_IMODE(token.stat().st_mode) == 0o600
    kiosk.stop()
    kiosk.launch()
    kiosk.until(lambda: page(kiosk)[0] == 200)
    assert kiosk.taken()["ticket"]["number"]
    listed = ask.get("manager", "branches/main/devices").json()["devices"]
    assert next(one for one in listed if one["id"] == device)["version"].startswith("Callboard-Kiosk/")
    ask.post("manager", f"branches/main/devices/{device}/revoke")
    assert code_on(kiosk) != code
    assert not token.exists()
    assert connect(ask, kiosk) != device
    aside = list((kiosk.folder / "data").glob("before-*/journal.db"))
    assert len(aside) == 1, "another token is another device: it begins with nothing"


def test_every_sign_of_a_code_can_be_shown_large() -> None:
    assert set(SIGNS) <= set(DOTS)
    for dots in DOTS.values():
        assert [len(row) for row in dots.split()] == [5] * 7
    assert len(big("K7M-4QPX").splitlines()) == 7
    assert len({big(sign) for sign in SIGNS}) == len(SIGNS)


def test_a_token_that_cannot_be_read_is_as_good_as_none(tmp_path: Path) -> None:
    kept = Kept(tmp_path / "token.json")
    assert kept.read() is None
    kept.write(Connected("secret", "main"))
    assert kept.read() == Connected("secret", "main")
    kept.path.write_text("{half of it")
    assert kept.read() is None


def test_what_another_device_has_recorded_is_kept_beside(tmp_path: Path) -> None:
    set_aside(tmp_path)
    assert list(tmp_path.iterdir()) == []
    for name in ("journal.db", "journal.db-wal", "page.zip"):
        (tmp_path / name).write_text("x")
    set_aside(tmp_path)
    assert (tmp_path / "page.zip").exists()
    assert sorted(file.name for file in tmp_path.glob("before-*/*")) == ["journal.db", "journal.db-wal"]


def answers(*, clock: int = 200, collect: list[httpx.Response] | None = None, ask: list[int] | None = None) -> Answer:
    """A server that says these things, one after the other."""
    codes, left, ways = iter(["AAA-AAAA", "CCC-CCCC"]), collect or [], ask or []

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/clock"):
            return httpx.Response(clock, json={"code": "unauthorized"})
        if request.url.path.endswith("/collect"):
            return left.pop(0)
        if ways and (status := ways.pop(0)) != 201:
            return httpx.Response(status, json={})
        return httpx.Response(201, json={"code": next(codes), "secret": "s" * 30, "poll_s": 0.01})

    return answer


def connected(kept: Kept, answer: Answer) -> tuple[tuple[Connected, bool], list[str | None]]:
    shown: list[str | None] = []

    async def wait() -> tuple[Connected, bool]:
        pairing = Pairing("http://127.0.0.1", "kiosk", kept, shown.append, httpx.MockTransport(answer))
        try:
            async with asyncio.timeout(10):
                return await pairing.connected()
        finally:
            await pairing.close()

    return asyncio.run(wait()), shown


def test_a_code_that_runs_out_is_followed_by_another(tmp_path: Path) -> None:
    told = [
        httpx.Response(200, json={"state": "waiting"}),
        httpx.Response(410, json={"code": "pairing_over"}),
        httpx.Response(200, json={"state": "connected", "token": "t", "branch": "north"}),
    ]
    kept = Kept(tmp_path / "token.json")
    found, shown = connected(kept, answers(collect=told))
    assert (found, shown) == ((Connected("t", "north"), True), ["AAA-AAAA", "CCC-CCCC"])
    assert kept.read() == Connected("t", "north")


def test_a_server_that_is_away_takes_no_token_away_and_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connecting, "AWAY_S", 0.01)
    kept = Kept(tmp_path / "token.json")
    kept.write(Connected("mine", "main"))
    assert connected(kept, answers(clock=503)) == ((Connected("mine", "main"), False), [])
    told = [httpx.Response(200, json={"state": "connected", "token": "t", "branch": "main"})]
    found, shown = connected(kept, answers(clock=401, collect=told, ask=[503, 429, 201]))
    assert (found, shown) == ((Connected("t", "main"), True), [None, "AAA-AAAA"])
