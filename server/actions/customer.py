"""The customer: takes a ticket, or gives it back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from server.actions.decision import Actor, Decision
from server.advisor.outlook import Outlooks, expected
from server.advisor.quotes import promise
from server.domain.branch import Branch, CounterClass, Service
from server.domain.events import Change, because
from server.domain.hall import Hall
from server.domain.numbering import Numbered, next_number
from server.domain.refusals import Refusal
from server.domain.routing import people_ahead
from server.domain.ticket import Segment, State, Ticket, changed, move
from server.domain.visit import step_id
from server.domain.words import say


def take_ticket(
    hall: Hall,
    actor: Actor,
    now: datetime,
    *,
    ticket_id: str,
    services: Sequence[str],
    segment: Segment = Segment.ORDINARY,
    at_machine: bool = False,
    appointment_at: datetime | None = None,
    outlooks: Outlooks | None = None,
) -> Decision:
    """A number for the first service; the visit's other services follow in turn with the same number."""
    branch = hall.branch
    if not branch.is_open(now):
        raise closed_until(branch, now)
    found = [offered(hall, service_id) for service_id in services]
    queue_id = _queue_for(hall, found[0], segment, at_machine)
    ticket = new_ticket(hall, now, ticket_id, found, queue_id, segment, next_number(hall, queue_id))
    if appointment_at is not None:
        ticket = changed(ticket, appointment_at=appointment_at)
    offer = wait_for(hall, ticket, outlooks)
    ticket = changed(
        ticket,
        ahead=offer.ahead,
        quote_p10_s=offer.p10_s,
        quote_p50_s=offer.p50_s,
        quote_p90_s=offer.p90_s,
        quote_by=offer.by,
    )
    return Decision([Change("ticket.issued", ticket=ticket)], ticket_id=ticket.id)


def closed_until(branch: Branch, now: datetime) -> Refusal:
    """That the doors are shut, and when they open again."""
    found = branch.next_open(now)
    if found is None:
        return Refusal("branch_closed_long")
    day, hours = found
    ahead = (day - branch.business_day(now)).days
    date = {
        "weekday": say(f"shared.weekday.{day.weekday()}"),
        "month": say(f"shared.month.{day.month}"),
        "date": day.day,
    }
    told = say("when.on", date) if ahead > 1 else say("when.tomorrow" if ahead else "when.today")
    times = {"opens": f"{hours.opens:%H:%M}", "closes": f"{hours.closes:%H:%M}"}
    return Refusal("branch_closed", day=told, date=day.isoformat(), **times)


def new_ticket(
    hall: Hall,
    now: datetime,
    ticket_id: str,
    services: Sequence[Service],
    queue_id: str,
    segment: Segment,
    numbered: Numbered,
) -> Ticket:
    """Whoever came at `now` and waits for the first of the services, promised nothing yet."""
    prefix, serial, number = numbered
    return Ticket(
        id=ticket_id,
        visit_id=ticket_id,
        branch_id=hall.branch.id,
        business_day=hall.branch.business_day(now),
        prefix=prefix,
        serial=serial,
        step=1,
        number=number,
        service_id=services[0].id,
        later_services=tuple(service.id for service in services[1:]),
        queue_id=queue_id,
        segment=segment,
        state=State.WAITING,
        issued_at=now,
        arrived_at=now,
        order_at=now,
    )


def cancel(hall: Hall, actor: Actor, now: datetime, *, ticket_id: str) -> Decision:
    """The customer gives the number back, or the staff see that they have gone."""
    ticket = hall.ticket(ticket_id)
    counter = hall.counters.get(ticket.counter_id or "")
    theirs = counter is not None and counter.staff_id == actor.id
    if not (theirs or actor.manages or (actor.kind == "kiosk" and not ticket.at_counter)):
        raise Refusal("not_your_ticket", number=ticket.number)
    cancelled = move(ticket, "cancelled", ended_at=now)
    return Decision([Change("ticket.cancelled", ticket=cancelled, reason=because("left"))], ticket_id=ticket_id)


