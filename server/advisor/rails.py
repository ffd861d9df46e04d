"""What bounds every decision from outside: the law, the people in the hall, and the patience of who follows it."""

import math
from dataclasses import dataclass

from server.advisor.arguments import duration
from server.advisor.control import Limits, Plan


@dataclass(frozen=True, slots=True)
class Rails:
    """Minutes. After a change the class's counters are not closed for `dwell_to_close`, nor opened for
    `dwell_to_open`; one counter at a time, unless who comes now waits longer than `long_wait` with a probability
    above `crowded`."""

    dwell_to_close: float = 10.0
    dwell_to_open: float = 0.0
    long_wait: float = 30.0
    crowded: float = 0.5


def railed(asked: Plan, since_change: float = math.inf, rails: Rails | None = None) -> int:
    """The number of counters to advise now: the plan's, held `within_rails`."""
    here = asked.situation
    now = here.present, here.open_now, here.service_rate
    return within_rails(asked.advised, *now, here.limits, since_change, rails)


def within_rails(
    wanted: int,
    present: int,
    open_now: int,
    service_rate: float,
    limits: Limits,
    since_change: float = math.inf,
    rails: Rails | None = None,
) -> int:
    """What may be done of a decision for `wanted` counters.

    `service_rate` per minute; `since_change`: minutes since the class's counters last changed. Never below the
    legal minimum, whatever the dwell; never the last counter closed while a customer is there. ValueError for
    an impossible time.
    """
    rails, since_change = rails or Rails(), duration(since_change, "since_change")
    if wanted < open_now:
        wanted = open_now if since_change < rails.dwell_to_close else open_now - 1
        if wanted == 0 and present > 0:
            wanted = 1
    elif wanted > open_now:
        chance = chance_of_waiting(present, open_now, service_rate, rails.long_wait)
        if chance <= rails.crowded:
            wanted = open_now if since_change < rails.dwell_to_open else open_now + 1
    return min(max(wanted, limits.least), max(limits.most, limits.least))


def chance_of_waiting(present: int, open_now: int, service_rate: float, minutes: float) -> float:
    """P(who comes now waits longer than `minutes`), with `present` before them at `open_now` counters.

    They are called at the (present - s + 1)-th end of a service: fewer than so many of a Poisson number.
    """
    ends = present - open_now + 1
    if ends <= 0:
        return 0.0
    if open_now == 0:
        return 1.0
    mean = open_now * service_rate * minutes
    term = total = math.exp(-mean)
    for number in range(1, ends):
        term *= mean / number
        total += term
    return min(1.0, total)
