"""The live state of one branch: who waits, who is being served, which counters are open."""

from collections import Counter as Counted
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from server.domain.advice import Advice
from server.domain.announcement import Announcement
from server.domain.block import Block
from server.domain.branch import Branch, CounterClass
from server.domain.counter import Counter
from server.domain.device import Device
from server.domain.line import Line
from server.domain.refusals import Refusal
from server.domain.ticket import Ticket

RECENT_CALLS = 12


@dataclass(slots=True)
class QueueTally:
    """What a queue has counted since the business day began."""

    last_serial: int = 0
    calls: int = 0  # those that it could have had: what the places of a missed number are counted by


class Counters(dict[str, Counter]):
    """id -> counter. What every press asks of them is worked out once, and again after a counter has changed."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._open: OpenCounters | None = None

    def __setitem__(self, counter_id: str, counter: Counter) -> None:
        super().__setitem__(counter_id, counter)
        self._open = None

    @property
    def open(self) -> "OpenCounters":
        if self._open is None:
            self._open = OpenCounters(list(self.values()))
        return self._open


class OpenCounters:
    """The counters that are open: all, the machines, by class, those that have a queue or help in it, and how
    many have each profile."""

    def __init__(self, counters: Sequence[Counter]) -> None:
        self.all = [counter for counter in counters if counter.is_open]
        self.machines = [counter for counter in self.all if counter.is_machine]
        self.of_class: dict[CounterClass, list[Counter]] = {}
        self.own: dict[str, list[Counter]] = {}
        self.helping: dict[str, list[Counter]] = {}
        self.profiles = Counted(counter.profile for counter in self.all)
        for counter in self.all:
            self.of_class.setdefault(counter.counter_class, []).append(counter)
            for entry in counter.profile:
                serving = self.helping if entry.helps else self.own
                serving.setdefault(entry.queue_id, []).append(counter)


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
    counters: dict[str, Counter] = field(default_factory=Counters)
    tickets: dict[str, Ticket] = field(default_factory=dict)
    waiting: dict[str, dict[str, Ticket]] = field(default_factory=dict)  # queue -> its waiting tickets
    at_counter: dict[str, Ticket] = field(default_factory=dict)  # counter -> ticket called or served there
    tallies: dict[str, QueueTally] = field(default_factory=dict)
    vip_credit: int = 0  # how far VIPs are behind (+) or ahead (-) of their share
    recent_calls: list[Call] = field(default_factory=list)
    advices: dict[str, Advice] = field(default_factory=dict)  # class -> the advice that stands
    unscored: dict[str, Advice] = field(default_factory=dict)  # id -> advice that nobody has judged yet
    settled_at: dict[str, datetime] = field(default_factory=dict)  # class -> last change or dismissal
    blocks: dict[str, Block] = field(default_factory=dict)  # id -> numbers leased today
    devices: dict[str, Device] = field(default_factory=dict)  # id -> what it has told of itself today
    announcements: dict[str, Announcement] = field(default_factory=dict)  # ticket at a counter -> the newest

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

    def block(self, block_id: str) -> Block:
        found = self.blocks.get(block_id)
        if found is None:
            raise Refusal("block_not_found")
        return found

    def line(self, queue_id: str) -> Line:
        """Who waits in the queue; an empty line where nobody has yet."""
        found = self.waiting.get(queue_id, {})
        if not isinstance(found, Line):
            found = self.waiting[queue_id] = Line(found.values())
        return found

    @property
    def open_now(self) -> OpenCounters:
        """The open counters, by what is asked of them."""
        known = self.counters
        return known.open if isinstance(known, Counters) else OpenCounters(list(known.values()))

    def open_counters(self, counter_class: CounterClass) -> list[Counter]:
        return list(self.open_now.of_class.get(counter_class, ()))

    def open_for(self, queue_id: str) -> list[Counter]:
        """The open counters whose next call may be from this queue: those that have it as their own, or where there
        are none, those that help."""
        return self.open_serving(queue_id) or list(self.open_now.helping.get(queue_id, ()))

    def open_serving(self, queue_id: str) -> list[Counter]:
        """The open counters that have this queue as their own."""
        return list(self.open_now.own.get(queue_id, ()))
