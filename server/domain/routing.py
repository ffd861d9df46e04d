"""Which ticket a counter calls next, and why: four rules in strict order, each named in words."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from server.domain.counter import Counter
from server.domain.events import Reason, because
from server.domain.hall import Hall
from server.domain.line import Line, is_promised, stands_aside
from server.domain.ticket import Segment, Ticket

# The same few sentences are said all day long. What a reason was told with is never changed afterwards.
_said_before = lru_cache(maxsize=1024, typed=True)


@dataclass(frozen=True, slots=True)
class Choice:
    ticket: Ticket
    reason: Reason


def choose(hall: Hall, counter: Counter, now: datetime, joining: Ticket | None = None) -> Choice | None:
    """The ticket that `counter` calls now; None when nobody waits whom it could serve. `joining` is about to
    join its queue: the next service of whoever is finished by the same press.

    Of each queue only those count whom the counter may serve: to whoever has the skill for some services alone,
    nobody else is there. Rules 1 and 2 look at every queue of the counter's profile, so that a promise or a wait
    past the cap is seen by helpers too. Rules 3 and 4 look at its own queues first, and at those where it helps only
    while its own are empty. A promise that is not due yet is kept back, unless nobody else waits; so is who asked
    for more time, who after that is called as if they had not.
    """
    own, helped = _waiting(hall, counter, joining)
    ready_own, ready_helped = own, helped
    aside = [t for t in own + helped if stands_aside(t)]
    if aside:
        ready_own = [t for t in own if _ready(hall, t, now)]
        ready_helped = [t for t in helped if _ready(hall, t, now)]
    ready = ready_own + ready_helped
    return (
        (_kept_promise(hall, ready) if aside else None)
        or _past_the_cap(hall, ready, now)
        or _by_share(hall, ready_own)
        or _by_share(hall, ready_helped, helping=True)
        or _by_share(hall, own + helped)
    )


def may_serve(counter: Counter, ticket: Ticket) -> bool:
    """Whether whoever sits at the counter has the skill for what the ticket is for."""
    return counter.services is None or ticket.service_id in counter.services


def virtual_arrival(hall: Hall, ticket: Ticket) -> datetime:
    """Arrival minus the head start of the ticket's segment: what rule 4 orders by."""
    return ticket.order_at - timedelta(seconds=hall.branch.rules.head_start_s.get(ticket.segment, 0.0))


def order(hall: Hall, ticket: Ticket) -> tuple[datetime, datetime, str, int]:
    """Total order of waiting tickets; the number settles what the clock cannot."""
    return virtual_arrival(hall, ticket), ticket.order_at, ticket.prefix, ticket.serial


def people_ahead(hall: Hall, ticket: Ticket) -> int:
    """How many of its own queue are ahead of this ticket by rule 4 (ratios and promises may change that)."""
    line, head_start = hall.line(ticket.queue_id), hall.branch.rules.head_start_s
    lead, mine = head_start.get(ticket.segment, 0.0), order(hall, ticket)
    ahead = sum(1 for t in line.promised.values() if order(hall, t) < mine)
    for segment in line.segments:
        gain = head_start.get(segment, 0.0) - lead
        # Who has a head start arrives that much earlier than by the clock; at a tie the longer wait goes first.
        moment = ticket.order_at + timedelta(seconds=gain) if gain else ticket.order_at
        ahead += line.arrived_before(segment, moment, ticket.prefix, ticket.serial, (gain < 0) - (gain > 0))
    return ahead


def credit_after(hall: Hall, reason: Reason | None) -> int:
    """The VIP credit once this call is made: smooth weighted round robin over contested calls only."""
    if reason is not None and reason.code == "vip_turn":
        return hall.vip_credit - hall.branch.rules.ordinary_weight
    if reason is not None and reason.code == "ordinary_turn":
        return hall.vip_credit + hall.branch.rules.vip_weight
    return hall.vip_credit


