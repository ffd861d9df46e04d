"""What nobody presses a key for happens all the same, in every branch, and is seen on the screens."""

import asyncio
from datetime import timedelta

import pytest

from server.domain.hall import Hall
from server.live import caretaker
from server.live.duties import Duties
from server.live.look import Look
from server.live.place import Place
from tests.live.line import Line, listening
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

    def stumble(hall: Hall) -> None:
        looked_after.append(hall.branch.id)
        if hall.branch.id == looked_after[0]:
            raise KeyError(hall.branch.id)

    monkeypatch.setattr(caretaker, "next_deadline", stumble)
    with serving(office):
        async with asyncio.timeout(5):
            while {"main", OTHER_BRANCH} - set(looked_after):  # noqa: ASYNC110 - nobody tells
                await asyncio.sleep(0.02)


async def test_a_look_that_takes_for_ever_holds_up_neither_deadlines_nor_other_branches(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_at: list[str] = []

    async def look(_: Look, place: Place) -> None:
        looked_at.append(place.hall.branch.id)
        if place.hall.branch.id == "main":
            await asyncio.Event().wait()

    monkeypatch.setattr(Look, "at", look)
    with serving(office, clock_control=True) as served, Caller(served.url, office.tokens) as ask:
        async with listening(served.url, office.tokens["display"]) as line:
            await asyncio.to_thread(ask.ticket, at_machine=True)
            turn_clock(ask, 3)
            await until_kind(line, "ticket.returned")
        async with asyncio.timeout(5):
            while looked_at.count(OTHER_BRANCH) < 2:
                turn_clock(ask, 4 + len(looked_at))
                await asyncio.sleep(0.1)
        assert looked_at.count("main") == 1


async def test_two_who_both_look_after_a_branch_do_nothing_twice(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As while a branch changes hands."""
    monkeypatch.setattr(Duties, "among", lambda _, branch_ids: list(branch_ids))
    with (
        serving(office, clock_control=True) as served,
        serving(office, clock_control=True),
        Caller(served.url, office.tokens) as ask,
    ):
        async with listening(served.url, office.tokens["manager"]) as line:
            await asyncio.to_thread(ask.ticket, at_machine=True)
            await asyncio.to_thread(ask.ticket)
            for minutes in (3, 4):  # at five the next call to the machine would be over too
                turn_clock(ask, minutes)
                await asyncio.sleep(0.5)
            await until_kind(line, "ticket.returned", "advice.issued")
        kinds = [event["kind"] for event in ask.log()]
        assert kinds.count("ticket.returned") == 1
        assert kinds.count("advice.issued") - kinds.count("advice.withdrawn") == 1


async def test_a_process_without_duties_leaves_the_branches_to_the_others(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Duties, "among", lambda *_: [])
    with serving(office, clock_control=True) as served, Caller(served.url, office.tokens) as ask:
        ask.ticket(at_machine=True)
        turn_clock(ask, 3)
        await asyncio.sleep(0.5)
        assert [event["kind"] for event in ask.log()] == ["branch.day_started", "ticket.issued", "ticket.called"]


async def until_kind(line: Line, *kinds: str) -> None:
    async with asyncio.timeout(5):
        while set(kinds) - {event["kind"] for event in line.events}:
            await line.hear()
