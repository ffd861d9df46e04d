"""Who comes back goes on where they were; who cannot starts anew from a snapshot. Nobody misses anything."""

from datetime import UTC, datetime
from random import Random

import pytest
from sqlalchemy import update

from server.live import joining
from server.storage.database import open_database
from server.storage.tables import branches
from tests.live.line import listening
from tests.running import Caller, Office, Served, serving


async def test_the_first_frame_is_the_hall_and_then_come_events(served: Served, ask: Caller) -> None:
    first = ask.ticket()
    async with listening(served.url, ask.tokens["teller"]) as line:
        frame = await line.hear()
        assert (frame["type"], frame["seq"]) == ("snapshot", ask.seq)
        assert [ticket["number"] for ticket in frame["snapshot"]["tickets"]] == [first["number"]]
        second = ask.ticket()
        await line.until(ask.seq)
        assert [event["ticket"]["id"] for event in line.events] == [second["id"]]
        assert datetime.fromisoformat(line.frames[-1]["now"]).tzinfo == UTC


async def test_who_was_away_hears_what_they_missed_in_one_frame_and_no_snapshot(served: Served, ask: Caller) -> None:
    ask.ticket()
    async with listening(served.url, ask.tokens["teller"]) as line:
        await line.hear()
    missed = [ask.ticket()["id"] for _ in range(30)]
    ask.snapshot()
    async with listening(served.url, ask.tokens["teller"], line.seq, line.epoch) as again:
        frame = await again.hear()
        assert (frame["type"], frame["after"], frame["seq"]) == ("events", line.seq, ask.seq)
        assert [event["ticket"]["id"] for event in frame["events"]] == missed


async def test_who_missed_nothing_is_told_nothing_but_that_the_line_lives(served: Served, ask: Caller) -> None:
    ask.ticket()
    ask.snapshot()
    async with listening(served.url, ask.tokens["display"]) as line:
        await line.hear()
    async with listening(served.url, ask.tokens["display"], line.seq, line.epoch) as again:
        assert (await again.hear())["type"] == "heartbeat"


async def test_a_line_cut_at_random_all_day_misses_nothing(served: Served, ask: Caller) -> None:
    """What a listener who comes and goes has heard, is the log."""
    random, heard = Random(7), []
    ask.ticket()
    async with listening(served.url, ask.tokens["manager"]) as line:
        await line.hear()
    seq, epoch = line.seq, line.epoch
    start = ask.log()[-1]["seq"]
    for _ in range(30):
        async with listening(served.url, ask.tokens["manager"], seq, epoch) as line:
            for _ in range(random.randrange(6)):
                ask.ticket()
            await line.until(random.randint(seq or 0, ask.seq))
            heard += line.events
            seq = line.seq
    async with listening(served.url, ask.tokens["manager"], seq, epoch) as line:
        await line.until(ask.seq)
        heard += line.events
    assert heard == [event for event in ask.log() if event["seq"] > start]


PLACES = {
    "the future": (10**6, None),
    "another epoch": (1, "another"),
    "no epoch": (1, ""),
    "a number too large for a place": (10**30, None),
}


@pytest.mark.parametrize(("seq", "epoch"), PLACES.values(), ids=list(PLACES))
async def test_a_place_that_the_log_does_not_know_is_answered_with_the_hall(
    served: Served, ask: Caller, seq: int, epoch: str | None
) -> None:
    ask.ticket()
    known = ask.snapshot()["epoch"]
    async with listening(served.url, ask.tokens["display"], seq, known if epoch is None else epoch) as line:
        frame = await line.hear()
        assert (frame["type"], frame["epoch"], frame["seq"]) == ("snapshot", known, ask.seq)


@pytest.mark.parametrize("after", ["-1", "abc", "", "1e3", "٣"])
async def test_a_place_that_is_no_number_is_answered_with_the_hall(served: Served, ask: Caller, after: str) -> None:
    ask.ticket()
    epoch = ask.snapshot()["epoch"]
    async with listening(served.url, ask.tokens["display"], after, epoch) as line:  # type: ignore[arg-type]
        assert (await line.hear())["type"] == "snapshot"


async def test_who_was_away_too_long_starts_anew(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(joining, "MOST_MISSED", 20)
    token = office.tokens["display"]
    with serving(office) as served, Caller(served.url, office.tokens) as ask:
        ask.ticket()
        async with listening(served.url, token) as line:
            await line.hear()
        for _ in range(21):
            ask.ticket()
        ask.snapshot()
        async with listening(served.url, token, line.seq, line.epoch) as again:
            frame = await again.hear()
            assert (frame["type"], frame["seq"]) == ("snapshot", ask.seq)
            assert len(frame["snapshot"]["tickets"]) == 22
        async with listening(served.url, token, ask.seq - 20, line.epoch) as again:
            assert (await again.hear())["type"] == "events"


async def test_a_place_is_known_to_the_server_that_comes_after_a_restart(office: Office) -> None:
    with serving(office) as served, Caller(served.url, office.tokens) as ask:
        ask.ticket()
        async with listening(served.url, office.tokens["teller"]) as line:
            await line.hear()
    with serving(office) as served, Caller(served.url, office.tokens) as ask:
        second = ask.ticket()
        async with listening(served.url, office.tokens["teller"], line.seq, line.epoch) as again:
            await again.until(ask.seq)
            assert [frame["type"] for frame in again.frames] == ["events"]
            assert [event["ticket"]["id"] for event in again.events] == [second["id"]]


async def test_when_the_log_is_replaced_everyone_starts_anew(served: Served, ask: Caller, office: Office) -> None:
    """A restored backup has another epoch: what screens hold is no longer what was."""
    ask.ticket()
    async with listening(served.url, ask.tokens["display"]) as line:
        await line.hear()
        engine = open_database(office.database_url, writing=True)
        with engine.begin() as connection:
            connection.execute(update(branches).where(branches.c.id == "main").values(epoch="restored"))
        engine.dispose()
        code, goodbye, _ = await line.end()
        assert (code, goodbye) == (1012, "restart")
    async with listening(served.url, ask.tokens["display"], line.seq, line.epoch) as again:
        frame = await again.hear()
        assert (frame["type"], frame["epoch"]) == ("snapshot", "restored")
