"""The study's day: how many customers come at what time, what they want, and what becomes of them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

# The whole branch. About two thirds go to the ordinary counters: 0.26 a minute, and 0.63 at the peaks, where the
# study has its 0.25 with three of them open.
BASE_PER_MIN = 0.40
PEAK_PER_MIN = 0.98
PEAKS = ((11.0, 12.0), (14.5, 15.0))  # hours of the branch's own day
SHOULDER_H = 0.75  # how long a peak takes to build up, and to die down

# What customers come for. At the peaks, cash and non-cash then need one counter more than they have open.
SERVICES = {"deposit": 0.40, "exchange": 0.20, "card": 0.15, "transfer": 0.10, "advice": 0.15}
SEGMENTS = {"ordinary": 0.82, "priority": 0.08, "vip": 0.10}
WILLING = 0.45  # would rather use a machine, where that is possible and quicker
SECOND_SERVICE = 0.06

MEAN_SERVICE_MIN = 10.0
MEAN_MACHINE_MIN = 5.0
SHORTEST_SERVICE_S = 20.0
WALK_S = (5.0, 30.0)
MEAN_PATIENCE_MIN = 150.0  # who waits longer than they can is gone when called


def rate_per_min(hour: float) -> float:
    """Arrivals per minute at this hour of the day (11.5 is half past eleven), peaks with smooth shoulders."""
    height = max(_bump(hour, begin, end) for begin, end in PEAKS)
    return BASE_PER_MIN + (PEAK_PER_MIN - BASE_PER_MIN) * height


def _bump(hour: float, begin: float, end: float) -> float:
    outside = max(begin - hour, hour - end, 0.0) / SHOULDER_H
    if outside >= 1:
        return 0.0
    return 1 - outside * outside * (3 - 2 * outside)


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody who comes in at the door."""

    at: datetime
    services: tuple[str, ...]
    segment: str
    likes_machines: bool


def next_arrival(rng: Random, local: datetime) -> Arrival:
    """Who comes next after `local` (in the branch's own time): a Poisson stream, thinned from its peak."""
    at = local
    while True:
        at += timedelta(minutes=rng.expovariate(PEAK_PER_MIN))
        hour = at.hour + at.minute / 60 + at.second / 3600
        if rng.random() * PEAK_PER_MIN < rate_per_min(hour):
            return Arrival(at, _services(rng), _pick(rng, SEGMENTS), rng.random() < WILLING)


def _services(rng: Random) -> tuple[str, ...]:
    first = _pick(rng, SERVICES)
    if rng.random() >= SECOND_SERVICE:
        return (first,)
    others = {service: share for service, share in SERVICES.items() if service != first}
    return first, _pick(rng, others)


def _pick(rng: Random, shares: dict[str, float]) -> str:
    return rng.choices(list(shares), list(shares.values()))[0]


@dataclass(frozen=True, slots=True)
class Fate:
    """What will become of a ticket once it is called. Times in seconds."""

    walk_s: float
    answers: str  # call | recall | never
    service_s: float
    ending: str = "finish"  # finish | park | transfer
    until_s: float = 0.0  # into the service, when it is parked or transferred
    away_s: float = 0.0  # how long a parked customer fills in the form


ANSWERS = {"call": 0.93, "recall": 0.04, "never": 0.03}
ANSWERS_WHEN_MISSED = {"call": 0.6, "recall": 0.1, "never": 0.3}
ENDINGS = {"finish": 0.94, "park": 0.03, "transfer": 0.03}
TRANSFERS = {"cash": "non_cash", "non_cash": "cash"}


def fate(seed: int, ticket: dict[str, Any], *, at_machine: bool) -> Fate:
    """The same for the same ticket whoever asks and however often, so that a restart changes nobody's day."""
    came = ":".join(str(ticket[name]) for name in ("business_day", "number", "step", "queue_id"))
    rng = Random(f"{seed}:{came}")
    mean_min = MEAN_MACHINE_MIN if at_machine else MEAN_SERVICE_MIN
    service_s = max(SHORTEST_SERVICE_S, rng.expovariate(1 / (mean_min * 60)))
    patience = timedelta(minutes=rng.expovariate(1 / MEAN_PATIENCE_MIN))
    ending = _pick(rng, ENDINGS)
    sent_on = ticket["arrived_at"] != ticket["issued_at"]
    if at_machine or (ending == "transfer" and (sent_on or ticket["queue_id"] not in TRANSFERS)):
        ending = "finish"
    until_s = service_s * rng.uniform(0.2, 0.6)
    away_s = rng.uniform(180, 420)
    each_call = Random(f"{seed}:{came}:{ticket['misses']}")
    answers = _pick(each_call, ANSWERS_WHEN_MISSED if ticket["misses"] else ANSWERS)
    if _waited(ticket) > patience:
        answers = "never"
    return Fate(each_call.uniform(*WALK_S), answers, service_s, ending, until_s, away_s)


def _waited(ticket: dict[str, Any]) -> timedelta:
    called = ticket["called_at"]
    if called is None:
        return timedelta()
    return datetime.fromisoformat(called) - datetime.fromisoformat(ticket["arrived_at"])
