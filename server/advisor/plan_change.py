"""One thing that may be otherwise than planned, by name, and what it does to a day's figures."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

from server.advisor.arguments import count, rate
from server.advisor.day_slots import Slots

Kind = Literal["tellers_ill", "arrivals_factor", "service_factor", "counters_closed"]
FACTORS = ("arrivals_factor", "service_factor")


@dataclass(frozen=True, slots=True)
class Change:
    """From minute `start_min` to `end_min` after opening (None: closing) something is otherwise than planned.

    `amount` is a number of people or counters, or what arrivals or service times are multiplied by: 1.4 is a
    market day with 40 % more customers, or service that takes 40 % longer. People and counters are missing in
    every slot that the time touches; a factor counts for the share of the slot that it fills.
    ValueError for impossible kinds, amounts and times.
    """

    kind: Kind
    amount: float
    start_min: float = 0.0
    end_min: float | None = None

    def __post_init__(self) -> None:
        if self.kind not in get_args(Kind):
            raise ValueError(f"kind must be one of {get_args(Kind)}; got {self.kind!r}")
        if self.kind in FACTORS:
            rate(self.amount, "amount", zero=self.kind == "arrivals_factor")
        else:
            count(self.amount, "amount")  # type: ignore[arg-type]  # a float is what it refuses
        start = rate(self.start_min, "start_min")
        if self.end_min is not None and rate(self.end_min, "end_min") < start:
            raise ValueError(f"end_min must not be before start_min; got {self.end_min!r}")

    def share(self, slots: Slots, at: int) -> float:
        """How much of a slot it fills, 0..1."""
        begin, end = at * slots.slot_min, (at + 1) * slots.slot_min
        until = end if self.end_min is None else min(self.end_min, end)
        return max(0.0, until - max(begin, self.start_min)) / slots.slot_min

    def as_dict(self, slots: Slots) -> dict[str, Any]:
        """Plain JSON values; `code` names its words."""
        day = len(slots) * slots.slot_min
        end = day if self.end_min is None else min(self.end_min, day)
        return {
            "code": f"change_{self.kind}",
            "params": {"amount": self.amount, "start": slots.clock(self.start_min), "end": slots.clock(end)},
            "start_min": self.start_min,
            "end_min": end,
        }


def changed_slots(slots: Slots, changes: Sequence[Change]) -> Slots:
    """The day with its arrivals, service times and counters changed; tellers are no matter of the day's."""
    closed = missing(slots, changes, "counters_closed")
    most = tuple(max(0, most - away) for most, away in zip(slots.most, closed, strict=True))
    return replace(
        slots,
        arrivals=_multiplied(slots, slots.arrivals, changes, "arrivals_factor"),
        service_min=_multiplied(slots, slots.service_min, changes, "service_factor"),
        most=most,
        least=tuple(map(min, slots.least, most)),
    )


def missing(slots: Slots, changes: Sequence[Change], kind: Kind) -> tuple[int, ...]:
    """How many tellers or counters of each slot the changes of one kind take away."""
    chosen = [change for change in changes if change.kind == kind]
    return tuple(
        sum(int(change.amount) for change in chosen if change.share(slots, at) > 0) for at in range(len(slots))
    )


def _multiplied(slots: Slots, values: Sequence[float], changes: Sequence[Change], kind: Kind) -> tuple[float, ...]:
    found = list(values)
    for change in changes:
        if change.kind == kind:
            found = [value * (1 + (change.amount - 1) * change.share(slots, at)) for at, value in enumerate(found)]
    return tuple(found)
