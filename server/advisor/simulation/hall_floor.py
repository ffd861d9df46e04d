"""A whole branch, event by event, with the rules of the real one deciding every call."""

import math
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from heapq import heappop, heappush
from typing import cast

from server.advisor.simulation.crowd import Crowd, leaving_times
from server.advisor.simulation.lines import Line, PaperTicket, order_of_arrival, paper_of
from server.domain.branch import ProfileEntry
from server.domain.counter import Status
from server.domain.evolve import passed_by
from server.domain.hall import Hall, QueueTally
from server.domain.routing import choose, credit_after
from server.domain.ticket import Segment, Ticket

NOBODY = -1


class HallFloor:
    """Times in minutes since `begins`. Counters and customers go by number: counters in the order in which
    they get the chance to call (machines, which need no key pressed, before all others), customers as in the
    crowd. `hall` is the simulation's own; its queues hold the first of every line and the promised.
    """

    def __init__(self, hall: Hall, begins: datetime, crowd: Crowd, no_show_min: float) -> None:
        self.hall, self.begins, self.crowd, self.no_show_min = hall, begins, crowd, no_show_min
        self.counters = sorted(hall.counters.values(), key=lambda c: not c.is_machine)
        # The rules ask for tickets and look at nothing in them that a paper ticket has not got.
        self.waiting: dict[str, dict[int, PaperTicket]] = {queue_id: {} for queue_id in hall.branch.queues}
        hall.waiting = cast(dict[str, dict[str, Ticket]], self.waiting)
        queues = hall.branch.queues
        self.lines = [Line(queues[queue_id], segment, self.waiting[queue_id]) for queue_id, segment in crowd.places]
        self.line_of = [self.lines[kind] for kind in crowd.kinds]
        self.arrivals = [*crowd.arrivals, math.inf]
        self.leaves = leaving_times(crowd)
        self.seen_leaving = crowd.patience is not None and not crowd.unseen
        self.never_late = crowd.missed_calls is None and not crowd.unseen
        self.missed = [0] * len(crowd.arrivals)
        self.papers: dict[int, PaperTicket] = {}  # of those who waited when the simulation began
        self.events: list[tuple[float, int]] = []  # ends at counters; below zero, customers who leave
        self.next = 0
        self.no_shows: list[int] = []
        n = len(self.counters)
        self.at = [NOBODY] * n
        self.busy_until = [-math.inf] * n
        self.since = [0.0] * n  # from when an open counter's minutes are still to be counted
        self.minutes = [0.0] * n
        self.idle: set[int] = set()
        self.unanswered: set[int] = set()
        self.calls: list[tuple[float, int, int, float]] = []  # time, counter, customer, end
        self.called_at = [math.nan] * len(crowd.arrivals)
        self.passed: dict[tuple[int, str], list[QueueTally]] = {}
        self._know_counters()

    def _know_counters(self) -> None:
        """What follows from the counters' states and profiles; they change a few times a day."""
        self.looks_at = [[self.waiting[entry.queue_id] for entry in each.profile] for each in self.counters]
        self.is_open = [counter.is_open for counter in self.counters]
        askers: dict[str, tuple[list[int], list[int]]] = {queue_id: ([], []) for queue_id in self.waiting}
        for number, counter in enumerate(self.counters):
            if counter.is_open:
                for entry in counter.profile:
                    askers[entry.queue_id][entry.helps].append(number)
        for line in self.lines:
            own, helping = askers[line.queue.id]
            line.askers = own + helping
        self.passed = {}

    def run_until(self, limit: float) -> None:
        """Everything up to and at `limit` (infinity: to the end) that no manager decides."""
        events, arrivals, n = self.events, self.arrivals, len(self.line_of)
        at, unanswered = self.at, self.unanswered
        customer, arrival = self.next, self.arrivals[self.next]
        while True:
            if events and events[0][0] <= arrival:
                if events[0][0] > limit:
                    break
                now, what = heappop(events)
                if what < 0:
                    self._leave(~what, now)
                elif what in unanswered:
                    self._miss(what, now)
                else:
                    at[what] = NOBODY
                    if self.is_open[what]:
                        self._call_next(what, now)
            elif customer == n or arrival > limit:
                break
            else:
                self._arrive(customer, arrival)
                customer += 1
                arrival = arrivals[customer]
        self.next = customer

    def seat(self, tickets: Mapping[int, Ticket], served_at: Mapping[int, str]) -> None:
        """The people who are there when the simulation begins, by customer: the tickets of those who wait,
        and the counters of those who are served. They are the first of the crowd."""
        self.next = len(tickets) + len(served_at)
        number_of = {counter.id: number for number, counter in enumerate(self.counters)}
        for customer, counter_id in served_at.items():
            number, minutes = number_of[counter_id], self.crowd.services[customer]
            self.at[number], self.busy_until[number], self.called_at[customer] = customer, minutes, 0.0
            heappush(self.events, (minutes, number))
        for customer, ticket in sorted(tickets.items(), key=lambda item: order_of_arrival(item[1])):
            line = self.line_of[customer]
            self.papers[customer] = paper = paper_of(ticket, customer, line.queue)
            if paper.promised:
                self.never_late = False  # what was promised is counted by calls
                self._put_back(paper, line, 0.0)
            else:
                line.customers.append(customer)
        for line in self.lines:
            self._move_up(line, 0.0)

    def begin(self) -> None:
        """Every open counter with nobody at it is free to call."""
        self.idle = {k for k, one in enumerate(self.at) if one == NOBODY and self.is_open[k]}
        for number in sorted(self.idle):
            self._call_next(number, 0.0)

    def _arrive(self, customer: int, now: float) -> None:
        line, idle = self.line_of[customer], self.idle
        if idle:  # nobody waits whom an idle counter could serve, so there is nothing to choose
            for number in line.askers:
                if number in idle:
                    idle.discard(number)
                    self._begin(number, customer, line, now)
                    return
        line.customers.append(customer)
        if line.head is None:
            self._move_up(line, now)

    def set_counter(self, number: int, now: float, *, is_open: bool, profile: tuple[ProfileEntry, ...]) -> None:
        """Opens or closes a counter, or has it serve other queues. A running service goes on to its end."""
        before = self.counters[number]
        status = Status.OPEN if is_open else Status.PAUSED
        self.counters[number] = counter = replace(before, status=status, profile=profile)
        self.hall.counters[counter.id] = counter
        if before.is_open and not is_open:
            self._count_minutes(number, max(now, self.busy_until[number]))
            self.idle.discard(number)
        elif is_open and not before.is_open:
            self.since[number] = max(now, self.since[number])
            if self.at[number] == NOBODY:
                self.idle.add(number)
        self._know_counters()
        for k in sorted(self.idle):
            self._call_next(k, now)

    def minutes_until(self, now: float) -> list[float]:
        """Minutes for which each counter has been open; one that has closed is counted to its last service's
        end, which may yet lie ahead."""
        each = zip(self.minutes, self.since, self.is_open, strict=True)
        return [minutes + (now - since if is_open else min(0.0, now - since)) for minutes, since, is_open in each]

    def count_minutes_to(self, closes: float) -> None:
        """The end of the day: an open counter stays until its last customer has gone."""
        for number, counter in enumerate(self.counters):
            if counter.is_open:
                self._count_minutes(number, max(closes, self.busy_until[number]))

    def gave_up_at(self, customer: int, last: float) -> float:
        """When somebody who was not served stopped waiting, `last` at the latest. Who left calls unanswered
        never waited: they had taken a ticket and gone."""
        missed = self.crowd.missed_calls
        if missed is not None and missed[customer] > 0:
            return self.arrivals[customer]
        return min(self.leaves[customer], last)

    def _count_minutes(self, number: int, until: float) -> None:
        self.minutes[number] += until - self.since[number]
        self.since[number] = until

    def _call_next(self, number: int, now: float) -> None:
        """What happens where a teller presses the key, or a machine is free."""
        there = [tickets for tickets in self.looks_at[number] if tickets]
        if not there:
            self.idle.add(number)
            return
        self.idle.discard(number)
        if len(there) == 1 and len(there[0]) == 1:
            (customer,) = there[0]  # nobody to choose from, and no turn that anyone else wanted
        else:
            choice = choose(self.hall, self.counters[number], self._clock(now))
            assert choice is not None
            customer = cast(PaperTicket, choice.ticket).customer
            self.hall.vip_credit = credit_after(self.hall, choice.reason)
        line = self.line_of[customer]
        self._take_out(line, customer, now)
        self._begin(number, customer, line, now)

    def _take_out(self, line: Line, customer: int, now: float) -> None:
        if line.tickets.pop(customer) is line.head:
            line.head = None
            if line.customers:
                self._move_up(line, now)

    def _move_up(self, line: Line, now: float) -> None:
        """The first in the line comes before the rules."""
        while line.customers:
            customer = line.customers.popleft()
            if self.seen_leaving:
                if self.leaves[customer] <= now:
                    continue
                heappush(self.events, (self.leaves[customer], ~customer))
            line.head = line.tickets[customer] = self.papers.get(customer) or self._paper(customer, line)
            return

    def _paper(self, customer: int, line: Line) -> PaperTicket:
        return PaperTicket(customer, line.queue, line.segment, self._clock(self.arrivals[customer]), customer)

    def _clock(self, minutes: float) -> datetime:
        return self.begins + timedelta(0, 60 * minutes)

    def _begin(self, number: int, customer: int, line: Line, now: float) -> None:
        """A customer is called to a counter, and served there if they come."""
        minutes = self.crowd.services[customer]
        if self.never_late:
            self.called_at[customer] = now
        else:
            for tally in self._tallies(number, line.queue.id):
                tally.calls += 1
            if self._answers(customer, now):
                self.called_at[customer] = now
            else:
                minutes = self._vain_minutes(number)
                self.unanswered.add(number)
        self.at[number] = customer
        self.busy_until[number] = end = now + minutes
        self.calls.append((now, number, customer, end))
        heappush(self.events, (end, number))

    def _answers(self, customer: int, now: float) -> bool:
        if self.crowd.unseen and self.leaves[customer] <= now:
            return False
        return self.crowd.missed_calls is None or self.missed[customer] >= self.crowd.missed_calls[customer]

    def _miss(self, number: int, now: float) -> None:
        """As the teller's key for a missed number: back some places, a few times; then it is gone."""
        customer, self.at[number] = self.at[number], NOBODY
        self.unanswered.discard(number)
        line, rules = self.line_of[customer], self.hall.branch.rules
        ticket = self.papers.setdefault(customer, self._paper(customer, line))
        ticket.misses += 1
        self.missed[customer] += 1
        if self.is_open[number]:
            self.idle.add(number)
        if ticket.misses > rules.max_misses:
            self.no_shows.append(customer)
        else:
            ticket.due_call = self.hall.tally(line.queue.id).calls + rules.back_places
            self._put_back(ticket, line, now)
            for each in line.askers:
                if each in self.idle:
                    self._call_next(each, now)
        if number in self.idle:
            self._call_next(number, now)

    def _put_back(self, ticket: PaperTicket, line: Line, now: float) -> None:
        """A promised ticket is before the rules at once, wherever its line has got to."""
        line.tickets[ticket.customer] = ticket
        if self.seen_leaving:
            heappush(self.events, (max(now, self.leaves[ticket.customer]), ~ticket.customer))

    def _leave(self, customer: int, now: float) -> None:
        line = self.line_of[customer]
        if customer in line.tickets:
            self._take_out(line, customer, now)

    def _vain_minutes(self, number: int) -> float:
        """How long a counter waits for somebody who does not come."""
        is_machine = self.counters[number].is_machine
        return self.hall.branch.rules.machine_no_show_s / 60 if is_machine else self.no_show_min

    def _tallies(self, number: int, queue_id: str) -> list[QueueTally]:
        """The tallies that a call of this counter from this queue adds to."""
        key = number, queue_id
        if key not in self.passed:
            called = PaperTicket(NOBODY, self.hall.branch.queues[queue_id], Segment.ORDINARY, self.begins, 0)
            ids = passed_by(self.hall, self.counters[number], cast(Ticket, called))
            self.passed[key] = [self.hall.tally(each) for each in ids]
        return self.passed[key]
