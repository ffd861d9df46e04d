"""The customers of a whole branch: which queue each joins, in which segment, and how they behave there."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from server.advisor.arguments import rate
from server.advisor.simulation.customers import check_lengths, check_times
from server.advisor.simulation.draw import draw_arrivals, draw_services
from server.domain.ticket import Segment

NEVER = 10**6  # calls that somebody who does not come leaves unanswered


@dataclass(frozen=True, slots=True)
class Crowd:
    """One entry per customer, times in minutes since the simulation begins (before it: negative).

    `arrivals` ascending, `services` as in `Customers`. `kinds` says which of `places`, a queue and a segment,
    the customer takes. `patience`: minutes after their arrival when they give
    up if they have not been called, or, `unseen`, walk out with the number in their hand, which is called in
    vain later. `missed_calls`: calls that the customer does not answer; more than the rules forgive makes a
    no-show. ValueError where the lengths differ or a figure is impossible.
    """

    arrivals: Sequence[float]
    services: Sequence[float]
    kinds: Sequence[int]
    places: Sequence[tuple[str, Segment]]
    patience: Sequence[float] | None = None
    missed_calls: Sequence[int] | None = None
    unseen: bool = False

    def __post_init__(self) -> None:
        check_times(self.arrivals, self.services, self.patience, earliest=-math.inf)
        check_lengths(len(self.arrivals), self.kinds, self.missed_calls)
        if self.kinds and not 0 <= min(self.kinds) <= max(self.kinds) < len(self.places):
            raise ValueError("kinds must be numbers of places")


@dataclass(frozen=True, slots=True)
class Flow:
    """Customers of one segment who join one queue: arrivals per minute in each slot, minutes of service."""

    queue_id: str
    rate_by_slot: Sequence[float]
    mean_service: float
    segment: Segment = Segment.ORDINARY
    cv2: float = 1.0


def draw_crowd(
    rng: Random,
    flows: Sequence[Flow],
    slot_min: float,
    *,
    no_show_share: float = 0.0,
    patience: float | None = None,
    unseen: bool = False,
) -> Crowd:
    """The customers of one day: `draw_customers` for every flow, in one file by arrival.

    `no_show_share` of them answer no call, `patience` is the mean in minutes (None: for ever).
    ValueError for impossible arguments.
    """
    if not 0 <= no_show_share <= 1:
        raise ValueError(f"no_show_share must lie in 0..1; got {no_show_share!r}")
    arrivals: list[float] = []
    services: list[float] = []
    kinds: list[int] = []
    for kind, flow in enumerate(flows):
        arrived = draw_arrivals(rng, flow.rate_by_slot, slot_min)
        arrivals += arrived
        services += draw_services(rng, len(arrived), flow.mean_service, flow.cv2)
        kinds += [kind] * len(arrived)
    order = sorted(range(len(arrivals)), key=arrivals.__getitem__)
    leaving = None
    if patience is not None:
        leaving = draw_services(rng, len(order), rate(patience, "patience", zero=False))
    return Crowd(
        arrivals=[arrivals[one] for one in order],
        services=[services[one] for one in order],
        kinds=[kinds[one] for one in order],
        places=[(flow.queue_id, flow.segment) for flow in flows],
        patience=leaving,
        missed_calls=[NEVER * (rng.random() < no_show_share) for _ in order] if no_show_share else None,
        unseen=unseen,
    )


def leaving_times(crowd: Crowd) -> list[float]:
    """When each customer gives up; infinity where they never do, as those who have gone when they are called."""
    if crowd.patience is None:
        return [math.inf] * len(crowd.arrivals)
    missed = crowd.missed_calls or [0] * len(crowd.arrivals)
    each = zip(crowd.arrivals, crowd.patience, missed, strict=True)
    return [math.inf if calls else at + patience for at, patience, calls in each]
