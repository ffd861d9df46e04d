"""The wait shown to a customer: a range that half and nine tenths of people in that place will not exceed."""

import math
from dataclasses import dataclass
from functools import lru_cache

from server.advisor.arguments import count, rate
from server.advisor.turn import ALL_OF_IT, Turn, next_turn

_TEN_Z, _MEDIAN_Z, _NINETY_Z = -1.2815515655446004, 0.0, 1.2815515655446004
# Beyond this the start is within 1e-5 of the answer already, and the exact sum would hold a ticket up.
_EXACT_UP_TO = 200
# Constant service would make the spread zero, and a promise to the second.
_LEAST_CV2 = 0.1


@dataclass(frozen=True, slots=True)
class WaitQuote:
    """Waiting time before the call, in the unit of the mean service time: median, ninth decile, mean, and the
    first decile. Eight in ten wait between p10 and p90."""

    p50: float
    p90: float
    mean: float
    p10: float = 0.0


AT_ONCE = WaitQuote(0.0, 0.0, 0.0)


def quote(
    ahead: int,
    servers: int,
    mean_service: float,
    *,
    cv2: float = 1.0,
    services: float = math.inf,
    overtaking: float = 0.0,
    head_start: float = math.inf,
) -> WaitQuote | None:
    """What to promise a customer who finds every counter busy and `ahead` people in front of them.

    `servers` >= 0 counters are open; `mean_service` >= 0 is the mean time a customer occupies one, in any
    unit. Free counters are taken off `ahead`: with 2 free and 1 waiting it is -1, and below zero the wait is
    nil. The call comes at the (ahead + 1)-th next end of a service: Erlang, rate servers / mean_service.
    None when no counter is open: there is no honest promise then. ValueError for impossible arguments.

    `cv2` >= 0 of the service time (below 0.1 counts as 0.1), `services` > 0 from which its mean is known,
    `overtaking` >= 0 customers per unit of time who go before, in the first `head_start` units of the wait:
    see `quote_turn` and `next_turn`. Who opens or closes a counter meanwhile is not foreseen.

    Without these, the relative error of all three quantiles is below 1e-12 up to 200 ahead and below 1e-4
    beyond. About 1 us, as the quantiles of a place are remembered. Source: ends of service at busy counters
    form a Poisson process (M/M/s).
    """
    ahead, servers = count(ahead, "ahead", least=None), count(servers, "servers")
    mean_service = rate(mean_service, "mean_service")
    if servers == 0:
        return None
    if ahead < 0 or mean_service == 0:
        return AT_ONCE
    turn = next_turn(
        ahead,
        [ALL_OF_IT] * servers,
        overtaking=rate(overtaking, "overtaking") * mean_service,
        head_start=head_start / mean_service,
    )
    return None if turn is None else quote_turn(turn, mean_service, cv2=cv2, services=services)


def quote_turn(
    turn: Turn,
    mean_service: float,
    *,
    cv2: float = 1.0,
    services: float = math.inf,
    last_wait: float | None = None,
) -> WaitQuote:
    """The promise for this turn: its distribution as a Gamma of the right mean and variance.

    `mean_service` > 0 in any unit, its `cv2` >= 0, and `services` > 0 from which it is known. Service that is
    not exponential: renewal theory, begun in the midst of services (Cox 1962, ch. 5-6), fitted to simulated
    Gamma and lognormal services, cv2 0.25 to 2, 1 to 10 counters and 1 to 40 calls. Median and ninth decile
    are off by 1 % on average for cv2 < 1 and by 4 % above; from the third call on by at most 6 and 12 %. For the
    very next calls, where two distributions with the same cv2 differ most, it is up to 12 and 18 %, and 40 %
    for the first decile. The rate itself is only known as Gamma(services / cv2): the wait is then a ratio of
    two Gammas (beta prime), exact for exponential service; its mean is infinite if that shape is 1 or less.

    `last_wait` >= 0, in the same unit, of the last customer who was called, is asked too where it is given:
    with many silent no-shows the length of the queue says too much, and the last wait too little while the
    queue grows. The mean is half-way, the variance stays. Simulated with 15 to 50 % gone when called, that
    errs by 5 to 30 % less than counting heads. (Ibrahim & Whitt 2009, Manufacturing & Service Operations
    Management 11:397-415, have the last wait alone.)
    ValueError for impossible arguments. About 2 us where such a turn has been quoted before, else 15 us.
    """
    cv2 = max(rate(cv2, "cv2"), _LEAST_CV2)
    mean_service = rate(mean_service, "mean_service", zero=False)
    if math.isnan(services) or services <= 0:
        raise ValueError(f"services must be more than zero; got {services!r}")
    if cv2 == 1 and math.isinf(services) and last_wait is None and turn.is_plain:
        p10, p50, p90 = _erlang_quantiles(int(turn.calls))
        per_call = mean_service / turn.pace
        return WaitQuote(p50 * per_call, p90 * per_call, turn.calls * per_call, p10 * per_call)
    mean, variance = _moments(turn, cv2)
    if last_wait is not None:
        mean = (mean + rate(last_wait, "last_wait") / mean_service) / 2
    known = services / cv2
    p10, p50, p90 = quantiles_of_shape(_coarse(mean * mean / variance, 50), _coarse(known, 20))
    mean *= mean_service
    expected = mean / (1 - 1 / known) if known > 1 else math.inf
    return WaitQuote(p50 * mean, p90 * mean, expected, p10 * mean)


