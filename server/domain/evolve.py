"""hall + event -> hall: the only place where the state of a branch changes."""

from server.domain.advice import STANDING, Advice
from server.domain.announcement import Announcement
from server.domain.block import Block
from server.domain.branch import Branch
from server.domain.counter import Counter
from server.domain.events import CALL_OUTS, Event
from server.domain.hall import RECENT_CALLS, Call, Counters, Hall
from server.domain.routing import credit_after
from server.domain.ticket import State, Ticket


def evolve(hall: Hall, event: Event) -> Hall:
    """The same hall, one event later. Events come in order of `seq`, each exactly once."""
    if event.seq != hall.seq + 1:
        raise ValueError(f"event {event.seq} does not follow {hall.seq} in {hall.branch.id}")
    hall.seq, hall.last_at = event.seq, event.at
    if event.kind == "branch.day_started":
        _start_day(hall, event)
    if event.ticket:
        _count(hall, event, event.ticket)
        _place(hall, event.ticket)
    if event.counter:
        hall.counters[event.counter.id] = event.counter
        hall.settled_at[event.counter.counter_class.value] = event.at
    if event.advice:
        _advise(hall, event, event.advice)
    if event.branch:
        _furnish(hall, event, event.branch)
    if event.block:
        _keep_block(hall, event, event.block)
    if event.device:
        hall.devices[event.device.id] = event.device
    if event.announcement:
        _hear(hall, event.announcement)
    return hall


def _furnish(hall: Hall, event: Event, branch: Branch) -> None:
    if _weights(branch) != _weights(hall.branch):
        hall.vip_credit = 0  # counted in turns of the old weights, it would be owed for hours under the new ones
    hall.branch = branch
    if event.counters is not None:  # it was set up anew; who sits at them is said with it
        hall.counters = Counters({counter.id: counter for counter in event.counters})


def _weights(branch: Branch) -> tuple[int, int]:
    return branch.rules.vip_weight, branch.rules.ordinary_weight


def _advise(hall: Hall, event: Event, advice: Advice) -> None:
    key = advice.counter_class.value
    stands = hall.advices.get(key)
    if event.kind == "advice.scored":
        hall.unscored.pop(advice.id, None)
        if stands is not None and stands.id == advice.id:
            hall.advices[key] = advice
        return
    if advice.score is None:
        hall.unscored[advice.id] = advice
    if advice.state in STANDING:
        hall.advices[key] = advice
    else:
        hall.advices.pop(key, None)
    if event.kind == "advice.dismissed":
        hall.settled_at[key] = event.at


def _keep_block(hall: Hall, event: Event, block: Block) -> None:
    """The queue's own numbers go on after a block that was leased, also when it has come back: a number that was
    never handed in may be on paper all the same, and no other paper may have it."""
    hall.blocks[block.id] = block
    if event.kind == "numbers.leased":
        hall.tally(block.queue_id).last_serial = block.last_serial


def _hear(hall: Hall, announcement: Announcement) -> None:
    """Kept for as long as the ticket is at its counter."""
    if announcement.stands:
        hall.announcements[announcement.ticket_id] = announcement


def _place(hall: Hall, ticket: Ticket) -> None:
    """Puts the ticket where it now is, and takes it from where it was."""
    before = hall.tickets.pop(ticket.id, None)
    if before is not None:
        if before.state is State.WAITING:
            hall.waiting[before.queue_id].pop(before.id, None)
        elif before.at_counter and before.counter_id:
            hall.at_counter.pop(before.counter_id, None)
    if not ticket.at_counter:
        hall.announcements.pop(ticket.id, None)
    if ticket.open or ticket.state is State.NO_SHOW:
        hall.tickets[ticket.id] = ticket
    if ticket.state is State.WAITING:
        hall.line(ticket.queue_id)[ticket.id] = ticket
    elif ticket.at_counter and ticket.counter_id:
        hall.at_counter[ticket.counter_id] = ticket


def _count(hall: Hall, event: Event, ticket: Ticket) -> None:
    tally = hall.tally(ticket.queue_id)
    if event.kind == "ticket.issued" and ticket.step == 1 and event.block is None:
        tally.last_serial = ticket.serial
    if event.kind == "ticket.called" and ticket.counter_id:
        for queue_id in passed_by(hall, hall.counters[ticket.counter_id], ticket):
            hall.tally(queue_id).calls += 1
        hall.vip_credit = credit_after(hall, event.reason)
    if event.kind in CALL_OUTS and ticket.counter_id:
        hall.announcements.pop(ticket.id, None)  # of a call before this one
        counter = hall.counters[ticket.counter_id]
        repeat = event.kind == "ticket.recalled"
        call = Call(event.seq, ticket.number, counter.number, ticket.queue_id, event.at, repeat)
        hall.recent_calls = [call, *hall.recent_calls][:RECENT_CALLS]


def passed_by(hall: Hall, counter: Counter, called: Ticket) -> list[str]:
    """The queues that could have had this call. Counted by these, a number put back some places comes again
    though nobody of its own queue is called, only VIPs at the same counter."""
    return [
        entry.queue_id
        for entry in counter.profile
        if not entry.helps or entry.queue_id == called.queue_id or entry.queue_id not in hall.open_now.own
    ]


def _start_day(hall: Hall, event: Event) -> None:
    """A new business day: numbers begin again, and yesterday's missed customers are gone. Devices tell of
    themselves anew, for between two days a hall is nothing but how it is set up."""
    hall.business_day, hall.day_seq = event.day, event.seq
    hall.tallies.clear()
    hall.vip_credit = 0
    hall.recent_calls = []
    hall.settled_at.clear()
    hall.blocks.clear()
    hall.devices.clear()
    hall.announcements.clear()
    for ticket in [t for t in hall.tickets.values() if not t.open]:
        del hall.tickets[ticket.id]
