"""Tickets that have left the hall today: their papers still open a page, which says what became of them."""

from server.domain.events import Event
from server.domain.ticket import State, Ticket

MOST = 1000  # of one branch; a paper older than that opens nothing any more


class Ended:
    """Bounded: the oldest makes room. A missed number is still in the hall, where it may be taken on again."""

    def __init__(self) -> None:
        self.tickets: dict[str, Ticket] = {}

    def apply(self, event: Event) -> None:
        if event.kind == "branch.day_started":
            self.tickets.clear()
        ticket = event.ticket
        if ticket is None or ticket.open or ticket.state is State.NO_SHOW:
            return
        self.tickets[ticket.id] = ticket
        if len(self.tickets) > MOST:
            del self.tickets[next(iter(self.tickets))]
