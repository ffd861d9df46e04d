"""What is personal of a customer: what it is compared by, however it was typed, and until when it is kept."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from server.domain.branch import Branch
from server.domain.ticket import Ticket

KINDS = ("name", "phone", "card")
LEAST_DIGITS = 5  # of a telephone number
MOST_DIGITS = 15  # ... with its country, anywhere in the world
CARD_DIGITS = (13, 19)
LAST_DIGITS = 4  # of a card that may be kept: they name nobody's account
A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Personal:
    """What a customer has said of themselves; empty where they have not. `card`: a name that the bank's own system
    gives to a card, or its last digits; a whole number is never kept."""

    name: str = ""
    phone: str = ""
    card: str = ""

    def __bool__(self) -> bool:
        return bool(self.name or self.phone or self.card)


def alike(kind: str, text: str) -> str:
    """The same for all ways to write the same; empty where nothing is left to compare."""
    plain = unicodedata.normalize("NFKC", text)
    if kind == "phone":
        return _phone(plain)
    left = "".join(c for c in plain if unicodedata.category(c)[0] not in "ZPC")
    return unicodedata.normalize("NFKC", left.casefold())


def _phone(plain: str) -> str:
    """Digits alone. A number at home in China is the same with its country before it and without."""
    abroad = plain.strip().startswith(("+", "00"))
    digits = "".join(c for c in plain if c.isdecimal() and c.isascii())
    if abroad and (home := re.fullmatch(r"(?:00)?86(\d{7,11})", digits)):
        return home[1] if re.fullmatch(r"1\d{10}|[48]00\d{7}", home[1]) else f"0{home[1].lstrip('0')}"
    if re.fullmatch(r"861\d{10}", digits):
        return digits[2:]
    return digits.removeprefix("00") if abroad else digits


def has_card_number(text: str) -> bool:
    """Whether a whole card number stands in it, alone or with words: 13 to 19 digits in any groups, of which the last
    follows from the others. None begins with 0 or 1, as telephone numbers do."""
    for run in re.split(r"[^\W\d_]+", unicodedata.normalize("NFKC", text)):
        groups = re.findall(r"\d+", run)
        for first in range(len(groups)):
            for last in range(first, len(groups)):
                if _is_card_number("".join(groups[first : last + 1])):
                    return True
    return False


def _is_card_number(digits: str) -> bool:
    if not CARD_DIGITS[0] <= len(digits) <= CARD_DIGITS[1] or int(digits[0]) < 2:
        return False
    turned = enumerate(int(digit) for digit in reversed(digits))
    return sum(2 * digit - 9 * (digit > 4) if at % 2 else digit for at, digit in turned) % 10 == 0


def is_dialled_from_abroad(phone: str) -> bool:
    """A telephone number with its country before it: no card number begins so, but one in ten would pass for one."""
    plain = unicodedata.normalize("NFKC", phone).strip()
    digits = "".join(c for c in plain if c.isdecimal())
    return len(digits) <= MOST_DIGITS and (plain.startswith("+") or re.fullmatch(r"861\d{10}", digits) is not None)


def erased_on(branch: Branch, ticket: Ticket) -> date:
    """The first business day on which nothing of it is kept any more: of an appointment, after its own day."""
    days = [ticket.business_day]
    if ticket.appointment_at is not None:
        days.append(branch.business_day(ticket.appointment_at))
    return max(days) + timedelta(days=branch.keep_personal_days + 1)


def last_day_over(branch: Branch, now: datetime) -> date:
    """The newest business day whose tickets have all expired."""
    today = branch.business_day(now)
    return next((day for day in (today, today - A_DAY) if now >= branch.expiry(day)), today - 2 * A_DAY)


def next_day_over(branch: Branch, now: datetime) -> datetime:
    """When the next business day is over."""
    today = branch.business_day(now)
    ends = (branch.expiry(today + days * A_DAY) for days in (-1, 0, 1))
    return next((end for end in ends if end > now), now + A_DAY)
