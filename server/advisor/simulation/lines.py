"""The queues of the simulated hall, cut down to the tickets that the rules could choose."""

from collections import deque
from datetime import datetime

from server.domain.branch import Queue
from server.domain.ticket import Segment, Ticket


class PaperTicket:
    """What the rules of the routing look at in a ticket, and which customer holds it.

    A whole `Ticket` takes longer to make than the rest of a customer's simulated visit.
    """

    __slots__ = (
        "appointment_at",
        "customer",
        "deferred_to",
        "due_call",
        "misses",
        "order_at",
        "prefix",
        "queue_id",
        "segment",
        "serial",
    )

    def __init__(self, customer: int, queue: Queue, segment: Segment, order_at: datetime, serial: int) -> None:
        self.customer = customer
        self.queue_id, self.prefix = queue.id, queue.prefix
        self.segment = segment
        self.order_at = order_at
        self.serial = serial
        self.misses = 0
        self.due_call: int | None = None
        self.deferred_to: int | None = None
        self.appointment_at: datetime | None = None

    @property
    def number(self) -> str:
        return f"{self.prefix}{self.serial:03d}"

    @property
    def promised(self) -> bool:
        return self.due_call is not None or self.appointment_at is not None or self.deferred_to is not None


def paper_of(ticket: Ticket, customer: int, queue: Queue) -> PaperTicket:
    """A ticket of the real hall, for the simulated one."""
    paper = PaperTicket(customer, queue, ticket.segment, ticket.order_at, ticket.serial)
    paper.prefix = ticket.prefix
    paper.misses, paper.due_call, paper.appointment_at = ticket.misses, ticket.due_call, ticket.appointment_at
    paper.deferred_to = ticket.deferred_to
    return paper


def order_of_arrival(ticket: Ticket) -> tuple[datetime, str, int]:
    """The order within a line: no head start is longer than another there."""
    return ticket.order_at, ticket.prefix, ticket.serial


class Line:
    """Who waits in one queue, of one segment and without a promise, in the order of the rules.

    Within a line nobody can be called before the first: they have the same head start, and arrived later. So
    the hall holds the first alone, and the rules, which look at every ticket in it, at one instead of twenty.
    """

    __slots__ = ("askers", "customers", "head", "queue", "segment", "tickets")

    def __init__(self, queue: Queue, segment: Segment, tickets: dict[int, PaperTicket]) -> None:
        self.queue = queue
        self.segment = segment
        self.tickets = tickets  # those of the queue that the rules look at
        self.customers: deque[int] = deque()  # behind the first
        self.head: PaperTicket | None = None
        self.askers: list[int] = []  # the counters that call from it, in the order in which they get the chance
