"""Advice about people between classes: a counter that should help elsewhere, or machines that would be quicker."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from server.actions.customer import Offer
from server.advisor.relief import CROWD, Move, NextHour, Relief, best_move, moves
from server.domain.advice import Advice, AdviceState
from server.domain.branch import CounterClass
from server.domain.hall import Counters, Hall
from server.domain.line import Line
from server.live.advising import score_due

if TYPE_CHECKING:
    from server.advisor.rates import Measurements

Json = dict[str, Any]

DWELL = timedelta(minutes=10)  # of silence, as for any other advice
STANDS = timedelta(minutes=15)  # unanswered; then the hour that was played is too long ago
LONG_S, SHORTER = 600.0, 0.5  # a wait worth sending people elsewhere for, and what it must be there


def copied(hall: Hall) -> Hall:
    """The hall as it is now, for a thread to look at: what is in it never changes, only its lists do."""
    return replace(
        hall,
        counters=Counters(hall.counters),
        tickets=dict(hall.tickets),
        waiting={key: Line(queue.values()) for key, queue in hall.waiting.items()},
        at_counter=dict(hall.at_counter),
        tallies={key: replace(tally) for key, tally in hall.tallies.items()},
        recent_calls=list(hall.recent_calls),
        advices=dict(hall.advices),
        unscored=dict(hall.unscored),
        settled_at=dict(hall.settled_at),
    )


def silent_classes(hall: Hall) -> set[str]:
    """Classes of which no advice stands."""
    return set(hall.branch.policies) - set(hall.advices)


def dwelling(hall: Hall, advice: Advice, now: datetime) -> bool:
    """Whether the class has changed, or its last advice was dismissed, a moment ago."""
    settled = hall.settled_at.get(advice.counter_class.value)
    return settled is not None and now - settled < DWELL


def wanted_moves(hall: Hall, now: datetime) -> list[Move]:
    """What is worth playing: nothing for a class that an advice stands for, or that has just been changed, and no
    counter that another advice is about: whoever is asked to close is not asked to help as well."""
    free = silent_classes(hall)
    free -= {key for key, at in hall.settled_at.items() if now - at < DWELL}
    asked = {advice.counter_id for advice in hall.advices.values()}
    return [
        move
        for move in moves(hall, now)
        if hall.branch.class_of(move.queue_id) in free and move.counter_id not in asked
    ]


def next_hour(measurements: "Measurements", now: datetime) -> NextHour:
    means = {CounterClass(key): seconds / 60 for key, seconds in measurements.mean_service_s(now).items()}
    return NextHour(measurements.queue_rates(now), means)


def relief_for(hall: Hall, now: datetime, tried: list[Move], expected: NextHour) -> Relief | None:
    """Pure, and long: for a thread of its own, on a copy of the hall."""
    return best_move(hall, now, tried, expected, seed=hall.seq)


def move_advice(hall: Hall, found: Relief, now: datetime, advice_id: str) -> Advice:
    move, counter = found.move, hall.counters[found.move.counter_id]
    params = {
        "counter": counter.number,
        "queue": hall.branch.queues[move.queue_id].name,
        "waiting": len(hall.waiting.get(move.queue_id, ())),
        "wait_now": round(found.wait_now),
        "wait_after": round(found.wait_after),
        "saving": round(found.saving),
    }
    figures = {
        "reason": {"code": "advice_profile", "params": params},
        "relieves": move.queue_id,
        "wait_now": found.wait_now,
        "wait_after": found.wait_after,
        "saving": found.saving,
        "confidence": found.confidence,
    }
    given = _advice(hall, move.queue_id, "profile", figures, now, advice_id)
    return replace(given, counter_id=move.counter_id, profile=move.profile)


def diverting(hall: Hall, offers: Iterable[Offer]) -> list[Json]:
    """Queues whose people would be served sooner at the machines: the figures of an advice for each."""
    waits = {offer.queue_id: offer.p50_s for offer in offers}
    found = []
    for queue_id, machine, people in _could_go(hall):
        here, there = waits.get(queue_id), waits.get(machine)
        if here is None or there is None or people < CROWD or here < LONG_S or there > SHORTER * here:
            continue
        params = {
            "people": people,
            "queue": hall.branch.queues[queue_id].name,
            "wait_now": round(here / 60),
            "wait_after": round(there / 60),
        }
        found.append(
            {
                "reason": {"code": "advice_divert", "params": params},
                "queue_id": queue_id,
                "machine_queue_id": machine,
                "wait_now": here / 60,
                "wait_after": there / 60,
                "people": people,
            }
        )
    return found


def crowded(hall: Hall) -> bool:
    """Whether so many wait who could go to a machine that it is worth asking how long they wait."""
    return any(people >= CROWD for _, _, people in _could_go(hall))


def _could_go(hall: Hall) -> list[tuple[str, str, int]]:
    """(queue, machines' queue, how many wait there whose service a machine can do)."""
    counted: dict[tuple[str, str], int] = {}
    for queue_id, waiting in hall.waiting.items():
        for ticket in waiting.values():
            machine = hall.branch.services[ticket.service_id].machine_queue_id
            if machine is not None and machine != queue_id and hall.open_serving(machine):
                counted[queue_id, machine] = counted.get((queue_id, machine), 0) + 1
    return [(queue_id, machine, people) for (queue_id, machine), people in sorted(counted.items())]


def divert_advice(hall: Hall, figures: Json, now: datetime, advice_id: str) -> Advice:
    return _advice(hall, figures["queue_id"], "divert", figures, now, advice_id)


def fallen(hall: Hall, offers: Iterable[Offer], now: datetime) -> dict[str, str]:
    """class -> why its standing advice about people has had its day."""
    found: dict[str, str] = {}
    still = {figures["queue_id"] for figures in diverting(hall, offers)}
    for key, advice in hall.advices.items():
        if advice.action == "profile":
            counter = hall.counters.get(advice.counter_id or "")
            if counter is not None and counter.serves(advice.figures["relieves"]):
                found[key] = "followed"
            elif counter is None or not counter.is_open or now - advice.issued_at > STANDS:
                found[key] = "no_longer_needed"
        if advice.action == "divert" and advice.figures["queue_id"] not in still:
            found[key] = "no_longer_needed"
    return found


def _advice(hall: Hall, queue_id: str, action: str, figures: Json, now: datetime, advice_id: str) -> Advice:
    counter_class = hall.branch.class_of(queue_id)
    open_now = len(hall.open_counters(counter_class))
    return Advice(
        id=advice_id,
        branch_id=hall.branch.id,
        counter_class=counter_class,
        action=action,
        counter_id=None,
        open_now=open_now,
        advised=open_now,
        state=AdviceState.ISSUED,
        issued_at=now,
        figures=figures,
        score_due=score_due(hall, now),
    )
