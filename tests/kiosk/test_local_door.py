"""What the program gives its own page beside numbers: the code for phones, cards, speech, and a corner for staff."""

import asyncio
import json
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from kiosk.cards import open_cards
from kiosk.problems import Problem
from kiosk.staff_corner import LOCKED_S, OPEN_S, WRONG_ALLOWED, StaffCorner
from tests.kiosk.conftest import Branch
from tests.kiosk.program import KioskProcess, kiosk_process, papers_in

PIN = "4711"


@pytest.fixture(scope="module")
def kiosk(branch: Branch, tmp_path_factory: pytest.TempPathFactory) -> Iterator[KioskProcess]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CALLBOARD_KIOSK_STAFF_PIN", PIN)
        options = ("emulated", "--site", "http://phones.example")
        with kiosk_process(
            branch.server.url, branch.office.tokens["kiosk"], tmp_path_factory.mktemp("kiosk"), *options
        ) as found:
            yield found


def ask(kiosk: KioskProcess, path: str, body: object = None, staff: str = "") -> httpx.Response:
    method = "GET" if body is None else "POST"
    return kiosk.http.request(method, f"{kiosk.url}{path}", json=body, headers={"Callboard-Staff": staff})


def test_the_code_of_a_ticket_is_drawn_here_and_of_a_stranger_not(kiosk: KioskProcess) -> None:
    ticket = kiosk.taken()["ticket"]
    found = ask(kiosk, f"/local/tickets/{ticket['id']}/qr.svg")
    assert (found.status_code, found.headers["content-type"]) == (200, "image/svg+xml")
    assert found.text.count("<path") == 1
    assert ask(kiosk, "/local/tickets/main.none/qr.svg").json()["code"] == "ticket_not_found"


def _all_is_printed(kiosk: KioskProcess) -> None:
    """Papers come out in turn: once the newest is out, none of a test before can follow."""
    kiosk.taken()
    staff = ask(kiosk, "/local/staff", {"pin": PIN}).json()["staff"]
    kiosk.until(lambda: ask(kiosk, "/local/staff/last", {}, staff).json()["print"]["state"] == "printed")
    ask(kiosk, "/local/staff/leave", {}, staff)


def test_without_the_pin_nothing_is_printed_for_staff(kiosk: KioskProcess) -> None:
    _all_is_printed(kiosk)
    before = papers_in(kiosk)
    for what in ("last", "reprint", "trial", "leave"):
        assert ask(kiosk, f"/local/staff/{what}", {}, "guess").json()["code"] == "staff_only"
    assert ask(kiosk, "/local/staff", {"pin": "0000"}).json()["code"] == "wrong_pin"
    assert ask(kiosk, "/local/staff", {"pin": ""}).json()["code"] == "invalid"
    assert papers_in(kiosk) == before


def test_with_it_the_last_ticket_comes_out_again_as_a_copy_and_a_trial_is_no_ticket(kiosk: KioskProcess) -> None:
    number = kiosk.taken()["ticket"]["number"]
    staff = ask(kiosk, "/local/staff", {"pin": PIN}).json()["staff"]
    kiosk.until(lambda: ask(kiosk, "/local/staff/last", {}, staff).json()["print"]["state"] == "printed")
    before = papers_in(kiosk)
    assert ask(kiosk, "/local/staff/reprint", {}, staff).json()["number"] == number
    assert ask(kiosk, "/local/staff/trial", {}, staff).json()["print"]["state"] == "printed"
    kiosk.until(lambda: papers_in(kiosk) == before + 2)
    assert ask(kiosk, "/local/staff/last", {}, staff).json()["number"] == number
    assert ask(kiosk, "/local/staff/leave", {}, staff).status_code == 200
    assert ask(kiosk, "/local/staff/last", {}, staff).status_code == 403


def test_guessing_the_pin_is_slowed_down_and_an_open_corner_closes_by_itself() -> None:
    now = [0.0]
    corner = StaffCorner(PIN, lambda: now[0])
    for _ in range(WRONG_ALLOWED):
        with pytest.raises(Problem, match="wrong_pin"):
            corner.enter("0000")
    with pytest.raises(Problem, match="pin_locked"):
        corner.enter(PIN)
    now[0] += LOCKED_S
    key = corner.enter(PIN)
    now[0] += OPEN_S - 1
    corner.check(key)
    now[0] += OPEN_S + 1
    with pytest.raises(Problem, match="staff_only"):
        corner.check(key)


async def test_what_no_rule_is_about_is_told_as_unknown_and_nothing_of_it(tmp_path: Path) -> None:
    (tmp_path / "rules.json").write_text(json.dumps([{"match": "6222", "segment": "vip"}]))
    found = open_cards("emulated", tmp_path / "rules.json")
    assert found is not None
    waiting = asyncio.create_task(found.next_after(0, 5))
    await asyncio.sleep(0)
    found.reader.hold("%?garbage;+")
    assert await waiting == {"number": 1, "card": None, "unknown": True}


def test_a_page_that_was_closed_takes_no_card_from_the_one_that_is_open(branch: Branch, tmp_path: Path) -> None:
    (tmp_path / "rules.json").write_text(json.dumps([{"match": "6222", "segment": "vip"}]))
    options = ("--reader", "keyboard", "--card-rules", str(tmp_path / "rules.json"))
    token = branch.office.tokens["kiosk"]
    with kiosk_process(branch.server.url, token, tmp_path, "none", *options, wait=False) as kiosk:
        with pytest.raises(httpx.ReadTimeout):
            httpx.get(f"{kiosk.url}/local/card?after=0", trust_env=False, timeout=0.3)
        time.sleep(0.2)
        keys = [[key, n * 0.005] for n, key in enumerate([*"6222020200112233", "Enter"])]
        assert ask(kiosk, "/local/keys", {"keys": keys}).json() == {"card": True}
        assert ask(kiosk, "/local/card?after=0").json()["card"]["segment"] == "vip"


def test_what_was_said_once_is_said_without_the_server_too(kiosk: KioskProcess, branch: Branch) -> None:
    asked = "/api/v1/branches/main/voice/words?key=kiosk.title&lang=en"
    told = ask(kiosk, asked).json()
    sound = ask(kiosk, told["url"])
    assert sound.content[:4] == b"RIFF"
    branch.server.stop()
    try:
        kiosk.until(lambda: kiosk.status()["server"] == "away")
        assert ask(kiosk, asked).json() == told
        assert ask(kiosk, told["url"]).content == sound.content
        assert ask(kiosk, asked.replace("title", "back")).json()["code"] == "unreachable"
        assert ask(kiosk, "/api/v1/voice/..%2f..%2fjournal.db").status_code == 404
    finally:
        branch.server.start()
