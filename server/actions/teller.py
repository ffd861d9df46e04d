"""The teller at a counter: opens it, presses next, and says what became of each customer."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from server.actions.customer import next_step, queue_still_there
from server.actions.decision import Actor, Decision
from server.domain.counter import Counter, Status
from server.domain.events import Change, Reason, because
from server.domain.hall import Hall
from server.domain.refusals import Refusal
from server.domain.routing import choose, may_serve
from server.domain.ticket import State, Ticket, changed, move


def open_counter(
    hall: Hall,
    actor: Actor,
    now: datetime,
    *,
    counter_id: str,
    take_over: bool = False,
    services: Sequence[str] | None = None,
) -> Decision:
    """Opens the counter in the actor's name, or resumes it after a pause. A manager may take it over. `services`:
    those that the actor has the skill for, as the server knows it; None: all."""
    counter = hall.counter(counter_id)
    reason = None
    held_by_other = counter.status is not Status.CLOSED and counter.staff_id != actor.id
    if counter.is_machine:
        return _switch_on(actor, counter, now)
    if held_by_other:
        if not (take_over and actor.manages):
            raise Refusal("counter_taken", counter=counter.number, staff=counter.staff_name or "?")
        reason = because("taken_over", staff=counter.staff_name or "?")
    elif counter.is_open:
        return Decision([], counter_id=counter_id)
    opened = replace(
        counter,
        status=Status.OPEN,
        staff_id=actor.id,
        staff_name=actor.name or actor.id,
        since=now,
        pause_reason=None,
        services=_kept(services),
    )
    return Decision([Change("counter.opened", counter=opened, reason=reason)], counter_id=counter_id)


def hand_over(
    hall: Hall,
    actor: Actor,
    now: datetime,
    *,
    staff_id: str,
    services: Sequence[str] | None = None,
    close_other: bool = False,
) -> Decision:
    """The actor sits down where `staff_id` sat. What that person held is the actor's from now on, with whoever is at
    the counter, whoever is set aside there, and the time it has taken; `services` as in `open_counter`.

    Nobody sits at two counters: whoever holds another is told which, and may close it by the same press.
    """
    left = [] if staff_id == actor.id else _held_by(hall, staff_id)
    if not left:
        return Decision([])
    changes: list[Change] = []
    for other in _held_by(hall, actor.id):
        if not close_other:
            raise Refusal("holds_another", counter=other.number)
        changes += close_counter(hall, actor, now, counter_id=other.id).changes
    for counter in left:
        why = because("handed_over", staff=counter.staff_name or "?")
        handed = replace(counter, staff_id=actor.id, staff_name=actor.name or actor.id, services=_kept(services))
        kind = "counter.opened" if counter.is_open else "counter.paused"
        changes.append(Change(kind, counter=handed, reason=why))
    return Decision(changes, counter_id=left[0].id)


def _held_by(hall: Hall, staff_id: str) -> list[Counter]:
    return [
        counter
        for counter in sorted(hall.counters.values(), key=lambda one: one.number)
        if counter.status is not Status.CLOSED and counter.staff_id == staff_id and not counter.is_machine
    ]


def _kept(services: Sequence[str] | None) -> tuple[str, ...] | None:
    return None if services is None else tuple(services)


def _switch_on(actor: Actor, counter: Counter, now: datetime) -> Decision:
    """A machine is nobody's: it goes on by itself, in nobody's name."""
    if not actor.manages:
        raise Refusal("not_your_counter", counter=counter.number)
    if counter.is_open:
        return Decision([], counter_id=counter.id)
    opened = replace(counter, status=Status.OPEN, since=now, pause_reason=None)
    return Decision([Change("counter.opened", counter=opened)], counter_id=counter.id)


def pause_counter(hall: Hall, actor: Actor, now: datetime, *, counter_id: str, reason: str = "") -> Decision:
    """No more calls until it is opened again; the customer at the counter is served to the end."""
    counter = _own_counter(hall, actor, counter_id)
    if counter.status is Status.CLOSED:
        raise Refusal("counter_closed", counter=counter.number)
    paused = replace(counter, status=Status.PAUSED, since=now, pause_reason=reason or None)
    why = because("paused", pause=reason) if reason else None
    return Decision([Change("counter.paused", counter=paused, reason=why)], counter_id=counter_id)


def close_counter(hall: Hall, actor: Actor, now: datetime, *, counter_id: str) -> Decision:
    counter = _own_counter(hall, actor, counter_id)
    if counter.status is Status.CLOSED:
        return Decision([], counter_id=counter_id)
    current = hall.at_counter.get(counter_id)
    if current is not None:
        raise Refusal("counter_busy", counter=counter.number, number=current.number)
    return Decision([Change("counter.closed", counter=closed(counter, now))], counter_id=counter_id)


def closed(counter: Counter, now: datetime) -> Counter:
    nobody = replace(counter, staff_id=None, staff_name=None, services=None)
    return replace(nobody, status=Status.CLOSED, since=now, pause_reason=None)


def call_next(hall: Hall, actor: Actor, now: datetime, *, counter_id: str) -> Decision:
    """The one key. Whoever is still at the counter is finished first; then the rules choose."""
    counter = _own_counter(hall, actor, counter_id)
    if not counter.is_open:
        code = "counter_paused" if counter.status is Status.PAUSED else "counter_closed"
        raise Refusal(code, counter=counter.number)
    changes: list[Change] = []
    current = hall.at_counter.get(counter_id)
    if current is not None:
        changes += _completed(hall, current, now, because("next_pressed"))
    call = call_at(hall, counter, now, joining=changes[1].ticket if len(changes) > 1 else None)
    if call is None or call.ticket is None:
        note = because("nobody_waiting")
        return Decision(changes, ticket_id=None, counter_id=counter_id, note=note)
    return Decision([*changes, call], ticket_id=call.ticket.id, counter_id=counter_id)


def call_at(hall: Hall, counter: Counter, now: datetime, joining: Ticket | None = None) -> Change | None:
    """The call that the rules choose for this counter."""
    choice = choose(hall, counter, now, joining)
    if choice is None:
        return None
    called = move(choice.ticket, "called", called_at=now, counter_id=counter.id, calls=1, due_call=None)
    return Change("ticket.called", ticket=called, reason=choice.reason)


def recall(hall: Hall, actor: Actor, now: datetime, *, ticket_id: str) -> Decision:
    ticket = _own_ticket(hall, actor, ticket_id)
    again = move(ticket, "recalled", calls=ticket.calls + 1)
    _with_the_skill(hall.counter(ticket.counter_id or ""), ticket)
    return Decision([Change("ticket.recalled", ticket=again)], ticket_id=ticket_id)


def start(hall: Hall, actor: Actor, now: datetime, *, ticket_id: str) -> Decision:
    """The customer is at the counter: service begins."""
    ticket = _own_ticket(hall, actor, ticket_id)
    started = move(ticket, "started", started_at=now)
    _with_the_skill(hall.counter(ticket.counter_id or ""), ticket)
    return Decision([Change("ticket.started", ticket=started)], ticket_id=ticket_id)


def finish(hall: Hall, actor: Actor, now: datetime, *, ticket_id: str) -> Decision:
    ticket = _own_ticket(hall, actor, ticket_id)
    return Decision(_completed(hall, ticket, now, None), ticket_id=ticket_id)


def no_show(hall: Hall, actor: Actor, now: datetime, *, ticket_id: str) -> Decision:
    """Nobody came: back a few places, a bounded number of times; then the number is missed for good."""
    ticket = _own_ticket(hall, actor, ticket_id)
    rules = hall.branch.rules
    if ticket.state is State.CALLED and ticket.calls < rules.calls_before_no_show:
        raise Refusal("not_called_enough", number=ticket.number, calls=rules.calls_before_no_show)
    return Decision([missed(hall, ticket, now)], ticket_id=ticket_id)


def missed(hall: Hall, ticket: Ticket, now: datetime, why: Reason | None = None) -> Change:
    rules = hall.branch.rules
    misses = ticket.misses + 1
    if misses > rules.max_misses:
        gone = move(ticket, "no_show", misses=misses, ended_at=now)
        return Change("ticket.no_show", ticket=gone, reason=why or because("missed_finally", misses=misses))
    due = hall.tally(ticket.queue_id).calls + rules.back_places
    checked = move(ticket, "no_show")  # only who was called can have missed it
    back = move(back_in_queue(checked), "returned", misses=misses, due_call=due)
    reason = because("missed", misses=misses, max=rules.max_misses + 1, places=rules.back_places)
    return Change("ticket.returned", ticket=back, reason=reason)


def park(hall: Hall, actor: Actor, now: datetime, *, ticket_id: str) -> Decision:
    """The customer steps aside (a form to fill in) and keeps the place at this counter."""
    ticket = _own_ticket(hall, actor, ticket_id)
    return Decision([Change("ticket.parked", ticket=move(ticket, "parked"))], ticket_id=ticket_id)


def resume(hall: Hall, actor: Actor, now: datetime, *, ticket_id: str, counter_id: str | None = None) -> Decision:
    """The parked customer is back: served on without being called again, at the same counter or, once that
    has closed, at another that serves the queue."""
    ticket = _own_ticket(hall, actor, ticket_id)
    counter = _own_counter(hall, actor, counter_id or ticket.counter_id or "")
    if counter.status is Status.CLOSED:
        raise Refusal("counter_closed", counter=counter.number)
    if counter.id != ticket.counter_id and not counter.serves(ticket.queue_id):
        raise Refusal("cannot_serve", counter=counter.number, number=ticket.number)
    _with_the_skill(counter, ticket)
    current = hall.at_counter.get(counter.id)
    if current is not None:
        raise Refusal("counter_busy", counter=counter.number, number=current.number)
    back = move(ticket, "resumed", counter_id=counter.id, started_at=ticket.started_at or now)
    return Decision([Change("ticket.resumed", ticket=back)], ticket_id=ticket_id)


def _with_the_skill(counter: Counter, ticket: Ticket) -> None:
    """Refuses what whoever sits there has no skill for: the counter was handed over, and the customer is sent back
    to the queue or on to another."""
    if not may_serve(counter, ticket):
        raise Refusal("cannot_serve", counter=counter.number, number=ticket.number)


def return_to_queue(hall: Hall, actor: Actor, now: datetime, *, ticket_id: str) -> Decision:
    """Back to the queue with a promise: the next free counter calls it. So are the missed taken on again."""
    ticket = hall.ticket(ticket_id)
    late = ticket.state is State.NO_SHOW
    if not late:
        ticket = _own_ticket(hall, actor, ticket_id)
    queue_id = queue_still_there(hall.branch, ticket.queue_id)
    due = hall.tally(queue_id).calls
    back = move(back_in_queue(ticket), "returned", queue_id=queue_id, due_call=due, ended_at=None)
    why = because("came_back" if late else "sent_back")
    return Decision([Change("ticket.returned", ticket=back, reason=why)], ticket_id=ticket_id)


def transfer(hall: Hall, actor: Actor, now: datetime, *, ticket_id: str, queue_id: str) -> Decision:
    """Another queue can do it. The number stays, and so does the time waited: nobody starts from behind."""
    ticket = _own_ticket(hall, actor, ticket_id)
    if ticket.counter_id is None and not actor.manages:
        raise Refusal("not_your_ticket", number=ticket.number)
    queue = hall.branch.queues.get(queue_id)
    if queue is None or queue.retired:
        raise Refusal("queue_not_found", queue=queue.name if queue else queue_id)
    changes = {"queue_id": queue_id, "arrived_at": now, "due_call": None}
    if ticket.deferred_to is not None:
        changes["deferred_to"] = 0  # counted by calls of the queue before: it was asked for, and is over
    sent = move(back_in_queue(ticket), "transferred", **changes)
    why = because("transferred", queue=queue.name)
    return Decision([Change("ticket.transferred", ticket=sent, reason=why)], ticket_id=ticket_id)


def _completed(hall: Hall, ticket: Ticket, now: datetime, why: Reason | None) -> list[Change]:
    done = move(ticket, "completed", ended_at=now)
    following = next_step(hall, done, now)
    changes = [Change("ticket.completed", ticket=done, reason=why)]
    return [*changes, following] if following else changes


def back_in_queue(ticket: Ticket) -> Ticket:
    return changed(ticket, counter_id=None, called_at=None, started_at=None, calls=0)


def _own_counter(hall: Hall, actor: Actor, counter_id: str) -> Counter:
    counter = hall.counter(counter_id)
    if counter.status is not Status.CLOSED and not may_use(actor, counter):
        raise Refusal("not_your_counter", counter=counter.number)
    return counter


def may_use(actor: Actor, counter: Counter) -> bool:
    """Its teller, a manager, or the machines of the branch for the machines' own counters."""
    if actor.manages or counter.staff_id == actor.id:
        return True
    return counter.is_machine and actor.kind == "machine"


def _own_ticket(hall: Hall, actor: Actor, ticket_id: str) -> Ticket:
    """The ticket, if no counter has it that somebody else holds. Parked at a counter that has closed since,
    it is anyone's."""
    ticket = hall.ticket(ticket_id)
    counter = hall.counters.get(ticket.counter_id or "")
    if counter is not None and counter.status is not Status.CLOSED and not may_use(actor, counter):
        raise Refusal("not_your_ticket", number=ticket.number)
    return ticket
