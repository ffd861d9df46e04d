"""Writes a branch's events as the rules would: for measuring a day without running a server."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from server.domain.branch import Branch, ClassPolicy, CounterClass, Queue, Service
from server.domain.counter import Counter, Status
from server.domain.events import Event
from server.domain.ticket import Segment, State, Ticket, move

DAY = date(2026, 3, 2)
OPENS = datetime.combine(DAY, time(8, 30), ZoneInfo("Asia/Shanghai")).astimezone(UTC)
CASH, VIP = CounterClass.CASH, CounterClass.VIP
KEYS = ("cash", "vip", "self_service")


def branch(arrivals_per_hour: float = 12.0, service_min: float = 10.0) -> Branch:
    policy = ClassPolicy(60.0, 90.0, service_min, arrivals_per_hour)
    return Branch(
        id="main",
        name={"en": "Branch"},
        time_zone="Asia/Shanghai",
        opens=time(8, 30),
        closes=time(17, 0),
        open_days=tuple(range(7)),
        queues={key: Queue(key, key[0].upper(), CounterClass(key), {"en": key}) for key in KEYS},
        services={key: Service(key, {"en": key}, key) for key in KEYS},
        segment_queues={},
        policies=dict.fromkeys(KEYS, policy),
    )


def counter(number: int, counter_class: CounterClass = CASH, status: Status = Status.OPEN) -> Counter:
    return Counter(f"main.{number}", "main", number, counter_class, (), status)


class Log:
    """Events in order, `minute` counted from the opening of the branch, `day` from a Monday on."""

    def __init__(self, day: int = 0) -> None:
        self.day = day
        self.events = [self._event(-60, "branch.day_started")]
        self.tickets: dict[str, Ticket] = {}

    def _event(self, minute: float, kind: str, **what: object) -> Event:
        seq = len(getattr(self, "events", ())) + 1
        day = DAY + timedelta(days=self.day) if kind == "branch.day_started" else None
        return Event(f"e{seq}", "main", seq, kind, self.at(minute), "test", 1, day=day, **what)  # type: ignore[arg-type]

    def at(self, minute: float) -> datetime:
        return at(minute + 24 * 60 * self.day)

    def counter(self, minute: float, number: int, what: str = "opened", counter_class: CounterClass = CASH) -> None:
        status = {"opened": Status.OPEN, "paused": Status.PAUSED, "closed": Status.CLOSED}[what]
        self.events.append(self._event(minute, f"counter.{what}", counter=counter(number, counter_class, status)))

    def issue(self, minute: float, name: str, queue_id: str = "cash", **more: Any) -> None:
        when = self.at(minute)
        self._ticket(
            minute,
            "issued",
            Ticket(
                id=name, visit_id=name, branch_id="main", business_day=DAY, prefix="A", serial=1, step=1,
                number=name, service_id=more.pop("service_id", queue_id), later_services=(), queue_id=queue_id,
                segment=Segment.ORDINARY, state=State.WAITING, issued_at=when, arrived_at=when, order_at=when, **more,
            ),
        )  # fmt: skip

    def call(self, minute: float, name: str, number: int = 1) -> None:
        self.move(minute, name, "called", counter_id=f"main.{number}", called_at=self.at(minute), calls=1)

    def move(self, minute: float, name: str, what: str, **changes: object) -> None:
        self._ticket(minute, what, move(self.tickets[name], what, **changes))

    def miss(self, minute: float, name: str) -> None:
        """Nobody came: back in the queue."""
        ticket = self.tickets[name]
        self.move(minute, name, "returned", misses=ticket.misses + 1, counter_id=None, called_at=None)

    def serve(self, start: float, minutes: float, name: str, number: int = 1) -> None:
        self.call(start, name, number)
        self.move(start, name, "started", started_at=self.at(start))
        self.move(start + minutes, name, "completed", ended_at=self.at(start + minutes))

    def _ticket(self, minute: float, what: str, ticket: Ticket) -> None:
        self.tickets[ticket.id] = ticket
        self.events.append(self._event(minute, f"ticket.{what}", ticket=ticket))

    def in_order(self) -> list[Event]:
        """By time, for logs that were written one customer after another."""
        ordered = sorted(self.events, key=lambda event: event.at)
        return [replace(event, seq=seq) for seq, event in enumerate(ordered, start=1)]


def at(minute: float) -> datetime:
    return OPENS + timedelta(minutes=minute)


def first_come_day(arrivals: Iterable[float], services: Iterable[float], counters: int, day: int = 0) -> Log:
    """Customers at the given minutes, served in order of arrival, to the end of the last service."""
    log, free = Log(day), [0.0] * counters
    for number in range(1, counters + 1):
        log.counter(0.0, number)
    for index, (arrival, service) in enumerate(zip(arrivals, services, strict=False)):
        number = min(range(counters), key=free.__getitem__)
        start = max(arrival, free[number])
        free[number] = start + service
        log.issue(arrival, f"A{index}")
        log.serve(start, service, f"A{index}", number + 1)
    return log
