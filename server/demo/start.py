"""The demonstration's first minute: the morning passes quickly, so that a visitor finds the branch busy."""

from datetime import datetime, timedelta

from server.demo.crowd import Crowd
from server.demo.hours import hours
from server.domain.branch import Branch

QUICK = 240.0
BEFORE_OPENING = timedelta(minutes=4)
EARLIEST = timedelta(hours=2, minutes=10)  # after opening: the queues before the first peak are building up
LATEST = timedelta(hours=2, minutes=50)  # in the midst of it


def morning_of(branch: Branch, now: datetime) -> datetime:
    """What the server's clock shows first: today, shortly before the doors open.

    Rates are measured from opening time on: a clock that began at half past nine would tell the advisor of an
    hour in which nobody came.
    """
    opens, _ = branch.hours(branch.business_day(now))
    return opens - BEFORE_OPENING


async def warm_up(crowd: Crowd, speed: float) -> None:
    """Lets the day that began at QUICK run at `speed` once there is advice to answer: after 35 to 45 seconds."""
    floor = crowd.floor
    await floor.known()
    today = hours(floor.branch, floor.time.now())
    assert today is not None
    await floor.wait_until(today[0] + EARLIEST)
    while not _asks_for_help(crowd) and floor.time.now() < today[0] + LATEST:
        await floor.change(today[0] + LATEST)
    if floor.time.speed >= QUICK:  # else somebody moved the slider meanwhile, and has chosen
        await crowd.set_speed(speed)


def _asks_for_help(crowd: Crowd) -> bool:
    advices = crowd.floor.advices.values()
    return any(advice["state"] == "issued" and advice["action"] == "open" for advice in advices)
