"""Halls to simulate: the small branch of the domain's tests, with counters as a test wants them."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random

from server.advisor.simulation.crowd import Crowd, Flow, draw_crowd
from server.advisor.simulation.hall_day import CounterChange
from server.domain.branch import Rules
from server.domain.counter import Counter, Status
from server.domain.hall import Hall
from server.domain.ticket import Segment
from tests.domain.floor import counter, example_branch

OPEN = Status.OPEN
ORDINARY, VIP = ("cash", Segment.ORDINARY), ("vip", Segment.VIP)

CLOSES = 240.0
DESKS = [
    counter(1, "cash vip", "non_cash"),
    counter(2, "cash"),
    counter(3, "non_cash", "cash vip"),
    counter(4, "vip", "cash"),
    counter(5, "self_service", status=OPEN),
    counter(6, "self_service", status=OPEN),
]
FLOWS = [
    Flow("cash", (0.1, 0.3), 6.0),
    Flow("cash", (0.05,) * 2, 6.0, Segment.PRIORITY),
    Flow("vip", (0.08, 0.12), 9.0, Segment.VIP),
    Flow("non_cash", (0.1, 0.05), 8.0, cv2=0.5),
    Flow("self_service", (0.2, 0.2), 5.0),
]
CHANGES = [
    *(CounterChange(0.0, f"main.{number}", True) for number in (1, 3)),
    CounterChange(31.0, "main.4", True),
    CounterChange(60.5, "main.2", True),
    CounterChange(90.0, "main.1", False),
    CounterChange(97.0, "main.1", True),
    CounterChange(170.0, "main.2", False),
    CounterChange(200.0, "main.4", False),
]
KINDS = ("plain", "misses", "leaving", "unseen", "leaving and misses")


def hall_of(*counters: Counter, rules: Rules | None = None) -> Hall:
    hall = Hall(example_branch(rules), "first")
    hall.counters = {each.id: each for each in counters}
    return hall


def open_counters(number: int, own: str, helps: str = "") -> list[Counter]:
    """So many counters, all open and alike."""
    return [counter(k, own, helps, OPEN) for k in range(1, number + 1)]


def crowd_of(
    arrivals: Sequence[float],
    services: Sequence[float],
    places: Sequence[tuple[str, Segment]] = (),
    patience: Sequence[float] | None = None,
    missed_calls: Sequence[int] | None = None,
    *,
    unseen: bool = False,
) -> Crowd:
    """Customers one by one; without `places` all are ordinary, in the cash queue."""
    each = list(places or [ORDINARY] * len(arrivals))
    kinds = list(dict.fromkeys(each))
    return Crowd(arrivals, services, [kinds.index(one) for one in each], kinds, patience, missed_calls, unseen)


def crowd_like(seed: int, kind: str) -> Crowd:
    """Two hours of a quiet and two of a busy branch."""
    rng = Random(seed)
    patience = None if kind in ("plain", "misses") else 25.0
    crowd = draw_crowd(rng, FLOWS, CLOSES / 2, patience=patience, unseen=kind == "unseen")
    if kind in ("misses", "leaving and misses"):
        return replace(crowd, missed_calls=rng.choices((0, 1, 2, 3, 9), (75, 10, 6, 4, 5), k=len(crowd.arrivals)))
    return crowd
