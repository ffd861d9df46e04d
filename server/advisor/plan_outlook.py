"""What the manager will see: how the queue goes on if a number of counters is kept, with the range it may take."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from server.advisor.rate_pairs import rate_pairs
from server.advisor.situation import Scope, Situation

MINUTES = 90.0
EVERY_MIN = 5.0
DRAWS = 6


@dataclass(frozen=True, slots=True)
class Band:
    """Mean, first and ninth decile, one value per moment."""

    mean: tuple[float, ...]
    p10: tuple[float, ...]
    p90: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Outlook:
    """One staffing over the coming minutes; one value per moment of `minutes` from now.

    `counters` open until then. `waiting`: customers waiting. `wait`: minutes that who arrives then can expect to
    wait, as it depends on how many are before them; where no counter is open, as if one were.
    """

    counters: tuple[int, ...]
    minutes: tuple[float, ...]
    waiting: Band
    wait: Band


def outlook(
    here: Situation,
    counters: int | Sequence[int],
    *,
    minutes: float = MINUTES,
    every: float = EVERY_MIN,
    draws: int = DRAWS,
) -> Outlook:
    """The queue under a fixed staffing: `counters` throughout, or one number for each `every` minutes (the last
    one goes on), up to `minutes` or as far as the program of `here` looks.

    The forward equations under `draws` pairs of rates from their posteriors, mixed, at the program's own steps;
    between them straight lines. About 0.5 ms. ValueError where a number of counters is out of bounds.
    """
    first, last = int(here.servers[0]), int(here.servers[-1])
    given = [counters] if isinstance(counters, int) else list(counters)
    if not given or not all(first <= number <= last for number in given):
        raise ValueError(f"counters must lie between {first} and {last}; got {counters!r}")
    ends = here.ends / here.service_rate
    moments = np.arange(1, 1 + max(1, round(min(minutes, ends[-1]) / every))) * every
    ends = ends[: int(np.searchsorted(ends, moments[-1])) + 1]
    begun = np.minimum(np.concatenate(([0.0], ends[:-1])) / every + 0.01, len(given) - 1).astype(int)
    schedule = np.array(given)[begun]
    rates = rate_pairs(here.forecast.day_multiplier, here.forecast.service_rate, draws)
    scope = here.scope(min(given), max(given))
    chances = _forward(here, scope, rates, (schedule - scope.first).tolist())
    service_min = np.array([1 / service for _, service in rates])
    waiting, wait = _bands(chances, np.concatenate((schedule[:1], schedule)), service_min, scope.lump)
    times = np.concatenate(([0.0], ends))
    return Outlook(
        counters=tuple(given[min(at, len(given) - 1)] for at in range(len(moments))),
        minutes=tuple(moments.tolist()),
        waiting=_at(moments, times, waiting),
        wait=_at(moments, times, wait),
    )


def _forward(
    here: Situation, scope: Scope, rates: list[tuple[float, float]], places: list[int]
) -> NDArray[np.float32]:
    """P(n present) now and at the end of each step, under each pair of rates: (D, 1 + T, size)."""
    chances = np.zeros((len(rates), len(places) + 1, scope.size), np.float32)
    chances[:, 0, scope.state(here.present)] = 1.0
    for steps, found in zip(here.steps_at(rates, scope), chances, strict=True):
        for at, place in enumerate(places):
            np.matmul(found[at], steps[at][place, :, :-2], out=found[at + 1])
    return chances


def _bands(
    chances: NDArray[np.float32], counters: NDArray[np.int64], service_min: NDArray[np.float64], lump: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean, P10, P90 of customers waiting and of an arrival's wait, at each moment: (3, 1 + T) both."""
    n, open_then, some = lump * np.arange(chances.shape[-1]), counters[:, None], np.maximum(counters, 1)
    waiting = np.maximum(n - open_then, 0)
    ahead = np.maximum(n - open_then + 1, 0) / some[:, None]
    mixed = chances.mean(axis=0)
    reached = np.cumsum(mixed, axis=1)
    deciles = [lump * np.argmax(reached >= level * reached[:, -1:], axis=1) for level in (0.1, 0.9)]
    mean_wait = (chances * ahead).sum(axis=2).T @ service_min / len(service_min)
    typical = service_min.mean()
    return (
        np.array([(mixed * waiting).sum(axis=1), *(np.maximum(at - counters, 0) for at in deciles)]),
        np.array([mean_wait, *(typical * np.maximum(at - counters + 1, 0) / some for at in deciles)]),
    )


def _at(moments: NDArray[np.float64], times: NDArray[np.float64], rows: NDArray[np.float64]) -> Band:
    mean, low, high = (tuple(np.interp(moments, times, row).tolist()) for row in rows)
    return Band(mean, low, high)
