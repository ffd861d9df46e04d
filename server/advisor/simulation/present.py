"""Who is in the hall now, and how their visit may go on: where a simulation of the near future begins."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from server.advisor.simulation.crowd import NEVER, Crowd
from server.advisor.simulation.draw import draw_arrivals, draw_services
from server.domain.branch import Branch, CounterClass
from server.domain.hall import Hall
from server.domain.ticket import Segment, Ticket

TRIES = 50  # at a service that has lasted as long as this one


@dataclass(frozen=True, slots=True)
class Expected:
    """What is expected of the near future: arrivals per minute by queue, minutes of service by class.

    `cv2_by_class`: squared coefficient of variation of services, exponential where it is not given.
    `no_show_share` of the tickets are called in vain; `patience`: mean minutes until a customer gives up.
    """

    rates_by_queue: Mapping[str, float]
    mean_service_by_class: Mapping[CounterClass, float]
    cv2_by_class: Mapping[CounterClass, float] = field(default_factory=dict)
    no_show_share: float = 0.0
    patience: float | None = None


@dataclass(frozen=True, slots=True)
class Present:
    """The people in the hall at `now`, by arrival; `at_counter` holds those at a counter by their place in
    `tickets`. Who was called and has not come yet is taken for one who is served."""

    branch: Branch
    now: datetime
    tickets: tuple[Ticket, ...]
    at_counter: frozenset[int]

    def minutes_since(self, then: datetime | None) -> float:
        return 0.0 if then is None else max(0.0, (self.now - then).total_seconds() / 60)


def present_in(hall: Hall, now: datetime) -> Present:
    """Who is in the hall. Parked and booked tickets are left out: nobody knows when they come back."""
    found = [ticket for queue in hall.waiting.values() for ticket in queue.values()]
    found += hall.at_counter.values()
    found.sort(key=lambda ticket: (ticket.arrived_at, ticket.prefix, ticket.serial))
    served = frozenset(place for place, ticket in enumerate(found) if ticket.at_counter)
    return Present(hall.branch, now, tuple(found), served)


def draw_future(rng: Random, present: Present, expected: Expected, horizon: float) -> Crowd:
    """Everybody who is in the hall, then who comes within `horizon` minutes, with all that is not known yet
    drawn at random. The service of those at a counter is what is left of it."""
    new_arrivals: list[tuple[float, str]] = []
    for queue_id, per_minute in expected.rates_by_queue.items():
        new_arrivals += [(at, queue_id) for at in draw_arrivals(rng, [per_minute], horizon)]
    new_arrivals.sort()
    queue_ids = [ticket.queue_id for ticket in present.tickets] + [queue_id for _, queue_id in new_arrivals]
    arrivals = [-present.minutes_since(ticket.arrived_at) for ticket in present.tickets]
    arrivals += [at for at, _ in new_arrivals]
    elapsed = [
        present.minutes_since(ticket.called_at) if place in present.at_counter else 0.0
        for place, ticket in enumerate(present.tickets)
    ]
    elapsed += [0.0] * len(new_arrivals)
    services = [
        _rest_of_service(rng, expected, present.branch.class_of(queue_id), minutes)
        for queue_id, minutes in zip(queue_ids, elapsed, strict=True)
    ]
    by_queue = {queue_id: Segment(segment) for segment, queue_id in present.branch.segment_queues.items()}
    segments = [ticket.segment for ticket in present.tickets]
    segments += [by_queue.get(queue_id, Segment.ORDINARY) for _, queue_id in new_arrivals]
    everybody = list(zip(queue_ids, segments, strict=True))
    places = list(dict.fromkeys(everybody))
    number_of = {place: number for number, place in enumerate(places)}
    patience = missed = None
    if expected.patience is not None:
        rest = draw_services(rng, len(arrivals), expected.patience)
        patience = [left + max(0.0, -at) for left, at in zip(rest, arrivals, strict=True)]
    if expected.no_show_share > 0:
        missed = [NEVER * (rng.random() < expected.no_show_share) for _ in arrivals]
    return Crowd(arrivals, services, [number_of[place] for place in everybody], places, patience, missed)


def _rest_of_service(rng: Random, expected: Expected, counter_class: CounterClass, elapsed: float) -> float:
    mean, cv2 = expected.mean_service_by_class[counter_class], expected.cv2_by_class.get(counter_class, 1.0)
    if elapsed == 0.0 or cv2 == 1.0:  # an exponential service does not know how long it has lasted
        return draw_services(rng, 1, mean, cv2)[0]
    for _ in range(TRIES):
        whole = draw_services(rng, 1, mean, cv2)[0]
        if whole > elapsed:
            return whole - elapsed
    return draw_services(rng, 1, mean)[0]  # longer than anything that was expected