def _waiting(hall: Hall, counter: Counter, joining: Ticket | None) -> tuple[list[Ticket], list[Ticket]]:
    """Who could be next in the counter's own queues, and in those where it helps: the first of each segment and
    whoever has a promise, for nobody of a segment is called before the first of it."""
    own: list[Ticket] = []
    helped: list[Ticket] = []
    for entry in counter.profile:
        tickets = helped if entry.helps else own
        if there := hall.waiting.get(entry.queue_id):
            if isinstance(there, Line):
                tickets += there.candidates(counter.services)
            else:
                tickets += [ticket for ticket in there.values() if may_serve(counter, ticket)]
        if joining is not None and joining.queue_id == entry.queue_id and may_serve(counter, joining):
            tickets.append(joining)
    return own, helped


def _ready(hall: Hall, ticket: Ticket, now: datetime) -> bool:
    """False for a promise whose time has not come, and for who asked for more time and still has it."""
    if ticket.deferred_to is not None and hall.tally(ticket.queue_id).calls < ticket.deferred_to:
        return False
    if ticket.due_call is not None:
        return hall.tally(ticket.queue_id).calls >= ticket.due_call
    return ticket.appointment_at is None or now >= ticket.appointment_at


def _kept_promise(hall: Hall, ready: list[Ticket]) -> Choice | None:
    due = [t for t in ready if is_promised(t)]
    if not due:
        return None
    ticket = min(due, key=lambda t: (t.appointment_at or t.order_at, *order(hall, t)))
    code = "appointment" if ticket.due_call is None else "returned"
    return Choice(ticket, because(code, number=ticket.number))


def _past_the_cap(hall: Hall, ready: list[Ticket], now: datetime) -> Choice | None:
    cap = hall.branch.rules.wait_cap_s
    if not ready or (now - min([t.order_at for t in ready])).total_seconds() <= cap:
        return None
    oldest = min(ready, key=lambda t: (t.order_at, t.prefix, t.serial))
    waited = round((now - oldest.order_at).total_seconds() / 60)
    return Choice(oldest, _wait_cap(waited, round(cap / 60)))


def _by_share(hall: Hall, tickets: list[Ticket], *, helping: bool = False) -> Choice | None:
    """Rule 3 where VIPs and others compete, then rule 4 among those whose turn it is."""
    if not tickets:
        return None
    vips = [t for t in tickets if t.segment is Segment.VIP]
    if vips and len(vips) < len(tickets):
        rules = hall.branch.rules
        vip_turn = 2 * hall.vip_credit >= rules.ordinary_weight - rules.vip_weight
        ticket = _first(hall, vips if vip_turn else [t for t in tickets if t.segment is not Segment.VIP])
        return Choice(ticket, _turn(vip_turn, rules.vip_weight, rules.ordinary_weight))
    ticket = _first(hall, tickets)
    if helping:
        return Choice(ticket, _helping(*hall.branch.queues[ticket.queue_id].name.items()))
    head_start = hall.branch.rules.head_start_s.get(ticket.segment, 0.0)
    if head_start:
        return Choice(ticket, _head_start(ticket.segment.value, round(head_start / 60)))
    return Choice(ticket, _first_come())


def _first(hall: Hall, tickets: list[Ticket]) -> Ticket:
    return tickets[0] if len(tickets) == 1 else min(tickets, key=lambda t: order(hall, t))


@_said_before
def _wait_cap(minutes: int, cap: int) -> Reason:
    return because("wait_cap", minutes=minutes, cap=cap)


@_said_before
def _turn(vip_turn: bool, vip: int, ordinary: int) -> Reason:
    return because("vip_turn" if vip_turn else "ordinary_turn", vip=vip, ordinary=ordinary)


@_said_before
def _helping(*name: tuple[str, str]) -> Reason:
    return because("helping", queue=dict(name))


@_said_before
def _head_start(segment: str, minutes: int) -> Reason:
    return because("head_start", segment=segment, minutes=minutes)


@_said_before
def _first_come() -> Reason:
    return because("first_come")
