"""The ladder of queueing formulas: the highest rung that the measurements bear speaks, and says why."""

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from server.advisor.abandonment import erlang_a
from server.advisor.arguments import count, rate
from server.advisor.class_figures import ClassFigures
from server.advisor.gamma_rate import GammaRate
from server.advisor.general_service import general_service_wait
from server.advisor.mean_load import offered_load_over
from server.advisor.patience import Patience
from server.advisor.priority import priority_waits
from server.advisor.queue_model import mms
from server.advisor.recommendation import Reason
from server.advisor.spread import FEW

MMS, ABANDONMENT, SPREAD, CHANGING, PRIORITY = range(1, 6)

CHANGES = 0.1  # a load ahead that differs from the present one by a smaller share is the present one
_TWO_SIDES = 1.959963984540054  # standard errors on either side, 95 %


@dataclass(frozen=True, slots=True)
class Evidence:
    """What has been measured of one class of counters. Rates per minute, times in minutes.

    `patience` None: not measured. `cv2` of the services is of `cv2_n` of them; `cv2_log_error` is the standard error
    of its logarithm, where more is known of it than the two say. `rates_ahead` are today's expected arrivals in
    consecutive steps of `step_min` from now on, none where no day is known. `sharing` holds the arrival and service
    rate of every class of customers at these counters, the first to be called first, `place` says which is this one.
    ValueError for impossible figures.
    """

    arrivals: GammaRate
    service: GammaRate
    patience: Patience | None = None
    cv2: float | None = None
    cv2_n: float = 0.0
    cv2_log_error: float | None = None
    rates_ahead: tuple[float, ...] = ()
    step_min: float = 5.0
    sharing: tuple[tuple[float, float], ...] = ()
    place: int = 0

    def __post_init__(self) -> None:
        rate(self.cv2_n, "cv2_n")
        rate(self.step_min, "step_min", zero=False)
        for value in (self.cv2, self.cv2_log_error):
            if value is not None:
                rate(value, "cv2")
        for value in (*self.rates_ahead, *(arriving for arriving, _ in self.sharing)):
            rate(value, "arrivals")
        if self.sharing and count(self.place, "place") >= len(self.sharing):
            raise ValueError(f"place must be one of the {len(self.sharing)} classes; got {self.place!r}")

    @classmethod
    def of(cls, figures: ClassFigures, **known: Any) -> "Evidence":
        """From a class as measured; `known` are the fields of which it says nothing."""
        spread = figures.durations
        return cls(
            arrivals=figures.arrival_rate,
            service=figures.service_rate,
            patience=figures.patience,
            cv2=spread.cv2,
            cv2_n=spread.n,
            cv2_log_error=spread.cv2_log_error,
            **known,
        )

    def cv2_interval(self) -> tuple[float, float] | None:
        """Where the true cv2 lies with 95 %: its logarithm is nearly normal, with variance (2 + 2 cv2) / n for Gamma
        services, the exponential among them (delta method; its estimate is low for services with a longer tail)."""
        if not self.cv2 or not self.cv2_n:
            return None
        error = self.cv2_log_error or math.sqrt((2 + 2 * self.cv2) / self.cv2_n)
        reach = math.exp(_TWO_SIDES * error)
        return self.cv2 / reach, self.cv2 * reach


@dataclass(frozen=True, slots=True)
class Spoken:
    """What one number of counters would give, by the `rung` (1 ... 5) that speaks and for this `reason`.

    Mean wait in minutes, mean number waiting, P(wait > 0); the first two are infinite where the counters cannot
    keep up. `besides` are the grounds of lower rungs that went into it.
    """

    rung: int
    reason: Reason
    wait_min: float
    waiting: float
    p_wait: float
    besides: tuple[Reason, ...] = ()


class _Grounds(NamedTuple):
    """The rungs that the evidence bears, with their reasons, and by how much the load ahead exceeds that of now."""

    reasons: dict[int, Reason]
    factor: float


