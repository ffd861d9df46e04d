"""The devices of the hall: take numbers ahead and hand in what they printed, tell how they are and what they told."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from server.actions.customer import new_ticket, queue_still_there, service_of
from server.actions.decision import Actor, Decision
from server.domain.announcement import MADE, Announcement
from server.domain.block import Block, printed, told
from server.domain.device import SILENT, Device
from server.domain.events import Change, Reason, because
from server.domain.hall import Hall
from server.domain.numbering import number_of
from server.domain.refusals import Refusal
from server.domain.ticket import Segment

MOST_OUT = 500  # unused numbers that one device may hold of a queue: one that leases without end is stopped
ASTRAY = timedelta(seconds=2)  # so far a device's clock may be out before it is said


def lease_numbers(hall: Hall, actor: Actor, now: datetime, *, block_id: str, queue_id: str, size: int) -> Decision:
    """The next `size` numbers of the queue are this device's; the queue's own go on after them."""
    queue = hall.branch.queues.get(queue_id)
    if queue is None or queue.retired:
        raise Refusal("queue_not_found", queue=queue.name if queue else queue_id)
    mine = [b for b in hall.blocks.values() if (b.device_id, b.queue_id, b.returned) == (actor.id, queue_id, False)]
    if sum(len(block.unused) for block in mine) + size > MOST_OUT:
        raise Refusal("too_many_numbers", most=MOST_OUT)
    first = hall.tally(queue_id).last_serial + 1
    block = Block(
        id=block_id,
        branch_id=hall.branch.id,
        business_day=hall.branch.business_day(now),
        queue_id=queue_id,
        prefix=queue.prefix,
        first_serial=first,
        last_serial=first + size - 1,
        device_id=actor.id,
        leased_at=now,
    )
    return Decision([Change("numbers.leased", block=block)], block_id=block_id)


def hand_in(
    hall: Hall,
    actor: Actor,
    now: datetime,
    *,
    block_id: str,
    serial: int,
    services: Sequence[str],
    segment: Segment,
    issued_at: datetime,
    secret: str = "",
) -> Decision:
    """A ticket that was printed while the server was away takes the place that it would have had. It stays in the
    queue whose number is on the paper, whatever the branch has changed since, unless nobody is called from that queue
    any more; nothing was promised with it."""
    if block_id not in hall.blocks and hall.business_day and hall.branch.business_day(issued_at) < hall.business_day:
        raise Refusal("block_over")
    block = _own_block(hall, actor, block_id)
    numbered = number_of(block, serial)
    found = [service_of(hall, service_id) for service_id in services]
    came = min(max(issued_at.astimezone(UTC), block.leased_at), now)
    ticket_id = f"{block.id}.{serial}" + (f".{secret}" if secret else "")
    queue_id = queue_still_there(hall.branch, block.queue_id)
    ticket = new_ticket(hall, came, ticket_id, found, queue_id, segment, numbered)
    change = Change(
        "ticket.issued",
        ticket=ticket,
        block=replace(block, used=(*block.used, serial)),
        reason=_handed_in(hall, issued_at, came, now),
    )
    return Decision([change], ticket_id=ticket.id)


def return_numbers(hall: Hall, actor: Actor, now: datetime, *, block_id: str) -> Decision:
    """What was not handed in will not be. Doing it twice changes nothing."""
    block = _own_block(hall, actor, block_id)
    return Decision([] if block.returned else [given_back(block)], block_id=block_id)


def given_back(block: Block) -> Change:
    """The end of a block, with what was never given of it: it explains the hole in the numbers, if there is one."""
    unused = block.unused
    why = because("numbers_not_given", count=len(unused), numbers=told(block.prefix, unused)) if unused else None
    return Change("numbers.returned", block=replace(block, returned=True), reason=why)


def report(
    hall: Hall, actor: Actor, now: datetime, *, parts: dict[str, str], note: str = "", offline: bool = False
) -> Decision:
    """How a device is. Only a change is an event, named by the worst of what is wrong now."""
    before = hall.devices.get(actor.id)
    was_online = before is not None and before.online
    if offline:
        gone = (
            [Change("device.offline", device=replace(before, online=False, at=now))] if before and was_online else []
        )
        return Decision(gone, device_id=actor.id)
    known = before.parts if before is not None and was_online else {}
    if was_online and known | parts == known:
        return Decision([], device_id=actor.id)
    device = Device(actor.id, actor.kind, actor.name or actor.id, known | parts, online=True, at=now, note=note)
    if device.wrong:
        since = before.wrong_since if before is not None and was_online else None
        device = replace(device, wrong_since=since or now)
    changes = [] if was_online else [Change("device.online", device=device)]
    if was_online or device.wrong:
        changes.append(Change(f"device.{device.condition}", device=device))
    return Decision(changes, device_id=actor.id)


def fall_silent(hall: Hall, actor: Actor, now: datetime, *, device_ids: Sequence[str], seconds: int) -> Decision:
    """Those of these devices that are still taken to be there have said nothing for so long: nobody knows how they
    are. Their next report brings them back."""
    why = because("device_silent", seconds=seconds)
    known = [hall.devices[one] for one in device_ids if one in hall.devices]
    lost = [replace(one, parts=SILENT, online=False, at=now, wrong_since=now, note="") for one in known if one.online]
    return Decision([Change("device.offline", device=device, reason=why) for device in lost])


@dataclass(frozen=True, slots=True)
class CallOut:
    """A call as the log has it."""

    seq: int
    ticket_id: str
    number: str
    counter_id: str


def announce(
    hall: Hall,
    actor: Actor,
    now: datetime,
    *,
    call_seq: int,
    call: CallOut | None,
    outcome: str,
    by: Sequence[str] = (),
    note: str = "",
) -> Decision:
    """What a display made of a call. `call` is the log's event `call_seq`, None where that called nobody. Whoever
    announces is online, whether it has said so today or not."""
    if call is None or call.seq != call_seq or call_seq <= hall.day_seq:
        raise Refusal("call_not_found")
    announcement = Announcement(
        call_seq=call_seq,
        ticket_id=call.ticket_id,
        number=call.number,
        counter_id=call.counter_id,
        device_id=actor.id,
        outcome=outcome,
        by=tuple(by),
        note=note,
        at=now,
        stands=_to_be_said(hall, call, outcome),
    )
    known = hall.devices.get(actor.id)
    changes = [] if known is not None and known.online else report(hall, actor, now, parts={}).changes
    changes.append(Change(f"announcement.{outcome}", announcement=announcement))
    return Decision(changes, announcement=announcement)


def _to_be_said(hall: Hall, call: CallOut, outcome: str) -> bool:
    """Whether staff are to see it: of the newest call of a ticket that is at that counter still, and that it was
    heard, if anyone heard it."""
    ticket, before = hall.tickets.get(call.ticket_id), hall.announcements.get(call.ticket_id)
    if ticket is None or not ticket.at_counter or ticket.counter_id != call.counter_id:
        return False
    if before is None or before.call_seq != call.seq:
        return before is None or before.call_seq < call.seq
    return outcome == MADE or before.outcome != MADE


def _own_block(hall: Hall, actor: Actor, block_id: str) -> Block:
    """The device's own block; an operator may hand in for a device that has broken down."""
    block = hall.block(block_id)
    if block.device_id != actor.id and actor.kind != "operator":
        raise Refusal("not_your_block", number=printed(block.prefix, block.first_serial))
    return block


def _handed_in(hall: Hall, claimed: datetime, came: datetime, now: datetime) -> Reason:
    """Why the ticket is older than its event, and which time was taken where the device's clock cannot be right."""
    if abs(claimed - came) <= ASTRAY:
        return because("handed_in", minutes=round((now - came).total_seconds() / 60))
    said, taken = (f"{hall.branch.local(at):%Y-%m-%d %H:%M}" for at in (claimed, came))
    return because("handed_in_mended", claimed=said, taken=taken)
