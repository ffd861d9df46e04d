"""Ciw, a simulator that others wrote, says the same: equal customers, two priorities, impatient customers."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from random import Random
from statistics import fmean, variance

import ciw
import pytest

from server.advisor.simulation.class_day import simulate_class_day
from server.advisor.simulation.draw import draw_customers

SERVICE, LENGTH = 10.0, 1000.0
CLASSES = ("first", "second")
OURS, THEIRS = 400, 60  # days
FAR = 4.0  # standard errors
MEASURES = ("wait of the first", "wait of the second", "share that leaves", "served")

Figures = tuple[float, ...]  # of one day, by measure


@dataclass(frozen=True)
class Model:
    """A queue of two classes, a quarter of the customers being of the first."""

    servers: int
    per_minute: float
    first_goes_first: bool = False
    patience: float | None = None
    first: float = 0.25


EQUAL = Model(3, 0.25)
PRIORITY = Model(4, 0.34, first_goes_first=True)
IMPATIENT = Model(3, 0.33, patience=20.0)


def ciw_day(model: Model, seed: int) -> Figures:
    ciw.seed(seed)
    simulation = ciw.Simulation(ciw_network(model))
    simulation.simulate_until_max_time(20 * LENGTH)
    records = simulation.get_all_records()
    waits = [[r.waiting_time for r in records if r.customer_class == key] for key in CLASSES]
    left = [float(r.record_type == "renege") for r in records]
    return fmean(waits[0]), fmean(waits[1]), fmean(left), len(records) - sum(left)


def ciw_network(model: Model) -> ciw.Network:
    patience = ciw.dists.Exponential(1 / model.patience) if model.patience else None
    rates = {"first": model.per_minute * model.first, "second": model.per_minute * (1 - model.first)}
    arrivals = {
        key: ciw.dists.PoissonIntervals(rates=[rate, 1e-12], endpoints=[LENGTH, 1e9], max_sample_date=LENGTH)
        for key, rate in rates.items()
    }
    return ciw.create_network(
        arrival_distributions={key: [each] for key, each in arrivals.items()},
        service_distributions={key: [ciw.dists.Exponential(1 / SERVICE)] for key in CLASSES},
        reneging_time_distributions={key: [patience] for key in CLASSES},
        priority_classes={"first": 0, "second": int(model.first_goes_first)},
        number_of_servers=[model.servers],
    )


def our_day(model: Model, seed: int) -> Figures:
    drawn = draw_customers(
        Random(seed),
        [model.per_minute],
        LENGTH,
        SERVICE,
        class_shares=(model.first, 1 - model.first),
        patience=model.patience,
    )
    played = drawn if model.first_goes_first else replace(drawn, priorities=None)
    result = simulate_class_day(played, model.servers, start_open=model.servers, closes=LENGTH)
    assert drawn.priorities is not None
    waits: list[list[float]] = [[], []]
    for priority, wait, left_after in zip(
        drawn.priorities, result.wait_of, drawn.patience or result.wait_of, strict=True
    ):
        waits[priority].append(left_after if math.isnan(wait) else wait)
    return fmean(waits[0]), fmean(waits[1]), result.abandoned / len(drawn.arrivals), result.served


@lru_cache
def days(model: Model) -> tuple[list[Figures], list[Figures]]:
    """Ciw's and ours."""
    return [ciw_day(model, seed) for seed in range(THEIRS)], [our_day(model, seed) for seed in range(OURS)]


def distance(one: Sequence[float], other: Sequence[float]) -> float:
    """Between two means, in standard errors."""
    error = math.sqrt(variance(one) / len(one) + variance(other) / len(other))
    return abs(fmean(one) - fmean(other)) / error


@pytest.mark.parametrize(
    ("model", "measure"),
    [
        *((EQUAL, measure) for measure in (0, 1, 3)),
        *((PRIORITY, measure) for measure in (0, 1, 3)),
        *((IMPATIENT, measure) for measure in (0, 1, 2, 3)),
    ],
    ids=lambda given: MEASURES[given] if isinstance(given, int) else f"{given.servers} counters",
)
def test_both_simulations_agree(model: Model, measure: int) -> None:
    theirs, ours = days(model)
    assert distance([day[measure] for day in theirs], [day[measure] for day in ours]) < FAR


def test_they_would_not_agree_on_different_queues() -> None:
    theirs, _ = days(EQUAL)
    _, ours = days(PRIORITY)
    assert distance([day[0] for day in theirs], [day[0] for day in ours]) > FAR
