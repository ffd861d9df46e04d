"""What one more counter saves in each slot: ever less, and a great deal as long as there are too few."""

from itertools import pairwise

from server.advisor.day_slots import Slots
from server.advisor.mean_load import EMPTY, carried_loads, mean_loads, needed
from server.advisor.queue_model import optimal_servers

Savings = tuple[tuple[float, ...], ...]


def floors(slots: Slots) -> tuple[int, ...]:
    """The fewest counters each slot should have: those that keep up with its load, and the legal minimum."""
    return tuple(max(least, needed(load)) for least, load in zip(slots.least, mean_loads(slots), strict=True))


def savings(slots: Slots, dearest: float = 0.0) -> Savings:
    """What the first, second, ... `most`-th counter of each slot saves, in money for the slot; never rising.

    Above the floor it is what waiting costs less: `waiting_cost` times L(s) - L(s+1), the steady state at the
    slot's load. Up to the floor each is worth more than any other thing in the plan, and than twice `dearest`,
    the cost of the dearest way to have it: a plain one-slot cost would accept full load, since the queue that
    it leaves is paid for in the next slot. Where counters are lacking, those go first without which customers
    would wait for longest.
    """
    loads = carried_loads(slots)
    lowest = [max(fewest, needed(load)) for fewest, load in zip(floors(slots), loads, strict=True)]
    # Nobody waits for longer than the day: that bounds what a nearly full counter seems to save.
    hours = (slots.present + sum(slots.arrivals) * slots.slot_min) * len(slots) * slots.hours
    bound = slots.waiting_cost * hours
    steep = 1 + 2 * max(dearest, slots.counter_cost * slots.hours) + bound
    return tuple(
        _up_to_floor(slots, at, load, lowest[at], steep) + _above_floor(slots, at, load, lowest[at], bound)
        for at, load in enumerate(loads)
    )


def _up_to_floor(slots: Slots, at: int, load: float, lowest: int, steep: float) -> tuple[float, ...]:
    """What each of these counters would have served waits for the rest of the day.

    The legal minimum comes first, and one counter wherever anybody is: else a day with too little staff would
    be served from its beginning until nobody is left to work, and the last hour be without any counter.
    """
    rest = (len(slots) - at) * slots.hours
    served = slots.waiting_cost * rest * slots.slot_min / slots.service_min[at]
    first = max(slots.least[at], min(1, lowest))
    return tuple(
        steep * (2 if have < first else 1) + served * (min(1.0, max(0.0, load - have)) + (lowest - 1 - have) / lowest)
        for have in range(min(lowest, slots.most[at]))
    )


def _above_floor(slots: Slots, at: int, load: float, lowest: int, bound: float) -> tuple[float, ...]:
    most = slots.most[at]
    if load < EMPTY or most <= lowest:
        return (0.0,) * max(0, most - lowest)
    rows = optimal_servers(load, 1.0, 0.0, 0.0, max_servers=most, min_servers=lowest).costs
    price = slots.waiting_cost * slots.hours
    return tuple(min(bound, price * max(0.0, row.lq - more.lq)) for row, more in pairwise(rows))
