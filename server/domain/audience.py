"""Who may see what: staff see all, the lobby sees numbers, a phone sees its own ticket."""

from typing import Any

from server.domain.branch import Branch
from server.domain.counter import Counter
from server.domain.events import DeviceEvent, Event
from server.domain.hall import Hall
from server.domain.ticket import State, Ticket

STAFF = "staff"
LOBBY = "lobby"
AUDIENCES = (STAFF, LOBBY)

LOBBY_TICKET = (
    "number prefix state queue_id service_id segment counter_id arrived_at called_at started_at calls"
).split()
LOBBY_COUNTER = "id number counter_class profile status since".split()

STAFF_ONLY = ("numbers.", "device.", "announcement.")
OF_DEVICES = tuple(DeviceEvent.__slots__)  # what such an event has more than the others

Json = dict[str, Any]


def whole(thing: Any) -> Json:
    """Every field of a dataclass, one level deep: the serialiser takes care of the rest."""
    return {name: getattr(thing, name) for name in thing.__dataclass_fields__}


def ticket_view(ticket: Ticket, audience: str) -> Json:
    """A ticket's id opens its page on the phone, so the lobby knows a ticket by its number alone."""
    if audience == STAFF:
        return whole(ticket)
    return {"id": ticket.number} | {name: getattr(ticket, name) for name in LOBBY_TICKET}


def counter_view(counter: Counter, audience: str) -> Json:
    if audience == STAFF:
        return whole(counter)
    return {name: getattr(counter, name) for name in LOBBY_COUNTER}


def event_view(event: Event, audience: str) -> Json | None:
    """The event as this audience may see it; None where it is not for them at all."""
    staff = audience == STAFF
    if not staff and (event.advice is not None or event.kind.startswith(STAFF_ONLY)):
        return None
    seen = {
        "id": event.id,
        "seq": event.seq,
        "kind": event.kind,
        "at": event.at,
        "version": event.version,
        "actor": event.actor if staff else None,
        "reason": whole(event.reason) if event.reason and staff else None,
        "ticket": ticket_view(event.ticket, audience) if event.ticket else None,
        "counter": counter_view(event.counter, audience) if event.counter else None,
        "advice": whole(event.advice) if event.advice else None,
        "day": event.day,
        "branch": branch_view(event.branch, audience) if event.branch else None,
    }
    if event.counters is not None:
        seen["counters"] = [counter_view(counter, audience) for counter in event.counters]
    if staff and isinstance(event, DeviceEvent):
        seen |= {name: whole(found) if (found := getattr(event, name)) else None for name in OF_DEVICES}
    return seen


def snapshot_view(hall: Hall, audience: str) -> Json:
    """All that a screen needs to draw the hall as it is at `seq`."""
    held = [t for t in hall.tickets.values() if audience == STAFF or t.state is not State.NO_SHOW]
    return {
        "branch": branch_view(hall.branch, audience),
        "epoch": hall.epoch,
        "seq": hall.seq,
        "business_day": hall.business_day,
        "tickets": [ticket_view(t, audience) for t in held],
        "counters": [counter_view(c, audience) for c in hall.counters.values()],
        "recent_calls": [whole(call) for call in hall.recent_calls],
        "advices": [whole(a) for a in hall.advices.values()] if audience == STAFF else [],
        "devices": [whole(d) for d in hall.devices.values()] if audience == STAFF else [],
        "announcements": [whole(a) for a in hall.announcements.values()] if audience == STAFF else [],
    }


def branch_view(branch: Branch, audience: str) -> Json:
    """The branch's settings; costs and rules, those of cards too, are nobody's business in the lobby."""
    everything = whole(branch)
    if audience != STAFF:
        del everything["policies"], everything["rules"], everything["card_rules"]
    return everything
