"""One ticket's stay in its class: where it is, for how long it has occupied counters, and how its wait ended."""

from dataclasses import dataclass

from server.advisor.class_record import ClassRecord
from server.advisor.service_record import ServiceRecord
from server.advisor.target_record import past
from server.domain.ticket import AT_COUNTER, State, Ticket

# After these a call was answered.
PRESENT = frozenset({"started", "completed", "parked", "resumed", "transferred", "deferred"})
SAID_SO = frozenset({"abandoned", "cancelled"})


@dataclass(slots=True)
class Stay:
    """Times in minutes since the epoch; `occupied` and what follows it are lengths.

    `in_line_since` is set while a ticket waits for its first call, `waited` while it is not known whether that
    call was answered.
    """

    record: ClassRecord
    service: ServiceRecord
    queue_id: str
    quoted: bool = False  # whether what was promised was promised for this class
    waiting: bool = False
    occupies: bool = False
    since: float = 0.0
    occupied: float = 0.0
    called: bool = False
    at_call: float = 0.0  # occupied until the last call
    at_start: float | None = None  # and until the service began
    in_line_since: float | None = None
    waited: float | None = None
    ticket: Ticket | None = None  # as it was last told of

    def join(self, came: float, now: float) -> None:
        """Came in and has waited for the first call since, as is told of at `now`."""
        self.record.arrive(came, now, self.queue_id)
        self.record.patience.join(came)
        self.in_line_since = came

    def enter(self, state: State, now: float) -> None:
        self.waiting, self.occupies, self.since = state is State.WAITING, state in AT_COUNTER, now
        self._level(+1, now)

    def leave(self, now: float) -> None:
        self._level(-1, now)
        if self.occupies:
            self.occupied += now - self.since

    def call(self, ticket: Ticket, now: float, target: float | None) -> None:
        """`target` is the wait in minutes that the branch has set itself for it; None: it has not."""
        again = self.called or ticket.put_back
        waited = None if again else now - ticket.arrived_at.timestamp() / 60
        self.record.call(now, waited)
        if waited is not None:
            self.record.targets.call(waited, target)
        if waited is not None and self.quoted and ticket.quote_p50_s is not None and ticket.quote_p90_s is not None:
            p10 = None if ticket.quote_p10_s is None else ticket.quote_p10_s / 60
            self.record.quotes.add(waited, p10, ticket.quote_p50_s / 60, ticket.quote_p90_s / 60)
        if self.in_line_since is not None:
            self.waited = self._leave_line(now)
        self.called, self.at_call, self.at_start = True, self.occupied, None

    def start(self) -> None:
        """The service begins: the walk to the counter was from the call until now."""
        self.at_start = self.occupied
        self.record.walk_up.add(self.occupied - self.at_call)

    def answer(self, what: str, still_here: bool, now: float) -> None:
        """What became of the wait, as far as `what` happened tells it."""
        patience = self.record.patience
        if self.waited is not None:
            if what in PRESENT:
                patience.stayed(self.waited)
                self.waited = None
            elif what == "no_show" or what in SAID_SO:
                patience.had_gone(self.waited, now)
                self.waited = None
        elif self.in_line_since is not None and (what == "transferred" or not still_here):
            waited = self._leave_line(now)
            if what in SAID_SO:
                patience.went(waited)
            elif what == "transferred":
                patience.stayed(waited)

    def give_up(self, target: float | None, now: float) -> None:
        """The ticket ends before its first call."""
        if self.in_line:
            self.record.targets.leave(self._in_line_for(now), target)

    def is_late(self, target: float | None, now: float) -> bool:
        """Whether they wait for their first call, longer than they ought to."""
        return self.in_line and target is not None and past(self._in_line_for(now), target)

    @property
    def in_line(self) -> bool:
        """Waiting for the first call, and not let wait because they asked for it."""
        return self.in_line_since is not None and self.ticket is not None and not self.ticket.put_back

    def _in_line_for(self, now: float) -> float:
        return 0.0 if self.in_line_since is None else now - self.in_line_since

    def depart(self, what: str, now: float) -> None:
        """Leaves the class for good, having been called. Whoever expires with the day was forgotten at the
        counter: nobody knows when that ended, so it is as if it had not been."""
        if what == "expired":
            self.record.services.forget(self.occupied)
            self.service.counted.forget(self.occupied)
            return
        in_service = None if self.at_start is None else self.occupied - self.at_start
        self.record.depart(now, self.occupied, what, in_service)
        self.service.counted.add(now)
        if what == "completed":
            self.service.durations.add(self.occupied)

    def _leave_line(self, now: float) -> float:
        assert self.in_line_since is not None
        waited = now - self.in_line_since
        self.record.patience.quit_line(self.in_line_since)
        self.in_line_since = None
        return waited

    def _level(self, change: int, now: float) -> None:
        self.record.touch(now)
        self.record.waiting += change * self.waiting
        self.record.services.advance(now)
        self.record.services.running += change * self.occupies
        if self.occupies:
            self.service.run(change, now)
