"""The server stops under two kiosks that go on: afterwards its log is as if it had never stopped."""

import faulthandler
import json
import random
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.kiosk.conftest import Branch
from tests.kiosk.program import KioskProcess, kiosk_process, papers_in
from tests.running import Caller, fresh_key

Json = dict[str, Any]


def until_handed_in(*kiosks: KioskProcess) -> None:
    for kiosk in kiosks:
        kiosk.until(lambda k=kiosk: k.status()["server"] == "here" and k.status()["waiting_to_hand_in"] == 0)  # type: ignore[misc]


def issued(log: list[Json], after: int) -> dict[str, Json]:
    """The tickets of the log after a place in it, by their number; fails where one was ever issued twice."""
    events = [event for event in log if event["kind"] == "ticket.issued"]
    assert len({event["ticket"]["number"] for event in events}) == len(events), "a number was issued twice"
    return {event["ticket"]["number"]: event["ticket"] for event in events if event["seq"] > after}


def place_in_log(branch: Branch) -> int:
    with Caller(branch.server.url, branch.office.tokens) as ask:
        return max((event["seq"] for event in ask.log()), default=0)


def called_in_order(ask: Caller, count: int) -> list[str]:
    """The numbers in the order in which one counter calls them."""
    ask.post("teller", "counters/main.4/open")  # it may be open already
    return [ask.done("teller", "counters/main.4/call-next")["ticket"]["number"] for _ in range(count)]


@contextmanager
def two_kiosks(branch: Branch, folder: Path) -> Iterator[tuple[KioskProcess, KioskProcess]]:
    """Side by side on the same server, each with a printer."""
    url, tokens = branch.server.url, branch.office.tokens
    with (
        kiosk_process(url, tokens["kiosk"], folder, "emulated") as front,
        kiosk_process(url, tokens["second kiosk"], folder, "emulated") as side,
    ):
        yield front, side


def press_in_turn(kiosks: Sequence[KioskProcess], presses: int, every_s: float) -> list[Json]:
    given: list[Json] = []
    for turn in range(presses):
        taken = kiosks[turn % len(kiosks)].taken()
        assert taken["offline"]
        given.append(taken["ticket"])
        time.sleep(every_s)
    return given


def pull_the_plug(kiosk: KioskProcess, times: int, chance: random.Random) -> list[Json]:
    """A customer presses, and somewhere on the way to the paper the power goes; each time the kiosk starts again,
    and the page asks once more, until it knows what has become of the paper. The server is away all the time."""
    (kiosk.folder / "data" / "printer" / "control.json").write_text(json.dumps({"seconds": 0.4}))
    before, given = papers_in(kiosk), []
    for _ in range(times):
        key = fresh_key()
        page = threading.Thread(target=press_and_lose, args=(kiosk, key))
        page.start()
        time.sleep(chance.uniform(0.0, 0.6))
        kiosk.kill()
        page.join()
        kiosk.start()
        kiosk.until(lambda key=key: kiosk.taken(key)["print"]["state"] != "printing")  # type: ignore[misc]
        given.append(kiosk.taken(key))
        assert given[-1]["print"]["state"] in ("printed", "unknown"), "nothing is lost"
        printed = [taken["print"]["state"] for taken in given].count("printed")
        assert printed <= papers_in(kiosk) - before <= len(given), "nothing is doubled"
    return [dict(taken["ticket"]) for taken in given]


def press_and_lose(kiosk: KioskProcess, key: str) -> None:
    """The page's first attempt: its answer comes, or the line breaks."""
    with suppress(httpx.TransportError):
        kiosk.press(key)


def check_the_log(branch: Branch, began: int, given: list[Json]) -> None:
    """As if the server had never stopped: every ticket once, at its own time, and called in the order of coming."""
    with Caller(branch.server.url, branch.office.tokens) as ask:
        log = issued(ask.log(), began)
        assert log.keys() == {ticket["number"] for ticket in given}
        for ticket in given:
            known = log[ticket["number"]]
            assert known["id"] == ticket["id"]
            assert datetime.fromisoformat(known["issued_at"]) == datetime.fromisoformat(ticket["issued_at"])
        in_order = sorted(given, key=lambda ticket: datetime.fromisoformat(ticket["issued_at"]))
        assert called_in_order(ask, len(given)) == [ticket["number"] for ticket in in_order]


def test_two_kiosks_go_on_while_the_server_is_stopped_and_one_loses_its_power_three_times(
    branch: Branch, tmp_path: Path
) -> None:
    with two_kiosks(branch, tmp_path) as (front, side):
        began = place_in_log(branch)
        given = [kiosk.taken()["ticket"] for kiosk in (front, side)]
        branch.server.kill()
        given += press_in_turn([front, side], presses=4, every_s=0.1)
        for kiosk in (front, side):
            kiosk.until(lambda kiosk=kiosk: papers_in(kiosk) == 3)  # type: ignore[misc]
        given += pull_the_plug(side, 3, random.Random(5))
        branch.server.start()
        until_handed_in(front, side)
        check_the_log(branch, began, given)


@pytest.mark.long
def test_two_kiosks_go_on_for_five_minutes(branch: Branch, tmp_path: Path) -> None:
    # A test that takes five minutes is taken for one that hangs: this one may take ten.
    faulthandler.dump_traceback_later(600, exit=True)
    with two_kiosks(branch, tmp_path) as (front, side):
        began = place_in_log(branch)
        branch.server.kill()
        given = press_in_turn([front, side], presses=20, every_s=15.0)
        for kiosk in (front, side):
            kiosk.until(lambda kiosk=kiosk: papers_in(kiosk) == 10)  # type: ignore[misc]
        branch.server.start()
        until_handed_in(front, side)
        check_the_log(branch, began, given)


@pytest.mark.long
def test_a_kiosk_killed_twenty_times_loses_and_doubles_nothing(branch: Branch, tmp_path: Path) -> None:
    with kiosk_process(branch.server.url, branch.office.tokens["kiosk"], tmp_path, "emulated") as kiosk:
        began = place_in_log(branch)
        branch.server.kill()
        given = pull_the_plug(kiosk, 20, random.Random(6))
        branch.server.start()
        until_handed_in(kiosk)
        check_the_log(branch, began, given)
