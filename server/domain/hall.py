"""The live state of one branch: who waits, who is being served, which counters are open."""

from dataclasses import dataclass, field
from datetime import date, datetime

from server.domain.advice import Advice
from server.domain.branch import Branch, CounterClass
from server.domain.counter import Counter
from server.domain.refusals import Refusal
from server.domain.ticket import Ticket

RECENT_CALLS = 12


@dataclass(slots=True)
class QueueTally:
    """What a queue has counted since the business day began."""

    last_serial: int = 0
    calls: int = 0  # those that it could have had: what the places of a missed number are counted by


@dataclass(frozen=True, slots=True)
class Call:
    """One call-out, as the lobby heard it."""

    seq: int
    number: str
    counter_number: int
    queue_id: str
    at: datetime
    repeat: bool


@dataclass(slots=True)
class Hall:
    """Owned by whoever holds the branch; only `evolve` changes it. Held tickets are the open ones and
    today's no-shows, who are taken on again when they come back."""

    branch: Branch
    epoch: str
    seq: int = 0
    last_at: datetime | None = None
    business_day: date | None = None
    day_seq: int = 0  # the event that began the business day
    counters: dict[str, Counter] = field(default_factory=dict)
    tickets: dict[str, Ticket] = field(default_factory=dict)
    waiting: dict[str, dict[str, Ticket]] = field(default_factory=dict)  # queue -> its waiting tickets
    at_counter: dict[str, Ticket] = field(default_factory=dict)  # counter -> ticket called or served there
    tallies: dict[str, QueueTally] = field(default_factory=dict)
    vip_credit: int = 0  # how far VIPs are behind (+) or ahead (-) of their share
    recent_calls: list[Call] = field(default_factory=list)
    advices: dict[str, Advice] = field(default_factory=dict)  # class -> the advice that stands
    unscored: dict[str, Advice] = field(default_factory=dict)  # id -> advice that nobody has judged yet
    settled_at: dict[str, datetime] = field(default_factory=dict)  # class -> last change or dismissal

    def tally(self, queue_id: str) -> QueueTally:
        return self.tallies.setdefault(queue_id, QueueTally())

    def ticket(self, ticket_id: str) -> Ticket:
        found = self.tickets.get(ticket_id)
        if found is None:
            raise Refusal("ticket_not_found")
        return found

    def counter(self, counter_id: str) -> Counter:
        found = self.counters.get(counter_id)
        if found is None:
            raise Refusal("counter_not_found")
        return found

    def open_counters(self, counter_class: CounterClass) -> list[Counter]:
        return [c for c in self.counters.values() if c.is_open and c.counter_class is counter_class]

    def open_serving(self, queue_id: str) -> list[Counter]:
        """The open counters that have this queue as their own."""
        return [
            counter
            for counter in self.counters.values()
            if counter.is_open and any(e.queue_id == queue_id and not e.helps for e in counter.profile)
        ]
