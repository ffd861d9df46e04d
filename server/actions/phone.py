"""The customer with the ticket's page on the phone: asks for more time, or leaves the queue."""

from datetime import datetime

from server.actions.decision import Actor, Decision
from server.actions.teller import back_in_queue
from server.domain.events import Change, because
from server.domain.hall import Hall
from server.domain.refusals import Refusal
from server.domain.routing import people_ahead
from server.domain.ticket import State, Ticket, move
from server.domain.visit import newest_step


def more_time(hall: Hall, actor: Actor, now: datetime, *, ticket_id: str) -> Decision:
    """Some others are called first, once for each ticket: as many as a missed call costs, but nothing is missed.

    Whoever waits is let wait those places beyond the ones before them. They keep their arrival: asking late or
    early never brings anyone forward.
    """
    ticket = _newest(hall, ticket_id)
    if ticket.deferred_to is not None:
        raise Refusal("more_time_used", number=ticket.number)
    places = hall.branch.rules.back_places
    before = people_ahead(hall, ticket) if ticket.state is State.WAITING else 0
    until = hall.tally(ticket.queue_id).calls + before + places
    later = back_in_queue(move(ticket, "deferred", deferred_to=until))
    why = because("more_time", places=places)
    return Decision([Change("ticket.deferred", ticket=later, reason=why)], ticket_id=ticket.id)


def leave(hall: Hall, actor: Actor, now: datetime, *, ticket_id: str) -> Decision:
    """The customer gives the number back, on the way to the counter too: nobody waits for them there."""
    ticket = _newest(hall, ticket_id)
    cancelled = move(ticket, "cancelled", ended_at=now)
    return Decision([Change("ticket.cancelled", ticket=cancelled, reason=because("left"))], ticket_id=ticket.id)


def _newest(hall: Hall, ticket_id: str) -> Ticket:
    """What the visit of that paper has come to; the paper of the first service is that of the next ones too."""
    found = newest_step(hall.tickets, ticket_id)
    if found is None:
        raise Refusal("ticket_not_found")
    return found
