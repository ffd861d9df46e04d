"""A restore under a server that goes on: its screens begin anew by themselves, and the log goes on from there."""

import asyncio
from pathlib import Path

from tests.backup.branch_with_a_past import real_process
from tests.live.line import listening
from tests.running import Caller, install, serving

SOON_S = 5


async def test_a_restore_reaches_the_screens_of_a_server_that_runs(database_url: str, tmp_path: Path) -> None:
    office = install(database_url)
    file = tmp_path / "b"
    with serving(office) as server, Caller(server.url, office.tokens) as ask:
        before = [(await asyncio.to_thread(ask.ticket))["number"] for _ in range(3)]
        assert (await asyncio.to_thread(real_process, database_url, "backup", file)).returncode == 0
        kept = ask.seq
        lost = [(await asyncio.to_thread(ask.ticket))["number"] for _ in range(2)]
        async with listening(server.url, office.tokens["display"]) as line:
            await line.until_type("snapshot")
            await line.until(ask.seq)
            epoch = line.epoch
            ran = await asyncio.to_thread(real_process, database_url, "restore", "--replace", file)
            assert ran.returncode == 0, ran.stderr
            async with asyncio.timeout(SOON_S):
                code, reason, _ = await line.end()
            assert (reason, code is not None) == ("restart", True)
            seq = line.seq
        async with listening(server.url, office.tokens["display"], seq, epoch) as line:
            await line.until_type("snapshot")
            assert line.epoch != epoch
            assert line.seq is not None
            assert line.seq >= kept  # the server's own sweeps go on as well
            ask.seq = 0
            again = [(await asyncio.to_thread(ask.ticket))["number"] for _ in range(2)]
            await line.until(ask.seq)
            assert [event["ticket"]["number"] for event in line.events if event["kind"] == "ticket.issued"] == again
        assert again == lost  # to the restored past these numbers have never been given
        log = await asyncio.to_thread(ask.log)
        assert [event["seq"] for event in log] == list(range(1, len(log) + 1))
        numbers = [event["ticket"]["number"] for event in log if event["kind"] == "ticket.issued"]
        assert numbers == before + again
