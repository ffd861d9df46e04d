"""What happens because time passes, or because a machine is free: nobody presses a key for it."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from server.actions.decision import Actor, Decision
from server.actions.device import given_back
from server.actions.teller import call_at, closed, missed
from server.domain.advice import Advice, AdviceState
from server.domain.counter import Status
from server.domain.events import Change, Reason, because
from server.domain.hall import Hall
from server.domain.ticket import State, Ticket, move

CLOCK = Actor("clock", "clock")


def sweep(hall: Hall, actor: Actor, now: datetime) -> Decision:
    """Every deadline that has passed. Doing it twice changes nothing. What expires with the day is not missed at a
    machine as well, or one ticket would end twice."""
    return Decision(_end_of_day(hall, now) or _unanswered_machine_calls(hall, now))


def next_deadline(hall: Hall) -> datetime | None:
    """From when on `sweep` will find something if nobody does anything; None where it never will."""
    patience = timedelta(seconds=hall.branch.rules.machine_no_show_s)
    found = [ticket.called_at + patience for ticket in _called_to_machines(hall) if ticket.called_at is not None]
    if hall.business_day is not None and any(ticket.open for ticket in hall.tickets.values()):
        found.append(hall.branch.expiry(hall.business_day))
    return min(found, default=None)


def start_day(hall: Hall, now: datetime) -> list[Change]:
    """The first thing that happens on a new business day: yesterday is cleared, numbers begin again."""
    day = hall.branch.business_day(now)
    if hall.business_day == day:
        return []
    why = because("end_of_day")
    return [
        *_expire_all(hall, now),
        *(
            Change("counter.closed", counter=closed(counter, now), reason=why)
            for counter in hall.counters.values()
            if counter.status is not Status.CLOSED and not counter.is_machine
        ),
        *(Change("advice.withdrawn", advice=withdrawn(advice, now), reason=why) for advice in hall.advices.values()),
        *_never_judged(hall, now),
        *(given_back(block) for block in hall.blocks.values() if not block.returned and block.unused),
        Change("branch.day_started", day=day),
    ]


def call_free_machines(hall: Hall, now: datetime) -> list[Change]:
    """One call for one free self-service machine, if somebody waits for it; asked again until there is none."""
    for counter in hall.open_now.machines:
        if counter.id not in hall.at_counter:
            call = call_at(hall, counter, now)
            if call is not None:
                return [call]
    return []


def give_advice(hall: Hall, actor: Actor, now: datetime, *, withdraw: dict[str, str], give: list[Advice]) -> Decision:
    """What the advisor found since it last looked: `withdraw` is class -> why the standing advice falls."""
    changes = [
        Change("advice.withdrawn", advice=withdrawn(hall.advices[key], now), reason=because(why))
        for key, why in withdraw.items()
        if key in hall.advices
    ]
    stands = set(hall.advices) - set(withdraw)
    changes += [
        Change("advice.issued", advice=replace(advice, issued_at=now), reason=reason_of(advice))
        for advice in give
        if advice.counter_class.value not in stands and _still_fits(hall, advice)
    ]
    return Decision(changes)


def _still_fits(hall: Hall, advice: Advice) -> bool:
    """The branch may have been set up anew while it was thought about."""
    if advice.counter_class.value not in hall.branch.policies:
        return False
    queues = hall.branch.queues
    named = all(entry.queue_id in queues and not queues[entry.queue_id].retired for entry in advice.profile or ())
    return named and (advice.counter_id is None or advice.counter_id in hall.counters)


def score_advice(hall: Hall, actor: Actor, now: datetime, *, scores: dict[str, dict[str, Any]]) -> Decision:
    """Advice whose horizon has passed, judged in hindsight: `scores` is advice id -> the advisor's judgement."""
    return Decision(
        [
            Change("advice.scored", advice=replace(hall.unscored[key], score=score))
            for key, score in scores.items()
            if key in hall.unscored
        ]
    )


def _never_judged(hall: Hall, now: datetime) -> list[Change]:
    """Nobody was there when the horizon passed: that is said, and counts neither way."""
    score = {"verdict": "unknown"}
    standing = {advice.id for advice in hall.advices.values()}
    left = [withdrawn(one, now) if one.id in standing else one for one in hall.unscored.values()]
    return [Change("advice.scored", advice=replace(advice, score=score)) for advice in left]


def reason_of(advice: Advice) -> Reason | None:
    """The advisor's own reason, in words."""
    reason = advice.figures.get("reason")
    return because(reason["code"], **reason["params"]) if reason else None


def withdrawn(advice: Advice, now: datetime) -> Advice:
    return replace(advice, state=AdviceState.WITHDRAWN, answered_at=advice.answered_at or now)


def _unanswered_machine_calls(hall: Hall, now: datetime) -> list[Change]:
    patience = timedelta(seconds=hall.branch.rules.machine_no_show_s)
    why = because("no_answer", seconds=round(patience.total_seconds()))
    return [
        missed(hall, ticket, now, why)
        for ticket in _called_to_machines(hall)
        if ticket.called_at is not None and now - ticket.called_at > patience
    ]


def _called_to_machines(hall: Hall) -> list[Ticket]:
    """Whoever has been called to a machine and has not started, by counter."""
    return [
        ticket
        for counter_id, ticket in sorted(hall.at_counter.items())
        if hall.counters[counter_id].is_machine and ticket.state is State.CALLED
    ]


def _end_of_day(hall: Hall, now: datetime) -> list[Change]:
    if hall.business_day is None or now < hall.branch.expiry(hall.business_day):
        return []
    return _expire_all(hall, now)


def _expire_all(hall: Hall, now: datetime) -> list[Change]:
    """In the order of the numbers: a hall that was loaded decides the same as the one that wrote it."""
    why = because("end_of_day")
    return [
        Change("ticket.expired", ticket=move(ticket, "expired", ended_at=now), reason=why)
        for ticket in sorted(hall.tickets.values(), key=lambda t: (t.prefix, t.serial, t.step))
        if ticket.open
    ]
