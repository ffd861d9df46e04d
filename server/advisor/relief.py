"""People between classes: which counter should help in which queue, by playing the next hour both ways."""

import math
import statistics
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from server.domain.branch import CounterClass, ProfileEntry
from server.domain.hall import Hall

HORIZON_MIN = 60.0
FEW_RUNS, RUNS = 12, 48  # to choose the best with, and to be sure of it
MOST_MOVES = 6
CROWD = 3  # people waiting, from which on a queue is worth helping
LONG = timedelta(minutes=5)  # that the first of them has waited
WORTH = 0.03  # of what the hour costs, saved: below it nobody should be asked to change anything


@dataclass(frozen=True, slots=True)
class Move:
    """A counter that would also serve `queue_id`, while nobody waits in its own queues."""

    counter_id: str
    queue_id: str
    profile: tuple[ProfileEntry, ...]


@dataclass(frozen=True, slots=True)
class Relief:
    """The best move and what the next hour is with it. Waits in minutes (mean of the queue), money per hour.

    `confidence`: the chance that the hour costs less with the move, from paired runs.
    """

    move: Move
    wait_now: float
    wait_after: float
    saving: float
    confidence: float


@dataclass(frozen=True, slots=True)
class NextHour:
    """What is expected: arrivals per minute by queue, minutes of service by class of the queue."""

    rates: Mapping[str, float]
    service_min: Mapping[CounterClass, float]


def moves(hall: Hall, now: datetime) -> list[Move]:
    """What could be tried; nothing unless somebody waits long in a queue that an open counter does not serve.

    Counters whose own queues are empty come first. O(counters x queues).
    """
    found: list[tuple[int, int, Move]] = []
    for queue_id, waiting in hall.waiting.items():
        if len(waiting) < CROWD or now - min(t.order_at for t in waiting.values()) < LONG:
            continue
        for counter in hall.counters.values():
            if counter.is_open and not counter.is_machine and not counter.serves(queue_id):
                busy = sum(len(hall.waiting.get(e.queue_id, ())) for e in counter.profile)
                profile = (*counter.profile, ProfileEntry(queue_id, helps=True))
                found.append((busy, -len(waiting), Move(counter.id, queue_id, profile)))
    found.sort(key=lambda one: (*one[:2], one[2].counter_id))
    machines = {queue.id for queue in hall.branch.queues.values() if queue.counter_class is CounterClass.SELF_SERVICE}
    return [move for _, _, move in found if move.queue_id not in machines][:MOST_MOVES]


def best_move(hall: Hall, now: datetime, tried: list[Move], expected: NextHour, seed: int = 0) -> Relief | None:
    """The move that saves most, if it saves enough to ask for; about 2 ms a run. `hall` is not changed.

    All are played with the same customers (common random numbers): with a few runs to find the best, with more
    to be sure of it.
    """
    from server.advisor.simulation.look_ahead import CounterChange, look_ahead

    def play(move: Move | None, runs: int) -> tuple[tuple[float, ...], Mapping[str, float]]:
        changes = [] if move is None else [CounterChange(0.0, move.counter_id, profile=move.profile)]
        found = look_ahead(hall, now, changes, expected.rates, expected.service_min, HORIZON_MIN, runs, seed)
        return found.costs, found.mean_wait

    if not tried:
        return None
    as_it_is, _ = play(None, FEW_RUNS)
    best = max(tried, key=lambda move: _saved(as_it_is, play(move, FEW_RUNS)[0]))
    before, waits = play(None, RUNS)
    after, waits_after = play(best, RUNS)
    saved = _saved(before, after)
    error = statistics.stdev(b - a for b, a in zip(before, after, strict=True)) / math.sqrt(RUNS)
    if saved < max(2 * error, WORTH * statistics.fmean(before)):
        return None
    pairs = list(zip(before, after, strict=True))
    wins = sum(a < b for b, a in pairs) + sum(a == b for b, a in pairs) / 2
    per_hour = 60 / HORIZON_MIN
    wait_now, wait_after = waits.get(best.queue_id, 0.0), waits_after.get(best.queue_id, 0.0)
    return Relief(best, wait_now, wait_after, saved * per_hour, wins / RUNS)


def _saved(before: tuple[float, ...], after: tuple[float, ...]) -> float:
    return statistics.fmean(before) - statistics.fmean(after)
