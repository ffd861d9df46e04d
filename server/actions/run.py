"""One command, run on one hall: decide, give each change its place in the log, evolve."""

from datetime import datetime
from typing import Any

from server.actions.clock import CLOCK, call_free_machines, start_day
from server.actions.decision import Actor, Command, Decision
from server.domain.events import VERSION, Change, DeviceEvent, Event, SetUpEvent
from server.domain.evolve import evolve
from server.domain.hall import Hall
from server.domain.trail import Noted, note


def begin_day(hall: Hall, now: datetime) -> list[Event]:
    """The events that begin a new business day, applied; none if it has begun. Time passes whatever a command
    says, so this stands even where the command after it is refused."""
    now = not_before(hall, now)
    return record(hall, start_day(hall, now), CLOCK, now)


def run(
    hall: Hall, command: Command, now: datetime, noted: list[Noted] | None = None
) -> tuple[list[Event], dict[str, Any]]:
    """The events of the command, already applied to the hall, and its answer; or a Refusal, and no change.

    Free machines call after it, in the same commit. `noted` is given what the audit trail is to tell.
    """
    now = not_before(hall, now)
    decision = command.action(hall, command.actor, now, **command.arguments)
    events = record(hall, decision.changes, command.actor, now, noted)
    answer = answer_of(hall, decision, events)
    while changes := call_free_machines(hall, now):
        events += record(hall, changes, CLOCK, now)
    return events, answer


def not_before(hall: Hall, now: datetime) -> datetime:
    """A clock that is set back must not put an event before its cause."""
    return now if hall.last_at is None else max(now, hall.last_at)


def record(
    hall: Hall, changes: list[Change], actor: Actor, now: datetime, noted: list[Noted] | None = None
) -> list[Event]:
    events = []
    for change in changes:
        seq = hall.seq + 1
        more: dict[str, Any] = {}
        if change.of_device:
            more = {"block": change.block, "device": change.device, "announcement": change.announcement}
        elif change.counters is not None:
            more = {"counters": change.counters}
        event = (DeviceEvent if change.of_device else SetUpEvent if more else Event)(
            id=f"{hall.branch.id}:{hall.epoch}:{seq}",
            branch_id=hall.branch.id,
            seq=seq,
            kind=change.kind,
            at=now,
            actor=str(actor),
            version=VERSION,
            reason=change.reason,
            ticket=change.ticket,
            counter=change.counter,
            advice=change.advice,
            day=change.day,
            branch=change.branch,
            **more,
        )
        if noted is not None and (one := note(hall, event)) is not None:
            noted.append(one)
        evolve(hall, event)
        events.append(event)
    return events


def answer_of(hall: Hall, decision: Decision, events: list[Event]) -> dict[str, Any]:
    """What the caller is told: the newest state of what the command was about, and why. Whoever may act is
    staff or holds the ticket, so nothing is left out."""
    answer: dict[str, Any] = {"seq": hall.seq}
    reason = decision.note
    if decision.ticket_id is not None or decision.note is not None:
        told = [e for e in events if e.ticket and e.ticket.id == decision.ticket_id]
        ticket = told[-1].ticket if told else hall.tickets.get(decision.ticket_id or "")
        answer["ticket"] = ticket
        reason = told[-1].reason if told else reason
    if decision.counter_id is not None:
        answer["counter"] = hall.counters[decision.counter_id]
    if decision.advice_id is not None:
        answer["advice"] = next((e.advice for e in events if e.advice), None)
    if decision.block_id is not None:
        answer["block"] = hall.blocks[decision.block_id]
    if decision.device_id is not None:
        answer["device"] = hall.devices.get(decision.device_id)
    if decision.announcement is not None:
        answer["announcement"] = decision.announcement
    answer["reason"] = reason
    return answer | decision.more
