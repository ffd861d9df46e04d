"""What a process keeps of a thousand branches, and what a frame costs when many listen."""

import asyncio
from contextlib import AsyncExitStack
from typing import Any

import pytest

from server.live import hub, joining, kept, place
from tests.live.line import listening
from tests.running import Caller, Served


async def test_a_branch_that_nobody_needs_is_forgotten_and_loaded_when_asked_for(
    served: Served, ask: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "IDLE_S", 0.0)
    here = served.services.hub
    ask.ticket()
    first = ask.snapshot()
    stranger = ask.get("stranger", "branches/north/snapshot")
    assert stranger.status_code == 200
    assert set(here.places) == {"main", "north"}
    here.forget_idle(keep={"main"})
    assert set(here.places) == {"main"}
    async with listening(served.url, ask.tokens["display"]) as line:
        await line.until_type("snapshot")
        here.forget_idle(keep=set())
        assert set(here.places) == {"main"}
    async with asyncio.timeout(5):
        while here.places:
            here.forget_idle(keep=set())
            await asyncio.sleep(0.02)
    assert ask.snapshot() == first


async def test_a_branch_that_was_asked_for_a_moment_ago_is_kept(served: Served, ask: Caller) -> None:
    ask.snapshot()
    served.services.hub.forget_idle(keep=set())
    assert set(served.services.hub.places) == {"main"}


async def test_memory_holds_no_more_events_than_it_may_whatever_the_branches(
    served: Served, ask: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "MOST", 10)
    for _ in range(30):
        ask.ticket()
    ask.snapshot()
    found = served.services.hub.places["main"]
    assert found.since(ask.seq - 11) is None
    assert len(found.since(ask.seq - 10) or ()) == 10
    assert found.since(ask.seq) == []


async def test_a_frame_is_written_once_for_all_who_may_see_it(
    served: Served, ask: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[str] = []

    def count(module: Any, name: str) -> None:
        really = getattr(module, name)

        def call(*given: Any) -> Any:
            written.append(name)
            return really(*given)

        monkeypatch.setattr(module, name, call)

    monkeypatch.setattr(place, "FIRST_HOLDS_S", 30.0)
    ask.ticket()
    ask.snapshot()
    count(joining, "snapshot_frame")
    count(place, "events_frame")
    async with AsyncExitStack() as stack:
        lines = [
            await stack.enter_async_context(listening(served.url, ask.tokens[who]))
            for who in ("display", "kiosk", "teller", "manager") * 5
        ]
        for line in lines:
            await line.until_type("snapshot")
        assert written == ["snapshot_frame"] * 2
        ask.ticket()
        for line in lines:
            await line.until(ask.seq)
        assert written[2:] == ["events_frame"] * 2
