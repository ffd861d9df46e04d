"""Who waits and who is served at one class of counters, event by event."""

import math
from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from heapq import heapify, heappop, heappush, heapreplace
from typing import NamedTuple

from server.advisor.arguments import count
from server.advisor.simulation.customers import Customers

NOBODY = -1


class Moment(NamedTuple):
    """What a manager can know at a review; times in minutes since opening.

    `waiting` are tickets, those of customers who will not appear included, and so does `serving` with calls.
    `open_counters` are those that take customers or are on their way; one that closes after its last
    customer is no longer among them. `arrivals`, `completions`, `no_shows` and `busy_minutes` (running
    services and unanswered calls included) are of the day so far.
    """

    now: float
    waiting: int
    serving: int
    open_counters: int
    arrivals: int
    completions: int
    busy_minutes: float
    no_shows: int

    @property
    def present(self) -> int:
        """Tickets waiting and at a counter."""
        return self.waiting + self.serving


class ClassFloor:
    """Times in minutes since opening. `open` counters take customers; of those told to close, some may still
    be serving, so that `ends` holds more than `open`. `target` counts those on their way too.

    The queue holds priority * n + customer: a plain deque where all are alike, else a heap of whole numbers.
    Who left the queue is noticed when they would be called, or at a review: nothing else depends on it.
    """

    def __init__(self, customers: Customers, start_open: int, no_show_min: float, lag: float) -> None:
        n = len(customers.arrivals)
        self.customers = customers
        self.appears = customers.appears or [True] * n
        self.arrivals = [*customers.arrivals, math.inf]
        self.services = customers.services
        if customers.appears is not None:
            self.services = [
                s if there else no_show_min for s, there in zip(self.services, self.appears, strict=True)
            ]
        self.leaves = _leaving_times(customers)
        self.ends: list[float] = []  # of the services that run, a heap
        self.order: list[int] = []  # customers as they were called
        self.called_at = [math.nan] * n
        self.next = self.abandoned = 0
        self.open = self.target = start_open
        self.openings = 0
        self.minutes = self.since = 0.0  # counter-minutes, and up to when they are counted
        self.coming: deque[float] = deque()  # when counters that were asked for will be there
        self.no_show_min, self.lag = no_show_min, lag
        self.busy, self.booked = 0.0, 0  # occupied minutes of the first so many calls
        self.no_show_ends: list[float] = []  # ascending, as every unanswered call takes as long
        self._line_up(n)

    def _line_up(self, n: int) -> None:
        self.queue: deque[int] | list[int]
        if self.customers.priorities is None:
            self.keys: Sequence[int] = range(n)
            self.queue = line = deque[int]()
            self.put: Callable[[int], None] = line.append
            self.take: Callable[[], int] = line.popleft
        else:
            self.keys = [priority * n + one for one, priority in enumerate(self.customers.priorities)]
            self.queue = heap = list[int]()
            self.put, self.take = partial(heappush, heap), partial(heappop, heap)

    def run_until(self, limit: float) -> None:
        """Everything up to and at `limit` that no manager decides."""
        while self.coming and self.coming[0] <= limit:
            now = self.coming.popleft()
            self._flow(now)
            self._account(now)
            self.open += 1
            self._fill(now)
        if self.arrivals[self.next] <= limit or (self.ends and self.ends[0] <= limit):
            self._flow(limit)

    def _flow(self, limit: float) -> None:
        """Arrivals and ends of services, with the number of open counters as it is."""
        arrivals, services, leaves, keys = self.arrivals, self.services, self.leaves, self.keys
        ends, queue, put, take = self.ends, self.queue, self.put, self.take
        called_at, called, n, is_open = self.called_at, self.order.append, len(self.keys), self.open
        customer, arrival = self.next, arrivals[self.next]
        now = ends[0] if ends else math.inf  # when the next service ends
        while True:
            if arrival < now:
                if arrival > limit:
                    break
                if len(ends) < is_open:
                    called_at[customer] = arrival
                    called(customer)
                    heappush(ends, arrival + services[customer])
                    now = ends[0]
                else:
                    put(keys[customer])
                customer += 1
                arrival = arrivals[customer]
                continue
            if now > limit:
                break
            one = take() % n if queue and len(ends) <= is_open else NOBODY
            if leaves is not None and one >= 0 and leaves[one] <= now:
                one = self._next_who_stayed(now)
            if one >= 0:
                called_at[one] = now
                called(one)
                heapreplace(ends, now + services[one])
                now = ends[0]
            else:
                if len(ends) > is_open:
                    self._account(now)
                heappop(ends)
                now = ends[0] if ends else math.inf
        self.next = customer

    def staff(self, now: float, wanted: int) -> None:
        """Opens or closes counters so that `wanted` are open, or will be after the lag."""
        change = count(wanted, "controller") - self.target
        self._account(now)
        self.target = wanted
        self.openings += max(change, 0)
        if change > 0:
            still_there = max(0, len(self.ends) - self.open)  # told to close, but not gone
            at_once = change if self.lag == 0 else min(change, still_there)
            self.open += at_once
            self.coming.extend([now + self.lag] * (change - at_once))
            self._fill(now)
        while change < 0 and self.coming:
            self.coming.pop()
            change += 1
        self.open += min(change, 0)

    def empty(self, closes: float) -> None:
        """From closing time on: the counters stay until nobody waits."""
        self.forget_who_left(closes)
        if self.queue and self.target == 0:
            self.staff(closes, 1)
        now = closes
        while self.queue:
            now = min(self.ends[:1] + list(self.coming)[:1])
            self.run_until(now)
        self._account(now)
        self.coming.clear()
        self.open = self.target = 0
        self.run_until(max(self.ends, default=now))

    def moment(self, now: float) -> Moment:
        """What can be known of the day so far; `now` is where `run_until` has got to."""
        order, serving = self.order, len(self.ends)
        for one in order[self.booked :]:
            self.busy += self.services[one]
            if not self.appears[one]:
                self.no_show_ends.append(self.called_at[one] + self.no_show_min)
        self.booked = len(order)
        no_shows = bisect_right(self.no_show_ends, now)
        if self.leaves is not None:
            self.forget_who_left(now)
        busy = self.busy - sum(self.ends) + now * serving  # less what is still to come of the running ones
        completions = len(order) - serving - no_shows
        return Moment(now, len(self.queue), serving, self.target, self.next, completions, busy, no_shows)

    def forget_who_left(self, now: float) -> None:
        leaves, n = self.leaves, len(self.keys)
        if leaves is None or not self.queue:
            return
        kept = [key for key in self.queue if leaves[key % n] > now]
        self.abandoned += len(self.queue) - len(kept)
        self.queue.clear()
        self.queue.extend(kept)
        if isinstance(self.queue, list):
            heapify(self.queue)

    def _next_who_stayed(self, now: float) -> int:
        """The next customer in the queue; the one who was to be called has left."""
        assert self.leaves is not None
        self.abandoned += 1
        while self.queue:
            one = self.take() % len(self.keys)
            if self.leaves[one] > now:
                return one
            self.abandoned += 1
        return NOBODY

    def _fill(self, now: float) -> None:
        """Calls at counters that have just opened."""
        self.forget_who_left(now)
        while self.queue and len(self.ends) < self.open:
            one = self.take() % len(self.keys)
            self.called_at[one] = now
            self.order.append(one)
            heappush(self.ends, now + self.services[one])

    def _account(self, now: float) -> None:
        """Counts the counter-minutes up to now; called before any change of what is counted."""
        self.minutes += max(self.open, len(self.ends)) * (now - self.since)
        self.since = now


def _leaving_times(customers: Customers) -> list[float] | None:
    """When each customer would leave the queue; a ticket whose owner has gone waits for ever."""
    if customers.patience is None:
        return None
    there = customers.appears or [True] * len(customers.arrivals)
    each = zip(customers.arrivals, customers.patience, there, strict=True)
    return [arrival + patience if appears else math.inf for arrival, patience, appears in each]
