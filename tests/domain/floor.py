"""A small branch, and a floor on which actions are run just as the server runs them."""

from copy import copy, deepcopy
from dataclasses import fields
from datetime import UTC, datetime, time, timedelta
from typing import Any

from server.actions import customer, teller
from server.actions.decision import Action, Actor, Command
from server.actions.run import begin_day, run
from server.domain.audience import whole
from server.domain.branch import Branch, ClassPolicy, CounterClass, ProfileEntry, Queue, Rules, Service
from server.domain.counter import Counter, Status
from server.domain.events import Event
from server.domain.hall import Hall, QueueTally
from server.domain.ticket import Segment, State, Ticket

NINE = datetime(2026, 3, 2, 1, tzinfo=UTC)  # a Monday, nine o'clock in the branch
KIOSK = Actor("kiosk", "kiosk-1", "Entrance")
MANAGER = Actor("manager", "manager-1", "Zhao Lei")
MACHINE = Actor("machine", "machine-1", "Machines")
STRANGER = Actor("teller", "teller-99", "Somebody")
PREFIXES = {"cash": "A", "non_cash": "B", "vip": "V", "self_service": "S"}

Json = dict[str, Any]


def teller_of(number: int) -> Actor:
    """Whoever usually sits at this counter."""
    return Actor("teller", f"teller-{number}", f"Teller {number}")


def example_branch(rules: Rules | None = None) -> Branch:
    names = {"en": "x", "zh": "某"}
    return Branch(
        id="main",
        name=names,
        time_zone="Asia/Shanghai",
        opens=time(8, 30),
        closes=time(17, 0),
        open_days=(0, 1, 2, 3, 4, 5),
        queues={key: Queue(key, prefix, CounterClass(key), names) for key, prefix in PREFIXES.items()},
        services={
            "deposit": Service("deposit", names, "cash", "self_service"),
            "exchange": Service("exchange", names, "cash"),
            "card": Service("card", names, "non_cash", "self_service"),
        },
        segment_queues={"vip": "vip"},
        policies={key: ClassPolicy(60.0, 90.0, 8.0, 12.0) for key in PREFIXES},
        rules=rules or Rules(),
    )


def counter(number: int, own: str, helps: str = "", status: Status = Status.CLOSED) -> Counter:
    """`own` and `helps` name queues; the class is that of the first."""
    entries = [ProfileEntry(key) for key in own.split()] + [ProfileEntry(key, helps=True) for key in helps.split()]
    return Counter(f"main.{number}", "main", number, CounterClass(own.split()[0]), tuple(entries), status)


def example_counters() -> list[Counter]:
    return [
        counter(1, "cash vip", "non_cash"),
        counter(2, "cash"),
        counter(3, "non_cash", "cash"),
        counter(4, "vip", "cash"),
        counter(5, "self_service", status=Status.OPEN),
        counter(6, "self_service", status=Status.OPEN),
    ]


class Floor:
    """The hall, the time, and the log of all that happened. Counters are named by their numbers."""

    def __init__(self, *counters: Counter, rules: Rules | None = None) -> None:
        self.hall = Hall(example_branch(rules), "first")
        self.hall.counters = {c.id: c for c in counters or example_counters()}
        self.installed = deepcopy(self.hall)
        self.now = NINE
        self.log: list[Event] = []
        self._taken = 0

    def wait(self, minutes: float) -> None:
        self.now += timedelta(minutes=minutes)

    def begin_day(self) -> list[Event]:
        events = begin_day(self.hall, self.now)
        self.log += events
        return events

    def do(self, actor: Actor, action: Action, **arguments: Any) -> Json:
        """The answer, or the Refusal; a day that has begun has begun in either case."""
        self.begin_day()
        events, answer = run(self.hall, Command("main", actor, action, arguments), self.now)
        self.log += events
        return {name: whole(found) if hasattr(found, "__slots__") else found for name, found in answer.items()}

    def take(self, service: str = "deposit", segment: str = "ordinary", **asked: Any) -> str:
        """The id of a new ticket; `service` may name several."""
        self._taken += 1
        arguments = {"services": service.split(), "segment": Segment(segment), **asked}
        answer = self.do(KIOSK, customer.take_ticket, ticket_id=f"main.t{self._taken:04d}", **arguments)
        return str(answer["ticket"]["id"])

    def open(self, *numbers: int) -> None:
        for number in numbers:
            self.do(teller_of(number), teller.open_counter, counter_id=f"main.{number}")

    def next(self, number: int = 1) -> str | None:
        """The id of the ticket that the counter called; None when nobody waits for it."""
        ticket = self.press_next(number)["ticket"]
        return None if ticket is None else str(ticket["id"])

    def press_next(self, number: int = 1) -> Json:
        return self.do(teller_of(number), teller.call_next, counter_id=f"main.{number}")

    def why(self, number: int = 1) -> str:
        """The code of the rule that chose the counter's next ticket."""
        return str(self.press_next(number)["reason"]["code"])

    def press(self, action: Action, ticket_id: str, number: int = 1, **arguments: Any) -> Json:
        """A key of the counter's teller, for one ticket."""
        return self.do(teller_of(number), action, ticket_id=ticket_id, **arguments)

    def ticket(self, ticket_id: str) -> Ticket:
        return self.hall.tickets[ticket_id]

    def ticket_waits(self, ticket_id: str) -> bool:
        return ticket_id in self.hall.tickets and self.hall.tickets[ticket_id].state is State.WAITING

    def waiting(self) -> list[Ticket]:
        return [ticket for queue in self.hall.waiting.values() for ticket in queue.values()]


def essence(hall: Hall) -> Json:
    """All that a hall holds, as it is now, without places that were only looked at: equal for equal halls."""
    found = {field.name: copy(getattr(hall, field.name)) for field in fields(hall)}
    found["waiting"] = {key: dict(queue) for key, queue in hall.waiting.items() if queue}
    found["tallies"] = {key: copy(tally) for key, tally in hall.tallies.items() if tally != QueueTally()}
    return found