def next_step(hall: Hall, finished: Ticket, now: datetime) -> Change | None:
    """The ticket for the next service of the same visit, if there is one."""
    if not finished.later_services:
        return None
    service = service_of(hall, finished.later_services[0])
    step = finished.step + 1
    ticket = changed(
        finished,
        id=step_id(finished.visit_id, step),
        step=step,
        service_id=service.id,
        later_services=finished.later_services[1:],
        queue_id=_queue_for(hall, service, finished.segment, at_machine=False),
        state=State.WAITING,
        issued_at=now,
        arrived_at=now,
        called_at=None,
        started_at=None,
        ended_at=None,
        counter_id=None,
        calls=0,
        misses=0,
        due_call=None,
        deferred_to=None,
        appointment_at=None,  # kept with the first service
        ahead=None,  # what was promised was promised for the first service
        quote_p50_s=None,
        quote_p90_s=None,
        quote_p10_s=None,
        quote_by=None,
    )
    return Change("ticket.issued", ticket=ticket, reason=because("next_service"))


@dataclass(frozen=True, slots=True)
class Offer:
    """What a customer who joined this queue now would find. Times in seconds; None: no honest promise.

    Eight in ten wait between p10 and p90. `by` says how it was foretold: queue_length | last_to_start.
    """

    queue_id: str
    ahead: int
    counters_open: int
    p50_s: float | None
    p90_s: float | None
    p10_s: float | None
    by: str | None


def wait_for(hall: Hall, ticket: Ticket, outlooks: Outlooks | None = None) -> Offer:
    """People ahead and the range of the wait for a ticket that is about to join its queue. `outlooks` is what
    has been measured of every queue; None: the branch's own expectations."""
    known = _known(hall, outlooks)
    return _offer(hall, ticket.queue_id, people_ahead(hall, ticket), ticket.segment, known)


def offers(hall: Hall, outlooks: Outlooks | None = None) -> list[Offer]:
    """The wait in every queue, for a customer who joins now without a head start. One that the branch has given up
    is among them for as long as anybody waits in it."""
    known = _known(hall, outlooks)
    ahead = {key: len(hall.waiting.get(key, ())) for key in hall.branch.queues}
    shown = [key for key, queue in hall.branch.queues.items() if ahead[key] or not queue.retired]
    return [_offer(hall, key, ahead[key], Segment.ORDINARY, known) for key in shown]


def _known(hall: Hall, outlooks: Outlooks | None) -> Outlooks:
    """A queue that is newer than the measurements is expected to be as the branch says."""
    if outlooks is not None and outlooks.keys() >= hall.branch.queues.keys():
        return outlooks
    return {**expected(hall.branch), **(outlooks or {})}


def _offer(hall: Hall, queue_id: str, ahead: int, segment: Segment, known: Outlooks) -> Offer:
    found, by = promise(hall, queue_id, ahead, segment, known)
    p10, p50, p90 = (found.p10, found.p50, found.p90) if found else (None, None, None)
    return Offer(queue_id, ahead, len(hall.open_for(queue_id)), p50, p90, p10, by)


def service_of(hall: Hall, service_id: str) -> Service:
    """The branch's service, also one that it offers no more, or a Refusal."""
    found = hall.branch.services.get(service_id)
    if found is None:
        raise Refusal("service_not_found", service=service_id)
    return found


def offered(hall: Hall, service_id: str) -> Service:
    """A service for which numbers are given out, or a Refusal."""
    found = service_of(hall, service_id)
    if found.retired:
        raise Refusal("service_not_found", service=found.name)
    return found


def _queue_for(hall: Hall, service: Service, segment: Segment, at_machine: bool) -> str:
    branch = hall.branch
    if at_machine:
        machine = service.machine_queue_id
        if machine is None or branch.queues[machine].retired:
            raise Refusal("machine_not_offered", service=service.name)
        return machine
    queue_id = branch.segment_queues.get(segment, service.queue_id)
    return queue_id if not branch.queues[queue_id].retired else queue_still_there(branch, service.queue_id)


def queue_still_there(branch: Branch, queue_id: str) -> str:
    """Where whoever was to wait in this queue waits, now that the branch may have given it up: nobody calls from a
    queue that no counter serves. Another of its class, or else the first where people serve: a machine would call
    whom it cannot help."""
    if not branch.queues[queue_id].retired:
        return queue_id
    left = [queue for queue in branch.queues.values() if not queue.retired]
    of_class = [queue for queue in left if queue.counter_class is branch.class_of(queue_id)]
    of_people = [queue for queue in left if queue.counter_class is not CounterClass.SELF_SERVICE]
    return next((queue.id for queue in [*of_class, *of_people, *left]), queue_id)
