"""The formulas under test as one object, so that a wrong one can be put in the place of the right one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from server.advisor import queue_model as right
from server.advisor.abandonment import AbandonmentMeasures
from server.advisor.priority import PriorityWaits


@dataclass(frozen=True)
class Model:
    """What the reference has figures for; every field is called as the function of that name."""

    erlang_b: Callable[[int, float], float] = right.erlang_b
    erlang_c: Callable[[int, float], float] = right.erlang_c
    mms: Callable[[float, float, int], right.QueueMeasures] = right.mms
    optimal_servers: Callable[..., right.Optimum] = right.optimal_servers
    erlang_a: Callable[[float, float, float, int], AbandonmentMeasures] = right.erlang_a
    priority_waits: Callable[[Sequence[float], float | Sequence[float], int], PriorityWaits] = right.priority_waits
    load_breakpoints: Callable[[float, int], Sequence[float]] = right.load_breakpoints
    advice_probabilities: Callable[..., Sequence[float]] = right.advice_probabilities


RIGHT = Model()
