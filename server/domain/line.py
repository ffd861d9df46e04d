"""Who waits in one queue, kept in the order of arrival: the first of each segment is known without looking at all."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Container, Iterable, Iterator
from typing import Any

from server.domain.ticket import Segment, Ticket

# (order_at, prefix, serial, id, the ticket): no two are alike up to the id, so tickets are never compared.
Place = tuple[Any, ...]
LAST = "\U0010ffff"  # comes after every prefix


class Line(dict[str, Ticket]):
    """id -> waiting ticket, as any dict; beside it, by segment, those without a promise in order of arrival.

    Within a segment everybody has the same head start, so the order of arrival is the order of the calls.
    """

    def __init__(self, tickets: Iterable[Ticket] = ()) -> None:
        super().__init__()
        self.promised: dict[str, Ticket] = {}  # kept promises, and who asked for more time, stand beside the line
        self._places: dict[Segment, list[Place]] = {}
        for ticket in tickets:
            self[ticket.id] = ticket

    def __setitem__(self, ticket_id: str, ticket: Ticket) -> None:
        self.pop(ticket_id, None)
        super().__setitem__(ticket_id, ticket)
        if stands_aside(ticket):
            self.promised[ticket_id] = ticket
            return
        places, place = self._places.setdefault(ticket.segment, []), _place(ticket)
        if not places or places[-1] < place:
            places.append(place)
        else:
            insort(places, place)

    def pop(self, ticket_id: str, default: Any = None) -> Any:
        ticket = super().pop(ticket_id, None)
        if ticket is None:
            return default
        if self.promised.pop(ticket_id, None) is None:
            places = self._places[ticket.segment]
            del places[bisect_left(places, _place(ticket)[:-1])]
        return ticket

    def __delitem__(self, ticket_id: str) -> None:
        if ticket_id not in self:
            raise KeyError(ticket_id)
        self.pop(ticket_id)

    def candidates(self, services: Container[str] | None = None) -> list[Ticket]:
        """The first of every segment, and all with a promise: nobody else can be called next. With `services`: of
        those who came for one of them, which takes a look along the line."""
        if services is None:
            heads = [places[0][-1] for places in self._places.values() if places]
            return [*heads, *self.promised.values()]
        firsts = (next(_for(services, places), None) for places in self._places.values())
        promised = (ticket for ticket in self.promised.values() if ticket.service_id in services)
        return [*(first for first in firsts if first is not None), *promised]

    def arrived_before(self, segment: Segment, order_at: Any, prefix: str, serial: int, ties: int) -> int:
        """How many of the segment, promises left out, have an arrival before `order_at`. Those of the very same
        instant: none of them (ties < 0), all (ties > 0), or those with a lower number (0)."""
        places = self._places.get(segment, [])
        if ties < 0:
            return bisect_left(places, (order_at,))
        if ties > 0:
            return bisect_right(places, (order_at, LAST))
        return bisect_left(places, (order_at, prefix, serial))

    def by_segment(self) -> list[list[Ticket]]:
        """Those without a promise, each segment in the order of arrival."""
        return [[place[-1] for place in places] for places in self._places.values() if places]

    @property
    def segments(self) -> Iterable[Segment]:
        return self._places


def is_promised(ticket: Ticket) -> bool:
    """Sent back with a promise, or with an appointment: called in its own time, whatever the line does."""
    return ticket.due_call is not None or ticket.appointment_at is not None


def stands_aside(ticket: Ticket) -> bool:
    """Beside the line: whoever is held back there must not hold back those behind."""
    return ticket.deferred_to is not None or is_promised(ticket)


def _for(services: Container[str], places: Iterable[Place]) -> Iterator[Ticket]:
    return (place[-1] for place in places if place[-1].service_id in services)


def _place(ticket: Ticket) -> Place:
    return ticket.order_at, ticket.prefix, ticket.serial, ticket.id, ticket
