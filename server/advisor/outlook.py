"""What is known of each queue when a wait is quoted: its pace, who comes, and who overtakes."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from server.advisor.class_record import ClassFigures
from server.advisor.queue_record import QueueRecord, QueueRecords
from server.domain.branch import Branch

# From this share of numbers that nobody answers on, the last customer's wait is asked too.
MANY_GONE = 0.15
ENOUGH_CALLS = 20
FRESH = timedelta(minutes=30)
# A cv2 from fewer services than this says nothing; from n on it counts n / (n + this).
CV2_NEEDS = 30


@dataclass(frozen=True, slots=True)
class Outlook:
    """One queue. Times in seconds, rates per second.

    `mean_service_s` > 0 is for how long a number occupies a counter, those included that nobody answers, as
    known from `services` of them, and `cv2` its squared coefficient of variation. `overtaking` is the rate of
    arrivals with a head start. `last_wait_s` is that of the last number called, where it should be asked.
    """

    mean_service_s: float
    services: float = math.inf
    cv2: float = 1.0
    arrivals: float = 0.0
    overtaking: float = 0.0
    last_wait_s: float | None = None


Outlooks = Mapping[str, Outlook]  # by queue


def expected(branch: Branch) -> dict[str, Outlook]:
    """The branch's own expectations, where nothing is measured."""
    return {
        key: Outlook(branch.policies[queue.counter_class].expected_service_min * 60)
        for key, queue in branch.queues.items()
        if queue.counter_class in branch.policies  # the class of a queue that was given up may be gone with it
    }


def outlooks(
    branch: Branch, figures: Mapping[str, ClassFigures], records: QueueRecords, now: datetime
) -> dict[str, Outlook]:
    """Every queue as measured at `now`: its class's rates, divided as the queues of a class have seen arrivals."""
    found = expected(branch)
    for key, queue in branch.queues.items():
        measured = figures.get(queue.counter_class)
        if measured is None:
            continue
        record = records.of(key)
        of_class = [other.id for other in branch.queues.values() if other.counter_class is queue.counter_class]
        part = (record.issued + 1) / sum(records.of(other).issued + 1 for other in of_class)
        arrivals = measured.arrival_rate.mean / 60 * part
        found[key] = Outlook(
            mean_service_s=60 / measured.service_rate.mean,
            services=measured.service_rate.alpha,
            cv2=_cv2_of_occupation(measured),
            arrivals=arrivals,
            overtaking=arrivals * record.with_head_start / max(record.issued, 1),
            last_wait_s=_last_wait(record, now),
        )
    return found


def _cv2_of_occupation(measured: ClassFigures) -> float:
    """Numbers that nobody answers occupy a counter for next to no time, which spreads the occupation more than
    completed services alone: (1 + cv2) / (1 - gone) - 1. Exponential until enough services are known."""
    if measured.cv2 is None or measured.cv2_n < CV2_NEEDS:
        return 1.0
    gone = measured.no_shows / max(1, measured.completions + measured.no_shows)
    whole = (1 + measured.cv2) / (1 - min(gone, 0.9)) - 1
    return 1 + (whole - 1) * measured.cv2_n / (measured.cv2_n + CV2_NEEDS)


def _last_wait(record: QueueRecord, now: datetime) -> float | None:
    """The wait of the last number called, where so many do not answer that counting heads misleads."""
    if record.first_calls < ENOUGH_CALLS or record.gone < MANY_GONE or record.last_call_at is None:
        return None
    return record.last_wait_s if now - record.last_call_at <= FRESH else None
