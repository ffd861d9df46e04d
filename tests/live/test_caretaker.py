"""What nobody presses a key for happens all the same, in every branch, and is seen on the screens."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from server.actions.decision import Decision
from server.live import caretaker
from tests.live.line import listening
from tests.running import OTHER_BRANCH, TEN, Caller, Office, headers, serving


@pytest.fixture(autouse=True)
def it_comes_often(nothing_happens_by_itself: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(caretaker, "EVERY_S", 0.05)


def turn_clock(ask: Caller, minutes: int) -> None:
    later = {"skip_to": (TEN + timedelta(minutes=minutes)).isoformat()}
    assert ask.http.put("clock", json=later, headers=headers(ask.tokens["operator"])).status_code == 200


async def test_whoever_does_not_come_to_the_machine_is_put_back_after_a_while(office: Office) -> None:
    with serving(office, clock_control=True) as served, Caller(served.url, office.tokens) as ask:
        async with listening(served.url, office.tokens["display"]) as line:
            await line.until_type("snapshot")
            number = ask.ticket(at_machine=True)["number"]
            await line.until(ask.seq)
            turn_clock(ask, 3)
            async with asyncio.timeout(5):
                while not any(event["kind"] == "ticket.returned" for event in line.events):
                    await line.hear()
        told = [event["kind"] for event in line.events if event["ticket"] and event["ticket"]["number"] == number]
        assert told[:3] == ["ticket.issued", "ticket.called", "ticket.returned"]


async def test_advice_comes_by_itself_and_only_once(office: Office) -> None:
    """The advisor looks twice a minute, whatever has happened since."""
    with serving(office, clock_control=True) as served, Caller(served.url, office.tokens) as ask:
        async with listening(served.url, office.tokens["manager"]) as line:
            await line.until_type("snapshot")
            ask.ticket()
            turn_clock(ask, 1)
            async with asyncio.timeout(5):
                while not any(event["advice"] for event in line.events):
                    await line.hear()
            turn_clock(ask, 2)
            await asyncio.sleep(0.5)
        advice = [event["advice"] for event in ask.log() if event["advice"]]
        assert [(one["counter_class"], one["action"], one["state"]) for one in advice] == [("cash", "open", "issued")]


async def test_one_branch_that_stumbles_does_not_hold_up_the_others(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_after: list[str] = []

    def stumble(hall: Any, *_: Any) -> Decision:
        looked_after.append(hall.branch.id)
        if hall.branch.id == looked_after[0]:
            raise KeyError(hall.branch.id)
        return Decision([])

    monkeypatch.setattr(caretaker, "sweep", stumble)
    with serving(office):
        async with asyncio.timeout(5):
            while {"main", OTHER_BRANCH} - set(looked_after):  # noqa: ASYNC110 - nobody tells
                await asyncio.sleep(0.02)