def _moments(turn: Turn, cv2: float) -> tuple[float, float]:
    """Mean and variance of the wait in mean services.

    The ends of service of many counters look like a Poisson process for as long as each has ended few; only
    then does the cv2 of their own intervals show. And who comes in the midst of services finds longer or
    shorter rests of them than whole services would have: (1 + cv2) / 2 at one counter.
    """
    early, once, each = (3.0, 1.5, 3.5) if cv2 < 1 else (1.0, 0.7, 0.7)
    seen = once + each * turn.calls
    spread = 1 + (cv2 - 1) * seen / (turn.servers - 1 + seen)
    rests = (cv2 - 1) / 2 * -math.expm1(-early * turn.calls / turn.servers)
    mean = turn.calls / turn.servers + rests / turn.pace
    return mean, (turn.calls * spread + turn.chance) / turn.pace**2


def _coarse(shape: float, steps: int) -> float:
    """The shape on a logarithmic grid, `steps` to a factor of e, so that quantiles can be remembered. At 50
    steps the ninth decile moves by 0.3 % at the most, at 20 by less than the shape itself is known."""
    return shape if math.isinf(shape) else math.exp(round(math.log(shape) * steps) / steps)


@lru_cache(maxsize=4096)
def quantiles_of_shape(shape: float, known: float) -> tuple[float, float, float]:
    """Deciles 1, 5, 9 of X / Y, X ~ Gamma(shape) / shape and Y ~ Gamma(known) / known: mean-one Gammas."""
    # Only here and only now: a start need not wait a third of a second for the import.
    from scipy.special import betaincinv, gammaincinv

    if math.isinf(known):
        found = [float(gammaincinv(shape, p)) / shape for p in (0.1, 0.5, 0.9)]
    else:
        parts = [float(betaincinv(shape, known, p)) for p in (0.1, 0.5, 0.9)]
        found = [part / (1 - part) * known / shape for part in parts]
    return found[0], found[1], found[2]


@lru_cache(maxsize=1024)
def _erlang_quantiles(stages: int) -> tuple[float, float, float]:
    return (
        _erlang_quantile(stages, 0.1, _TEN_Z),
        _erlang_quantile(stages, 0.5, _MEDIAN_Z),
        _erlang_quantile(stages, 0.9, _NINETY_Z),
    )


def _erlang_quantile(stages: int, probability: float, z: float) -> float:
    """Quantile of a sum of `stages` exponentials of mean 1: Wilson-Hilferty's start, sharpened by Newton.

    The start alone is 7 % off for the first decile of one stage, 1.3 % for the others, and 0.1 % for ten
    (Wilson & Hilferty 1931).
    """
    guess = stages * (1 - 1 / (9 * stages) + z / (3 * math.sqrt(stages))) ** 3
    if stages > _EXACT_UP_TO:
        return guess
    for _ in range(5):
        term = density = math.exp(-guess)
        survival = term
        for stage in range(1, stages):
            term *= guess / stage
            survival += term
            density = term
        guess += (survival - (1 - probability)) / density
    return guess
