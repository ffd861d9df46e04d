"""What a hall with people in it does not allow: tickets that were given are served to the end as promised."""

from collections import Counter as Counted
from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from server.domain.counter import Status
from server.domain.hall import Hall
from server.domain.set_up.document import Json
from server.domain.set_up.faults import Fault
from server.domain.set_up.reading import SetUp
from server.domain.ticket import Ticket


def living_faults(hall: Hall, wanted: SetUp, document: Json, now: datetime) -> list[Fault]:
    """Each says how it can be done all the same. `document` is what was sent: paths are its own."""
    found = [*_zone(hall, wanted, now)]
    if hall.business_day == hall.branch.business_day(now):  # else the day is over, and with it all that was in it
        found += [*_counters(hall, wanted, document), *_queues(hall, wanted), *_prefixes(hall, wanted)]
        found += _hours(hall, wanted, now)
    return found


def _counters(hall: Hall, wanted: SetUp, document: Json) -> Iterator[Fault]:
    left = {counter.id: counter for counter in wanted.counters}
    told = document["counters"] if isinstance(document.get("counters"), list) else None
    numbers = [one.get("number") if isinstance(one, dict) else None for one in told or ()]
    at = {number: index for index, number in enumerate(numbers) if isinstance(number, int)}
    held = {ticket.counter_id: ticket for ticket in hall.tickets.values() if ticket.open and ticket.counter_id}
    for counter in hall.counters.values():
        stays = left.get(counter.id)
        if stays is not None and stays.counter_class is counter.counter_class:
            continue
        path = "counters" if stays is None else f"counters.{at.get(counter.number, 0)}.class"
        ticket: Ticket | None = held.get(counter.id)
        if ticket is not None:
            yield Fault(path, "counter_has_ticket", {"counter": counter.number, "number": ticket.number})
        elif counter.status is not Status.CLOSED and not counter.is_machine:
            yield Fault(path, "counter_in_use", {"counter": counter.number, "staff": counter.staff_name or "?"})


def _queues(hall: Hall, wanted: SetUp) -> Iterator[Fault]:
    people = Counted(ticket.queue_id for ticket in hall.tickets.values() if ticket.open)
    order = list(wanted.branch.queues)
    for key, count in sorted(people.items()):
        before, after = hall.branch.queues[key], wanted.branch.queues.get(key)
        if after is None or after.retired:
            yield Fault("queues", "queue_has_people", {"queue": before.name, "count": count})
        elif after.counter_class is not before.counter_class:
            path = f"queues.{order.index(key)}.class"
            yield Fault(path, "queue_has_people", {"queue": before.name, "count": count})


def _prefixes(hall: Hall, wanted: SetUp) -> Iterator[Fault]:
    """A number is printed once a day: the letters are those of the queue that has printed with them until it ends."""
    given = {key for key, tally in hall.tallies.items() if tally.last_serial > 0}
    used = {queue.prefix: key for key, queue in hall.branch.queues.items() if key in given}
    order = list(wanted.branch.queues)
    for key, queue in wanted.branch.queues.items():
        if queue.retired:
            continue
        before, owner = hall.branch.queues.get(key), used.get(queue.prefix, key)
        path = f"queues.{order.index(key)}.prefix"
        if before is not None and before.prefix != queue.prefix and used.get(before.prefix) == key:
            yield Fault(path, "prefix_used_today", {"prefix": before.prefix, "queue": before.name})
        elif owner != key:
            name = hall.branch.queues[owner].name
            yield Fault(path, "prefix_used_today", {"prefix": queue.prefix, "queue": name})


def _zone(hall: Hall, wanted: SetUp, now: datetime) -> Iterator[Fault]:
    if wanted.branch.time_zone == hall.branch.time_zone or hall.business_day is None:
        return
    if any(ticket.open for ticket in hall.tickets.values()):
        yield Fault("branch.time_zone", "zone_has_people")
    elif now.astimezone(ZoneInfo(wanted.branch.time_zone)).date() < hall.business_day:
        yield Fault("branch.time_zone", "zone_goes_back", {"day": hall.business_day.isoformat()})


def _hours(hall: Hall, wanted: SetUp, now: datetime) -> Iterator[Fault]:
    """Who is still here must not be sent home by a new closing time that has passed already."""
    day, left = hall.business_day, sum(ticket.open for ticket in hall.tickets.values())
    if day is None or not left or now >= hall.branch.expiry(day):
        return
    if now >= wanted.branch.expiry(day):
        yield Fault("hours.closes", "hours_are_over", {"count": left})
