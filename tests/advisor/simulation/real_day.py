"""The real system with a crowd in it: every customer a ticket, every call a key that a teller presses."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from heapq import heappop, heappush
from itertools import count

from server.actions import customer, teller
from server.actions.decision import Action
from server.advisor.simulation.crowd import Crowd
from server.advisor.simulation.hall_day import CounterChange, SimulatedCall
from server.domain.counter import Counter
from server.domain.hall import Hall
from server.domain.ticket import Ticket
from tests.domain.floor import KIOSK, MACHINE, NINE, Floor, teller_of

SERVICES = {"cash": "deposit", "non_cash": "card", "vip": "deposit", "self_service": "deposit"}


@dataclass
class RealDay:
    """Times in minutes since nine o'clock. Whoever is idle presses the key as soon as somebody has come."""

    floor: Floor
    crowd: Crowd
    no_show_min: float = 1.0
    calls: list[SimulatedCall] = field(default_factory=list)
    missed: dict[str, int] = field(default_factory=dict)
    agenda: list[tuple[float, int, str, int | CounterChange]] = field(default_factory=list)
    order: "count[int]" = field(default_factory=count)

    def play(self, changes: Sequence[CounterChange]) -> list[SimulatedCall]:
        """All calls of the day."""
        self.expect(changes)
        self.run_until(math.inf)
        return self.calls

    def expect(self, changes: Sequence[CounterChange]) -> None:
        for change in changes:
            self.later(change.at, "change", change)
        for number, arrival in enumerate(self.crowd.arrivals):
            self.later(arrival, "arrive", number)

    def run_until(self, limit: float) -> None:
        while self.agenda and self.agenda[0][0] <= limit:
            now, _, what, whom = heappop(self.agenda)
            self.floor.now = NINE + timedelta(seconds=60 * now)
            if isinstance(whom, CounterChange):
                self.change(now, whom)
            else:
                {"arrive": self.arrive, "end": self.end, "leave": self.leave}[what](now, whom)

    def later(self, at: float, what: str, whom: int | CounterChange) -> None:
        heappush(self.agenda, (at, next(self.order), what, whom))

    @property
    def hall(self) -> Hall:
        return self.floor.hall

    def arrive(self, now: float, number: int) -> None:
        queue_id, segment = self.crowd.places[self.crowd.kinds[number]]
        at_machine = queue_id == "self_service"
        ticket_id = self.floor.take(SERVICES[queue_id], segment, at_machine=at_machine)
        assert ticket_id == f"main.t{number + 1:04d}"
        stays = self.crowd.missed_calls is not None and self.crowd.missed_calls[number] > 0
        if self.crowd.patience is not None and not self.crowd.unseen and not stays:
            self.later(now + self.crowd.patience[number], "leave", number)
        self.note_machines(now)
        self.everyone_idle(now, queue_id)

    def leave(self, now: float, number: int) -> None:
        ticket_id = f"main.t{number + 1:04d}"
        if self.floor.ticket_waits(ticket_id):
            self.floor.do(KIOSK, customer.cancel, ticket_id=ticket_id)

    def end(self, now: float, number: int) -> None:
        """The service at this counter is over, or its teller has waited long enough."""
        desk = self.hall.counters[f"main.{number}"]
        ticket = self.hall.at_counter[desk.id]
        if not self.answers(ticket):
            self.missed[ticket.id] = self.missed.get(ticket.id, 0) + 1
            self.press(desk, teller.no_show, ticket)
            self.note_machines(now)
            self.everyone_idle(now, ticket.queue_id)
        elif desk.is_machine or not desk.is_open:
            self.press(desk, teller.finish, ticket)
            self.note_machines(now)
        if desk.is_open and self.hall.at_counter.get(desk.id) in (None, ticket):
            self.press_next(now, desk)

    def change(self, now: float, change: CounterChange) -> None:
        desk = self.hall.counters[change.counter_id]
        action = teller.open_counter if change.is_open else teller.pause_counter
        if change.is_open or desk.is_open:
            self.floor.do(teller_of(desk.number), action, counter_id=desk.id)
        if self.free(self.hall.counters[desk.id]):
            self.press_next(now, desk)

    def everyone_idle(self, now: float, queue_id: str) -> None:
        """Those whose own queue it is press before those who help."""
        for helps in (False, True):
            for desk in list(self.hall.counters.values()):
                entries = [entry for entry in desk.profile if entry.queue_id == queue_id and entry.helps == helps]
                if entries and self.free(desk) and not desk.is_machine and self.hall.waiting.get(queue_id):
                    self.press_next(now, desk)

    def free(self, desk: Counter) -> bool:
        return desk.is_open and desk.id not in self.hall.at_counter

    def press(self, desk: Counter, action: Action, ticket: Ticket) -> None:
        self.floor.do(MACHINE if desk.is_machine else teller_of(desk.number), action, ticket_id=ticket.id)

    def press_next(self, now: float, desk: Counter) -> None:
        if not desk.is_machine and self.floor.next(desk.number) is not None:
            self.note(now, desk)

    def note_machines(self, now: float) -> None:
        """Machines call by themselves in the course of a command."""
        noted = {call.counter_id: call for call in self.calls}
        for desk in self.hall.counters.values():
            ticket = self.hall.at_counter.get(desk.id)
            fresh = ticket is not None and ticket.called_at == self.floor.now
            if desk.is_machine and fresh and (desk.id not in noted or noted[desk.id].at != now):
                self.note(now, desk)

    def note(self, now: float, desk: Counter) -> None:
        """A call that has been made: who it is, and when it will be over."""
        ticket = self.hall.at_counter[desk.id]
        number = int(ticket.id[-4:]) - 1
        self.calls.append(SimulatedCall(now, desk.id, number))
        vain = self.hall.branch.rules.machine_no_show_s / 60 if desk.is_machine else self.no_show_min
        self.later(now + (self.crowd.services[number] if self.answers(ticket) else vain), "end", desk.number)

    def answers(self, ticket: Ticket) -> bool:
        """Whether the customer comes to this call."""
        number = int(ticket.id[-4:]) - 1
        assert ticket.called_at is not None
        if self.crowd.unseen and self.crowd.patience is not None:
            waited = (ticket.called_at - ticket.arrived_at).total_seconds() / 60
            return waited < self.crowd.patience[number]
        if self.crowd.missed_calls is None:
            return True
        return self.missed.get(ticket.id, 0) >= self.crowd.missed_calls[number]
