"""The lobby's client yields each call-out exactly once, however the line is treated."""

import asyncio
from datetime import timedelta

import pytest

from display import client as lobby_line
from display.client import LobbyClient, Remembered
from tests.display.listening import next_calls, no_more_calls, until
from tests.display.lobby_server import NINE, Json, LobbyServer, numbers


async def test_calls_come_in_order_and_once(server: LobbyServer, lobby: LobbyClient) -> None:
    for _ in range(5):
        await server.call()
    calls = await next_calls(lobby, 5)
    assert [call.number for call in calls] == list(numbers(5))
    assert all(call.counter_number == 1 and not call.late for call in calls)
    assert await no_more_calls(lobby)


async def test_what_was_called_before_the_first_connection_is_history(server: LobbyServer) -> None:
    await server.call()
    async with LobbyClient(server.url, "main", "secret") as lobby:
        await until(lambda: lobby.seq == 1)
        assert await no_more_calls(lobby)


async def test_calls_made_while_the_line_was_cut_come_with_the_resume(
    server: LobbyServer, lobby: LobbyClient
) -> None:
    await server.call()
    await next_calls(lobby, 1)
    server.cut()
    await until(lambda: not server._lines)
    for _ in range(20):
        await server.call(tell=False)
    calls = await next_calls(lobby, 20)
    assert [call.number for call in calls] == list(numbers(20, first=2))
    assert server.places[1] == (1, "one")
    assert lobby.stats.reconnects == 1
    assert lobby.stats.snapshots == 1


async def test_many_cuts_lose_and_double_nothing(server: LobbyServer, lobby: LobbyClient) -> None:
    for _ in range(8):
        for _ in range(3):
            await server.call()
        server.cut()
        await asyncio.sleep(0.02)
    calls = await next_calls(lobby, 24)
    assert [call.seq for call in calls] == list(range(1, 25))
    assert await no_more_calls(lobby)


async def test_a_frame_sent_twice_is_heard_once(server: LobbyServer, lobby: LobbyClient) -> None:
    await server.call()
    await server.send(server.events(0))
    await server.call()
    assert [call.number for call in await next_calls(lobby, 2)] == ["A001", "A002"]
    assert lobby.stats.duplicates == 1
    assert await no_more_calls(lobby)


async def test_a_lost_frame_is_noticed_and_fetched(server: LobbyServer, lobby: LobbyClient) -> None:
    await server.call()
    await server.call(tell=False)
    await server.call()
    assert [call.number for call in await next_calls(lobby, 3)] == list(numbers(3))
    assert lobby.stats.gaps == 1


async def test_a_lost_last_frame_is_noticed_by_the_next_heartbeat(server: LobbyServer, lobby: LobbyClient) -> None:
    await server.call(tell=False)
    assert [call.number for call in await next_calls(lobby, 1)] == ["A001"]
    assert lobby.stats.gaps == 1


async def test_a_silent_line_is_stale_and_is_left(server: LobbyServer, lobby: LobbyClient) -> None:
    server.mute = True
    await until(lambda: lobby.state == "stale")
    await until(lambda: lobby.stats.reconnects == 1)
    assert lobby.state == "stale"  # connected again, but nothing was heard yet
    server.mute = False
    await until(lambda: lobby.state == "fresh")
    assert lobby.stats.last_error == "TimeoutError: "


async def test_a_frame_nobody_can_read_leads_to_a_snapshot(server: LobbyServer, lobby: LobbyClient) -> None:
    await server.send({"type": "events", "after": 0})
    await until(lambda: lobby.stats.snapshots == 2)
    assert server.places[1] is None


async def test_after_a_goodbye_it_comes_back_when_told(server: LobbyServer, lobby: LobbyClient) -> None:
    await server.send({"type": "goodbye", "reason": "restart", "retry_after_ms": 50})
    await until(lambda: lobby.stats.reconnects == 1)
    await server.call()
    assert [call.number for call in await next_calls(lobby, 1)] == ["A001"]
    assert lobby.stats.last_error == "goodbye: restart"


async def test_it_says_that_it_is_alive(
    server: LobbyServer, lobby: LobbyClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lobby_line, "ALIVE_EVERY_S", 0.01)
    server.cut()
    await until(lambda: server.alive)
    assert server.alive[0] == {"type": "alive", "seq": 0}


async def test_every_accepted_frame_is_shown_to_who_asks(server: LobbyServer) -> None:
    frames: list[Json] = []
    async with LobbyClient(server.url, "main", "secret", on_frame=frames.append) as lobby:
        await until(lambda: frames)
        await server.call()
        await server.send(server.events(0))
        await next_calls(lobby, 1)
        await until(lambda: lobby.stats.duplicates == 1)
    assert [frame["type"] for frame in frames] == ["snapshot", "events"]


async def test_an_error_in_the_program_ends_its_iteration_with_that_error(server: LobbyServer) -> None:
    def fail(frame: Json) -> None:
        raise ZeroDivisionError

    async with LobbyClient(server.url, "main", "secret", on_frame=fail) as lobby:
        with pytest.raises(ZeroDivisionError):
            await anext(lobby)


async def test_it_waits_for_a_server_that_is_not_there_yet() -> None:
    async with LobbyClient("http://127.0.0.1:9", "main", "secret") as lobby:
        await until(lambda: lobby.stats.last_error)
        assert lobby.state == "stale"
        assert lobby.seq is None


async def test_a_call_says_how_old_it_was_by_the_servers_clock(server: LobbyServer, lobby: LobbyClient) -> None:
    await server.call()
    await server.call()
    await next_calls(lobby, 2)
    server.cut()
    await until(lambda: not server._lines)
    for _ in range(3):
        await server.call(tell=False)
    assert [call.age_s for call in await next_calls(lobby, 3)] == [120.0, 60.0, 0.0]
    assert lobby.untaken == 0
    assert lobby.now is not None


async def test_a_remembered_place_is_gone_on_from(server: LobbyServer, lobby: LobbyClient) -> None:
    for _ in range(3):
        await server.call()
    await next_calls(lobby, 3)
    place = lobby.remembered(1)
    assert place is not None
    async with LobbyClient(server.url, "main", "secret", place=place) as next_run:
        assert [call.number for call in await next_calls(next_run, 2)] == ["A002", "A003"]
        assert await no_more_calls(next_run)
    assert server.places[-1] == (1, "one")


async def test_a_place_of_another_log_is_no_place_and_what_is_newer_is_late(server: LobbyServer) -> None:
    for _ in range(4):
        await server.call()
    place = Remembered(2, "before", {}, NINE + timedelta(minutes=2))
    async with LobbyClient(server.url, "main", "secret", place=place) as lobby:
        calls = await next_calls(lobby, 2)
    assert [(call.number, call.late) for call in calls] == [("A003", True), ("A004", True)]


async def test_a_refusal_is_told_and_not_repeated_quickly(server: LobbyServer) -> None:
    server.refuses = "unauthorized"
    async with LobbyClient(server.url, "main", "wrong") as lobby:
        await until(lambda: lobby.refused)
        assert lobby.refused == "unauthorized"
        await asyncio.sleep(0.3)
    assert len(server.places) == 1


async def test_call_outs_that_nobody_takes_are_bounded(
    server: LobbyServer, lobby: LobbyClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lobby_line, "MOST_UNTAKEN", 10)
    for _ in range(25):
        await server.call()
    await until(lambda: lobby.seq == 25)
    assert [call.seq for call in await next_calls(lobby, 10)] == list(range(16, 26))
    assert lobby.stats.untaken == 15
