"""Refuses impossible figures at the door: a NaN let into a cost comes out as confident nonsense."""

import math
import operator


def rate(value: float, name: str, *, zero: bool = True) -> float:
    """`value` as a finite float that is not negative (nor zero, where `zero` is False), else ValueError."""
    number = float(value)
    if not math.isfinite(number) or number < 0 or (number == 0 and not zero):
        bound = "zero or more" if zero else "more than zero"
        raise ValueError(f"{name} must be a finite number, {bound}; got {value!r}")
    return number


def count(value: int, name: str, *, least: int | None = 0) -> int:
    """`value` as a whole number, at least `least` (None: any), else ValueError; 3.0 is refused too."""
    try:
        number = operator.index(value)
    except TypeError:
        raise ValueError(f"{name} must be a whole number; got {value!r}") from None
    if least is not None and number < least:
        raise ValueError(f"{name} must be at least {least}; got {value!r}")
    return number


def duration(value: float, name: str) -> float:
    """`value` as a length of time, zero to infinity, else ValueError."""
    number = float(value)
    if math.isnan(number) or number < 0:
        raise ValueError(f"{name} must be zero or more; got {value!r}")
    return number
