"""Gives a person a badge and a PIN, or takes them away: what a PIN must be is decided here and nowhere else."""

import asyncio
from datetime import datetime

from server.domain.pins import LEAST, MOST, is_guessed, is_pin
from server.domain.trail import Who
from server.storage.badges import BadgeTaken, Check, set_badge, unchecked
from server.storage.database import Database
from server.storage.seal import Seal
from server.web.passwords import hash_of
from server.web.problems import Problem


async def give_badge(
    engine: Database,
    staff_id: str,
    badge: str | None,
    pin: str | None,
    now: datetime,
    who: Who,
    check: Check = unchecked,
    seal: Seal | None = None,
) -> None:
    """`pin` as they chose it; `check` has the last word, under the lock. Problem `pin_shape`, `pin_guessed` or
    `badge_taken`; LookupError where nobody who is here has the id."""
    if pin is not None and not is_pin(pin):
        raise Problem(422, "pin_shape", {"least": LEAST, "most": MOST})
    if pin is not None and is_guessed(pin):
        raise Problem(422, "pin_guessed")
    kept = None if pin is None else await hash_of(pin)
    try:
        await asyncio.to_thread(set_badge, engine, staff_id, badge, kept, now, who, check, seal)
    except BadgeTaken as taken:
        raise Problem(409, "badge_taken") from taken
