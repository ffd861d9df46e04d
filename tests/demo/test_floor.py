"""The floor follows the frames as a staff screen does, and wakes whoever waits for news or for a time."""

import asyncio
from datetime import timedelta

import pytest

from tests.demo.hall import NINE, counter, floor, minutes, tell, ticket


async def test_a_ticket_moves_through_the_hall_and_leaves_it() -> None:
    shown = floor(counter())
    tell(shown, "ticket.issued", minutes(1), ticket=ticket())
    assert [t["number"] for t in shown.waiting({"cash"})] == ["A001"]
    tell(shown, "ticket.called", minutes(2), ticket=ticket(state="called", counter_id="main.1"))
    assert shown.current("main.1") is not None
    assert shown.since["main.A001"] == ("ticket.called", minutes(2))
    tell(shown, "ticket.completed", minutes(3), ticket=ticket(state="completed", counter_id="main.1"))
    assert shown.tickets == {}
    assert shown.since == {}


async def test_advice_stands_until_it_is_withdrawn() -> None:
    shown = floor(counter())
    advice = {"id": "main.a1", "counter_class": "cash", "state": "issued"}
    tell(shown, "advice.issued", minutes(1), advice=advice)
    assert shown.advices == {"cash": advice}
    tell(shown, "advice.withdrawn", minutes(2), advice=advice | {"state": "withdrawn"})
    assert shown.advices == {}


async def test_a_new_day_forgets_yesterday_s_missed_customers() -> None:
    shown = floor(counter(), tickets=(ticket(state="no_show"),))
    tell(shown, "branch.day_started", minutes(1))
    assert shown.tickets == {}


async def test_waiting_for_a_moment_ends_when_the_clock_is_put_forward() -> None:
    shown = floor(counter())
    waiting = asyncio.create_task(shown.wait_until(minutes(60)))
    await asyncio.sleep(0.01)
    assert not waiting.done()
    shown.hear({"type": "heartbeat", "seq": 1, "now": minutes(61).isoformat(), "speed": 1})
    await asyncio.wait_for(waiting, 1)


async def test_waiting_for_a_moment_is_shorter_once_the_day_runs_faster() -> None:
    shown = floor(counter())
    waiting = asyncio.create_task(shown.wait_until(minutes(10)))
    await asyncio.sleep(0.01)
    shown.hear({"type": "heartbeat", "seq": 1, "now": NINE.isoformat(), "speed": 6000})
    await asyncio.wait_for(waiting, 1)
    assert shown.time.now() - minutes(10) < timedelta(minutes=2)


async def test_a_heartbeat_that_tells_nothing_new_wakes_nobody() -> None:
    shown = floor(counter())
    waiting = asyncio.create_task(shown.change())
    await asyncio.sleep(0.01)
    shown.hear({"type": "heartbeat", "seq": 1, "now": NINE.isoformat(), "speed": 0.0001})
    await asyncio.sleep(0.01)
    assert not waiting.done()
    waiting.cancel()


async def test_an_answer_s_place_is_waited_for_but_not_for_ever() -> None:
    shown = floor(counter())
    reached = asyncio.create_task(shown.reached(2))
    await asyncio.sleep(0.01)
    assert not reached.done()
    tell(shown, "ticket.issued", minutes(1), ticket=ticket())
    await asyncio.wait_for(reached, 1)
    await asyncio.wait_for(shown.reached(99, real_s=0.02), 1)


async def test_time_is_unknown_before_the_first_frame() -> None:
    from server.demo.server_time import ServerTime

    with pytest.raises(RuntimeError):
        ServerTime().now()
