"""When the server no longer knows its place in the log, the lobby's client makes the best of a snapshot."""

from display.client import LobbyClient
from tests.display.listening import next_calls, no_more_calls, until
from tests.display.lobby_server import LobbyServer, numbers


async def test_after_a_forced_snapshot_missed_calls_are_taken_from_it_oldest_first(
    server: LobbyServer, lobby: LobbyClient
) -> None:
    await server.call()
    server.forgets = True
    server.cut()
    for _ in range(4):
        await server.call(tell=False)
    calls = await next_calls(lobby, 5)
    assert [(call.number, call.late) for call in calls] == [
        ("A001", False),
        *((number, True) for number in numbers(4, first=2)),
    ]
    assert lobby.stats.overruns == 0
    assert await no_more_calls(lobby)


async def test_more_missed_calls_than_a_snapshot_remembers_are_admitted(
    server: LobbyServer, lobby: LobbyClient
) -> None:
    server.forgets = True
    server.cut()
    for _ in range(15):
        await server.call(tell=False)
    calls = await next_calls(lobby, 12)
    assert [call.seq for call in calls] == list(range(4, 16))
    assert lobby.stats.overruns == 1


async def test_another_epoch_is_another_log_and_old_calls_stay_old(server: LobbyServer, lobby: LobbyClient) -> None:
    for _ in range(3):
        await server.call()
    await next_calls(lobby, 3)
    server.epoch = "two"
    server.cut()
    await until(lambda: lobby.stats.snapshots == 2)
    assert await no_more_calls(lobby)
    await server.call()
    assert [call.seq for call in await next_calls(lobby, 1)] == [4]
