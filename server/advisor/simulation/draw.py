"""Random customers for a day: arrivals whose rate follows the clock, services, patience, no-shows, classes."""

import math
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate, groupby
from math import log
from random import Random

from server.advisor.arguments import rate
from server.advisor.simulation.customers import Customers


def draw_customers(
    rng: Random,
    rate_by_slot: Sequence[float],
    slot_min: float,
    mean_service: float,
    *,
    cv2: float = 1.0,
    no_show_share: float = 0.0,
    patience: float | None = None,
    class_shares: Sequence[float] | None = None,
) -> Customers:
    """The customers of one day.

    `rate_by_slot`: arrivals per minute in consecutive slots of `slot_min` > 0 minutes, each >= 0.
    `mean_service` > 0 minutes; `cv2` >= 0 its squared coefficient of variation: 1 is exponential, 0 constant,
    anything else lognormal. `no_show_share` of the tickets do not appear when called. `patience`: mean minutes
    until a customer leaves the queue, exponential (None: for ever). `class_shares`: share of each priority,
    first priority 0, in any unit (None: all alike). ValueError for impossible arguments.
    """
    arrivals = draw_arrivals(rng, rate_by_slot, slot_min)
    n = len(arrivals)
    if not 0 <= no_show_share <= 1:
        raise ValueError(f"no_show_share must lie in 0..1; got {no_show_share!r}")
    services = draw_services(rng, n, mean_service, cv2)
    leaving = None
    if patience is not None:
        leaving = draw_services(rng, n, rate(patience, "patience", zero=False))
    appears = [rng.random() >= no_show_share for _ in range(n)] if no_show_share else None
    priorities = None
    if class_shares is not None:
        bounds = list(accumulate(rate(share, "class_shares") for share in class_shares))
        total, random = rate(bounds[-1], "class_shares", zero=False), rng.random
        priorities = [bisect_right(bounds, total * random()) for _ in range(n)]
    return Customers(arrivals, services, leaving, appears, priorities)


def draw_arrivals(rng: Random, rate_by_slot: Sequence[float], slot_min: float) -> list[float]:
    """Poisson arrivals in minutes, ascending; the rate is constant within each slot.

    ValueError for impossible arguments. Gaps are exponential and have no memory, so each slot may begin anew;
    thinning (Lewis & Shedler 1979) would draw two for each one that it keeps on a day with peaks.
    """
    slot, random = rate(slot_min, "slot_min", zero=False), rng.random
    found: list[float] = []
    end = 0.0
    for per_minute, slots in groupby(rate_by_slot):
        now, end = end, end + slot * len(list(slots))
        if rate(per_minute, "rate_by_slot") > 0.0:
            mean_gap = 1 / per_minute
            while (now := now - mean_gap * log(1.0 - random())) < end:
                found.append(now)
    return found


def draw_services(rng: Random, n: int, mean: float, cv2: float = 1.0) -> list[float]:
    """`n` service times in minutes with this mean > 0 and squared coefficient of variation >= 0."""
    mean, cv2, random = rate(mean, "mean_service", zero=False), rate(cv2, "cv2"), rng.random
    if cv2 == 1.0:
        # rng.expovariate does the same at three times the price: these lines are half of a backtest.
        return [-mean * log(1.0 - random()) for _ in range(n)]
    if cv2 == 0.0:
        return [mean] * n
    spread = math.log1p(cv2)
    centre, sigma = math.log(mean) - spread / 2, math.sqrt(spread)
    return [rng.lognormvariate(centre, sigma) for _ in range(n)]
