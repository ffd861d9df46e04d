"""Forecasts and plans for the tests of the program: rates that it need not round, known for certain or not."""

from server.advisor.control import Costs, Forecast, Limits, Plan, Span, plan
from server.advisor.gamma_rate import GammaRate
from server.advisor.transitions import CLOCK_GRID, GRID, place, value_at

SURE = 1e9
STEP = value_at(place(0.5, CLOCK_GRID), CLOCK_GRID)  # mean service times
STEP_MIN = 10 * STEP
SPAN = Span(step_min=STEP_MIN, fine_min=18 * STEP_MIN, least_min=18 * STEP_MIN)
COSTS = Costs(60.0, 30.0, 4.0)
LIMITS = Limits(1, 5)


def on_grid(load: float) -> float:
    """The nearest load that the program takes as it is."""
    return value_at(place(load, GRID), GRID)


def known(*loads: float, service_min: float = 10.0, ends_after_min: float = float("inf")) -> Forecast:
    """Rates without doubt: one load per step of the program, in erlangs."""
    rates = tuple(on_grid(load) / service_min if load else 0.0 for load in loads)
    return Forecast(
        STEP * service_min,
        rates,
        GammaRate(SURE, SURE),
        GammaRate(SURE, SURE * service_min),
        ends_after_min=ends_after_min,
    )


def guessed(load: float, *, days: float = 25.0, services: float = 30.0) -> Forecast:
    """A mean service of 10 minutes, as if from so many services; a level as if from so many arrivals."""
    return Forecast(5.0, (load / 10,), GammaRate(days, days), GammaRate(services, 10 * services))


def planned(present: int, open_now: int, forecast: Forecast, costs: Costs = COSTS, limits: Limits = LIMITS) -> Plan:
    return plan(present, open_now, forecast, costs, limits)
