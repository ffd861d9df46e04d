"""What a plan would give, also one that a manager has changed by hand: waits, people present and money, by slot."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from server.advisor.arguments import rate
from server.advisor.day_slots import Slots
from server.advisor.mean_load import mean_loads, needed
from server.advisor.plan_passage import Piece
from server.advisor.plan_waits import PieceWaits, after_closing, plan_waits
from server.advisor.poisson import Vector

LONG_WAITS = (10.0, 30.0)  # minutes; as_dict calls them long and very long


@dataclass(frozen=True, slots=True)
class SlotResult:
    """One slot as the plan has it. Times in minutes, costs in money for the slot, `arrivals` customers expected.

    `load` is the mean number of counters in use if there were counters enough; `keeps_up` is False where that
    is more than the plan has, `growth` then says by how many customers a minute the queue lengthens. `wait` is
    the mean wait before the call of who arrives in the slot, `over` the chance that it is longer than each of
    LONG_WAITS. `waiting` and `present` are means over the slot, `left` the mean number present at its end.
    """

    counters: int
    needed: int
    load: float
    keeps_up: bool
    growth: float
    arrivals: float
    wait: float
    over: tuple[float, ...]
    waiting: float
    present: float
    left: float
    staff_cost: float
    waiting_cost: float

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {
            "counters": self.counters,
            "needed": self.needed,
            "load": self.load,
            "keeps_up": self.keeps_up,
            "growth_per_min": self.growth,
            "arrivals": self.arrivals,
            "wait_min": self.wait,
            "long_wait": self.over[0],
            "very_long_wait": self.over[1],
            "waiting": self.waiting,
            "present": self.present,
            "left": self.left,
            "staff_cost": self.staff_cost,
            "waiting_cost": self.waiting_cost,
        }


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A day's plan, reckoned through. Costs in money for the day; `wait` and `over` are means over all customers.

    `left` customers are still inside at closing time, on average. Who is inside is served: that takes
    `overtime_min` counter minutes, paid like any others, and both are part of the costs.
    """

    slots: Slots
    rows: tuple[SlotResult, ...]
    arrivals: float
    wait: float
    over: tuple[float, ...]
    left: float
    overtime_min: float
    staff_cost: float
    waiting_cost: float

    @property
    def cost(self) -> float:
        return self.staff_cost + self.waiting_cost

    @property
    def counters(self) -> tuple[int, ...]:
        return tuple(row.counters for row in self.rows)

    @property
    def too_few(self) -> tuple[int, ...]:
        """The slots whose counters cannot keep up."""
        return tuple(at for at, row in enumerate(self.rows) if not row.keeps_up)

    @property
    def worst_wait(self) -> float:
        """The longest of the slots' mean waits."""
        return max((row.wait for row in self.rows), default=0.0)

    def as_dict(self) -> dict[str, Any]:
        """For a REST answer: plain JSON values; a slot's times as minutes after opening and as local times."""
        return {
            "arrivals": self.arrivals,
            "wait_min": self.wait,
            "worst_wait_min": self.worst_wait,
            "long_wait": self.over[0],
            "very_long_wait": self.over[1],
            "left": self.left,
            "overtime_min": self.overtime_min,
            "counter_hours": sum(self.counters) * self.slots.hours,
            "staff_cost": self.staff_cost,
            "waiting_cost": self.waiting_cost,
            "cost": self.cost,
            "keeps_up": not self.too_few,
            "slots": [
                {"at": self.slots.clock(at * self.slots.slot_min), **self.slots.span(at), **row.as_dict()}
                for at, row in enumerate(self.rows)
            ],
        }


def evaluate(slots: Slots, counters: Sequence[int], *, staff_cost: float | None = None) -> Evaluation:
    """What `counters`, one number per slot, would give on the day `slots`.

    Staff costs what its counters cost for as long as they are open, or `staff_cost` for the day, where shifts
    are paid. A backlog is carried from slot to slot, and overload is a normal answer. ValueError for impossible
    arguments. About 20 ms for 17 slots. Source: see `plan_waits`.
    """
    pieces = [
        Piece(float(slots.slot_min), arrivals, 1 / service, servers)
        for arrivals, service, servers in zip(slots.arrivals, slots.service_min, slots.checked(counters), strict=True)
    ]
    paid = None if staff_cost is None else rate(staff_cost, "staff_cost")
    if not pieces:
        return Evaluation(slots, (), 0.0, 0.0, (0.0,) * len(LONG_WAITS), 0.0, 0.0, paid or 0.0, 0.0)
    found = plan_waits(pieces, LONG_WAITS, slots.present)
    rows = [
        _row(slots, piece, waits, load) for piece, waits, load in zip(pieces, found, mean_loads(slots), strict=True)
    ]
    overtime, stay = _after_closing(pieces[-1], found[-1].end)
    weights = np.array([row.arrivals for row in rows])
    arrivals = float(weights.sum())
    means = weights @ np.array([(row.wait, *row.over) for row in rows]) / (arrivals or 1.0)
    in_slots = paid if paid is not None else sum(row.staff_cost for row in rows)
    return Evaluation(
        slots=slots,
        rows=tuple(rows),
        arrivals=arrivals,
        wait=float(means[0]),
        over=tuple(means[1:].tolist()),
        left=rows[-1].left,
        overtime_min=overtime,
        staff_cost=in_slots + slots.counter_cost * overtime / 60,
        waiting_cost=sum(row.waiting_cost for row in rows) + slots.waiting_cost * stay / 60,
    )


def _row(slots: Slots, piece: Piece, waits: PieceWaits, load: float) -> SlotResult:
    fits = piece.servers >= needed(load)
    return SlotResult(
        counters=piece.servers,
        needed=needed(load),
        load=load,
        keeps_up=fits,
        growth=0.0 if fits else max(0.0, piece.arrival_rate - piece.capacity),
        arrivals=piece.arrival_rate * piece.minutes,
        wait=waits.wait,
        over=waits.long,
        waiting=waits.waiting,
        present=waits.present,
        left=float(waits.end @ np.arange(len(waits.end))),
        staff_cost=slots.counter_cost * piece.servers * slots.hours,
        waiting_cost=slots.waiting_cost * waits.present * slots.hours,
    )


def _after_closing(last: Piece, inside: Vector) -> tuple[float, float]:
    """Counter minutes and customer minutes until the last customer inside has gone, on average."""
    piece, present = after_closing(last), np.arange(len(inside))
    leaving = np.minimum(np.maximum(present, 1), piece.servers) * piece.service_rate
    return float(inside @ present) / piece.service_rate, float(inside @ np.cumsum(present / leaving))
