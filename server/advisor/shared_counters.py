"""How much of a counter a queue really gets: a counter is one counter, however many queues it serves."""

from datetime import timedelta
from typing import NamedTuple

from server.advisor.outlook import Outlooks
from server.advisor.turn import ALL_OF_IT, Calls, CounterCalls
from server.domain.branch import ProfileEntry
from server.domain.counter import Counter
from server.domain.hall import Hall
from server.domain.ticket import Segment


class _Claim(NamedTuple):
    """What goes before at one counter: `first` now, in mean services, and as a share `load` of the counter
    from now on; `number` customers of that load in a mean service."""

    first: float = 0.0
    load: float = 0.0
    number: float = 0.0


class _Rival(NamedTuple):
    """Another queue that the counter serves: its part for this counter, of it who is past the cap, whether the
    counter only helps there, and whether it is the VIPs'."""

    part: _Claim
    late: _Claim
    helps: bool
    vip: bool


def shared_counters(hall: Hall, queue_id: str, known: Outlooks, *, past_cap: bool = False) -> list[CounterCalls]:
    """What every open counter that serves this queue will call for somebody who joins it now.

    People in another queue are divided among all the counters that serve it, and what comes before at one:
    - where the queue is one of its own, those who wait in its other own queues: they came first. With VIPs
      the counter takes turns by the branch's weights: VIPs go first, those still to come included, but the
      others get their share at the least; and the same the other way round;
    - where it only helps, its own people, those still to come included;
    - from any queue whose oldest have waited past the cap, those who have, and who will come to it. `past_cap`
      says that this customer will wait so long too: then all who are here now go first, and nobody else.
    Counters that open, close or pause later, and promises, are left out. Tested on simulated days of the
    study's hall; counting every open counter in full for each of its queues made the promise too short.
    """
    counters = [counter for counter in hall.counters.values() if counter.is_open]
    found = []
    for counter in counters:
        entry = next((entry for entry in counter.profile if entry.queue_id == queue_id), None)
        if entry is None:
            continue
        rivals = [
            _rival(hall, other, known, queue_id, counters) for other in counter.profile if other.queue_id != queue_id
        ]
        if not rivals:
            found.append(ALL_OF_IT)
        elif past_cap:
            found.append((Calls(1.0, sum(rival.part.first for rival in rivals)),))
        else:
            found.append(_calls_of(hall, queue_id, entry.helps, rivals))
    return found


def _rival(hall: Hall, entry: ProfileEntry, known: Outlooks, queue_id: str, counters: list[Counter]) -> _Rival:
    mean, other = known[queue_id].mean_service_s, known[entry.queue_id]
    divided = sum(1 for counter in counters if counter.serves(entry.queue_id))
    longer = other.mean_service_s / mean
    number = other.arrivals * mean / divided
    waiting = hall.waiting.get(entry.queue_id, {})
    late = 0
    if waiting and hall.last_at is not None:
        limit = hall.last_at - timedelta(seconds=hall.branch.rules.wait_cap_s)
        late = sum(1 for ticket in waiting.values() if ticket.order_at < limit)
    return _Rival(
        _Claim(len(waiting) * longer / divided, number * longer, number),
        _Claim(late * longer / divided, number * longer, number) if late else _Claim(),
        entry.helps,
        hall.branch.segment_queues.get(Segment.VIP) == entry.queue_id,
    )


def _calls_of(hall: Hall, queue_id: str, helps: bool, rivals: list[_Rival]) -> CounterCalls:
    """One counter that other queues want too: what it calls for this one after they have had theirs."""
    rules, vip = hall.branch.rules, hall.branch.segment_queues.get(Segment.VIP) == queue_id
    taking_turns = [not helps and not rival.helps and (vip or rival.vip) for rival in rivals]
    claims = [_claim(helps, turns, rival) for turns, rival in zip(taking_turns, rivals, strict=True)]
    line = _after(claims, 1.0)
    if not any(taking_turns):
        return (line,)
    weight = rules.vip_weight if vip else rules.ordinary_weight
    claims = [
        rival.late if turns else claim for turns, rival, claim in zip(taking_turns, rivals, claims, strict=True)
    ]
    return line, _after(claims, weight / (rules.vip_weight + rules.ordinary_weight))


def _claim(helps: bool, taking_turns: bool, rival: _Rival) -> _Claim:
    """What of the other queue goes before."""
    if rival.helps and not helps:
        return rival.late
    if taking_turns or (helps and not rival.helps):
        return rival.part
    return _Claim(rival.part.first)


def _after(claims: list[_Claim], share: float) -> Calls:
    first, load, number = (sum(part) for part in zip(*claims, strict=True))
    return Calls(share * max(0.0, 1 - load), first, number)
