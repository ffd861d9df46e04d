"""One class of counters over one day under any staffing policy: the workhorse of the backtest."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from operator import sub

from server.advisor.arguments import count, rate
from server.advisor.simulation.class_floor import ClassFloor, Moment
from server.advisor.simulation.customers import Customers

__all__ = ["Controller", "Customers", "DayResult", "Moment", "simulate_class_day"]


Controller = Callable[[Moment], int]  # how many counters should be open now


@dataclass(frozen=True, slots=True)
class DayResult:
    """What a day came to, until the last customer had gone. Times in minutes.

    `waits` of those served, in order of call; `wait_of` by customer, NaN for those not served.
    `customer_minutes` is the integral of customers really present, `waiting_minutes` of those waiting: who
    left counts until then, who did not appear counts nothing. `counter_minutes` is the integral of counters
    open, `openings` the counters opened after the start. `trace` holds (time, present, open) per review.
    """

    waits: tuple[float, ...]
    wait_of: tuple[float, ...]
    customer_minutes: float
    waiting_minutes: float
    counter_minutes: float
    openings: int
    served: int
    abandoned: int
    no_shows: int
    trace: tuple[tuple[float, int, int], ...] = ()


def simulate_class_day(
    customers: Customers,
    controller: Controller | int,
    *,
    start_open: int,
    closes: float,
    review: float = 5.0,
    no_show_min: float = 1.0,
    lag: float = 0.0,
    trace: bool = False,
) -> DayResult:
    """The day of `customers` at counters that `controller` opens and closes; a number keeps that many open.

    Times in minutes since opening. The controller is asked at 0 and every `review` until `closes` > 0, by
    when all must have arrived. `start_open` counters stand open at 0; each one asked for after that is an
    opening, and there after `lag`. Told to close, whichever is free first closes: a running service is
    finished and counted, and until then the counter may be opened again at once. After `closes` the counters
    stay until nobody waits (one is opened if none is open). Each unanswered call takes `no_show_min`.
    ValueError for impossible arguments. About 1.5 us per customer and 4 us per review, the controller's own time
    not counted.
    """
    closes, review = rate(closes, "closes", zero=False), rate(review, "review", zero=False)
    if customers.arrivals and customers.arrivals[-1] > closes:
        raise ValueError("nobody arrives after closing")
    open_now = count(start_open, "start_open")
    floor = ClassFloor(customers, open_now, rate(no_show_min, "no_show_min"), rate(lag, "lag"))
    seen: list[tuple[float, int, int]] = []
    if not callable(controller):
        floor.staff(0.0, controller)
    for step in range(math.ceil(closes / review) if callable(controller) or trace else 0):
        now = step * review
        floor.run_until(now)
        moment = floor.moment(now)
        if callable(controller) and (wanted := controller(moment)) != floor.target:
            floor.staff(now, wanted)
        if trace:
            seen.append((now, moment.present, floor.target))
    floor.run_until(closes)
    floor.empty(closes)
    return _result(floor, tuple(seen))


def _result(floor: ClassFloor, trace: tuple[tuple[float, int, int], ...]) -> DayResult:
    customers, order = floor.customers, floor.order
    waits = list(map(sub, floor.called_at, customers.arrivals))  # NaN where nobody was called
    seen = order
    if customers.appears is not None:
        seen = [one for one in order if customers.appears[one]]
        waits = [wait if there else math.nan for wait, there in zip(waits, customers.appears, strict=True)]
    of_served = [waits[one] for one in seen]
    in_service = sum([customers.services[one] for one in seen])
    waited = sum(of_served)
    if customers.patience is not None:
        called = floor.called_at
        waited += sum(patience for patience, at in zip(customers.patience, called, strict=True) if math.isnan(at))
    return DayResult(
        waits=tuple(of_served),
        wait_of=tuple(waits),
        customer_minutes=waited + in_service,
        waiting_minutes=waited,
        counter_minutes=floor.minutes,
        openings=floor.openings,
        served=len(seen),
        abandoned=floor.abandoned,
        no_shows=len(order) - len(seen),
        trace=trace,
    )