def speak(evidence: Evidence, servers: int) -> Spoken:
    """The wait at `servers` >= 1 open counters by the highest rung that the evidence bears.

    1 M/M/s: always. 2 Erlang A: at least 3 % of customers leave, and the interval of that share is clear of 1 %.
    3 Kimura or Whitt: 30 services and more, and the interval of cv2 excludes 1. 4: the load ahead differs from that
    of now by a tenth: its mean (modified offered load) takes the place of the present one in the formula of the
    highest other rung. 5: classes of different priority share the counters. Of the formulas 5, 3, 2, 1 the first
    with a finite answer is taken: customers who leave keep a queue finite that would grow for ever.
    """
    servers, grounds = count(servers, "servers", least=1), _grounds(evidence)
    formulas = [rung for rung in (PRIORITY, SPREAD, ABANDONMENT, MMS) if rung in grounds.reasons]
    answers = {}
    for rung in formulas:
        answers[rung] = _FORMULAS[rung](evidence, servers, grounds.factor)
        if math.isfinite(answers[rung][0]):
            break
    else:
        rung = formulas[0]
    used = sorted({rung, CHANGING} & grounds.reasons.keys(), reverse=True)
    reason, *besides = (grounds.reasons[each] for each in used)
    return Spoken(used[0], reason, *answers[rung], tuple(besides))


@lru_cache(maxsize=256)
def _grounds(evidence: Evidence) -> _Grounds:
    """Remembered: every number of counters is asked of the same evidence."""
    change = _change(evidence)
    found = {
        PRIORITY: _sharing(evidence),
        CHANGING: change and change[0],
        SPREAD: _spread(evidence),
        ABANDONMENT: _abandonment(evidence),
        MMS: Reason("rung_mms", {}),
    }
    return _Grounds({rung: reason for rung, reason in found.items() if reason}, change[1] if change else 1.0)


def _sharing(evidence: Evidence) -> Reason | None:
    others = [arriving for at, (arriving, _) in enumerate(evidence.sharing) if at != evidence.place]
    if not any(others):
        return None
    return Reason("rung_priority", {"classes": len(evidence.sharing), "place": evidence.place + 1})


def _change(evidence: Evidence) -> tuple[Reason, float] | None:
    service = evidence.service.mean
    now = evidence.arrivals.mean / service
    loads = [load.mean for load in offered_load_over(evidence.rates_ahead, service, evidence.step_min, now)]
    if not any(abs(load - now) > CHANGES * now for load in loads):
        return None
    ahead = math.fsum(loads) / len(loads)
    params = {
        "now": round(now * service * 60),
        "ahead": round(ahead * service * 60),
        "minutes": round(len(loads) * evidence.step_min),
    }
    return Reason("rung_changing", params), ahead / now


def _spread(evidence: Evidence) -> Reason | None:
    interval = evidence.cv2_interval()
    if interval is None or evidence.cv2 is None or evidence.cv2_n < FEW or interval[0] <= 1 <= interval[1]:
        return None
    return Reason("rung_spread", {"cv2": round(evidence.cv2, 2), "services": round(evidence.cv2_n)})


def _abandonment(evidence: Evidence) -> Reason | None:
    patience = evidence.patience
    if patience is None or not patience.matters:
        return None
    percent, minutes = round(100 * patience.share), round(1 / patience.hazard.mean)
    return Reason("rung_abandonment", {"percent": percent, "patience": minutes})


Answer = tuple[float, float, float]  # mean wait in minutes, mean number waiting, P(wait > 0)


def _by_mms(evidence: Evidence, servers: int, factor: float) -> Answer:
    found = mms(evidence.arrivals.mean * factor, evidence.service.mean, servers)
    return found.wq, found.lq, found.p_wait


def _by_erlang_a(evidence: Evidence, servers: int, factor: float) -> Answer:
    assert evidence.patience is not None
    rates = evidence.arrivals.mean * factor, evidence.service.mean, evidence.patience.hazard.mean
    found = erlang_a(*rates, servers)
    return found.wq, found.lq, found.p_wait


def _by_spread(evidence: Evidence, servers: int, factor: float) -> Answer:
    assert evidence.cv2 is not None
    found = general_service_wait(evidence.arrivals.mean * factor, evidence.service.mean, servers, evidence.cv2)
    return found.wq, found.lq, found.p_wait


def _by_priority(evidence: Evidence, servers: int, factor: float) -> Answer:
    arrivals, services = zip(*evidence.sharing, strict=True)
    found = priority_waits([arriving * factor for arriving in arrivals], services, servers)
    return found.wq[evidence.place], found.lq[evidence.place], found.p_wait


_FORMULAS = {MMS: _by_mms, ABANDONMENT: _by_erlang_a, SPREAD: _by_spread, PRIORITY: _by_priority}
