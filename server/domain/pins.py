"""Which PINs are worth nothing: what everybody tries first, and what is on a person's identity card."""

import re

LEAST, MOST = 4, 8
SHAPE = re.compile(r"[0-9]{4,8}")
UP_AND_DOWN = ("01234567890", "09876543210")
YEAR = r"(?:19|20)\d\d"
MONTH, DAY = r"(?:0[1-9]|1[0-2])", r"(?:0[1-9]|[12]\d|3[01])"
# A birthday is what most people choose and what colleagues know.
DATES = re.compile(
    "|".join(
        f"(?:{shape})"
        for shape in (
            YEAR,
            MONTH + DAY,
            DAY + MONTH,
            rf"\d\d{MONTH}{DAY}",
            rf"{DAY}{MONTH}\d\d",
            YEAR + MONTH,
            YEAR + MONTH + DAY,
            DAY + MONTH + YEAR,
        )
    )
)


def is_pin(typed: str) -> bool:
    return SHAPE.fullmatch(typed) is not None


def is_guessed(pin: str) -> bool:
    """Whether anybody would try it among the first: one digit or two over and over, digits in a row, a date."""
    repeated = any(pin == (pin[:part] * len(pin))[: len(pin)] for part in (1, 2))
    return repeated or any(pin in row for row in UP_AND_DOWN) or DATES.fullmatch(pin) is not None
