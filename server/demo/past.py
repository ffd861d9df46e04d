"""The four weeks before the demonstration: what the branch has learnt by then of its days, and of its services."""

from collections import defaultdict
from datetime import date, datetime, time, timedelta
from random import Random

from server.advisor.class_day import ClassDay
from server.demo.day import MEAN_MACHINE_MIN, MEAN_SERVICE_MIN, Arrival, next_arrival
from server.domain.branch import Branch

DAYS = 28
SLOT_MIN = 15
BUSIER = 0.06  # spread of whole days: some Tuesdays are busier, none more than the fullest
AT_MACHINES = 0.6  # of those who like them, for whom they are quicker

Days = dict[date, dict[str, ClassDay]]


def past_days(branch: Branch, today: date, seed: int) -> Days:
    """As the crowd of the demonstration would have come on those days."""
    rng = Random(f"{seed}:past")
    days = [today - timedelta(days=back) for back in range(DAYS, 0, -1)]
    return {day: _day(branch, day, rng) for day in days if branch.hours_on(day)}


def _day(branch: Branch, day: date, rng: Random) -> dict[str, ClassDay]:
    opens, closes = (moment.replace(tzinfo=None) for moment in branch.hours(day))
    midnight, kept = datetime.combine(day, time()), min(1.0, rng.gauss(1 - BUSIER, BUSIER))
    first, last = (round((at - midnight).total_seconds() / 60) // SLOT_MIN for at in (opens, closes))
    counts: dict[str, list[int]] = defaultdict(lambda: [0] * (last - first))
    came = next_arrival(rng, opens)
    while came.at < closes:
        if rng.random() < kept:
            slot = int((came.at - midnight).total_seconds() // 60) // SLOT_MIN - first
            counts[_class_of(branch, came, rng)][slot] += 1
        came = next_arrival(rng, came.at)
    return {key: _record(key, first, counts[key]) for key in branch.policies}


def _class_of(branch: Branch, came: Arrival, rng: Random) -> str:
    service = branch.services[came.services[0]]
    own = branch.segment_queues.get(came.segment)
    machine = service.machine_queue_id if came.likes_machines and rng.random() < AT_MACHINES else None
    return branch.class_of(own or machine or service.queue_id).value


def _record(key: str, first: int, arrivals: list[int]) -> ClassDay:
    mean = MEAN_MACHINE_MIN if key == "self_service" else MEAN_SERVICE_MIN
    served = sum(arrivals)
    return ClassDay(
        first_slot=first,
        arrivals=tuple(arrivals),
        open_min=(float(SLOT_MIN),) * len(arrivals),
        services=served,
        busy_min=served * mean,
    )
