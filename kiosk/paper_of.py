"""What is printed for a ticket: branch, number, the wait as it was promised, and the way to the phone page."""

import math
from datetime import datetime

from kiosk.hall import Hall
from kiosk.journal.rows import Json, Taken
from kiosk.printing.paper import Paper

COARSE_FROM_MIN = 30
COARSE_STEP_MIN = 5


def paper_of(taken: Taken, hall: Hall, site: str, *, copy: bool) -> Paper:
    ticket = taken.ticket
    service = hall.branch["services"].get(ticket["service_id"])
    return Paper(
        branch=hall.branch["name"],
        number=ticket["number"],
        service=service["name"] if service else {},
        ahead=ticket["ahead"],
        wait_min=wait_range(ticket["quote_p50_s"], ticket["quote_p90_s"]),
        issued_at=hall.local(datetime.fromisoformat(ticket["issued_at"])),
        link=phone_link(site, ticket),
        languages=hall.languages,
        copy=copy,
        offline=taken.state == "offline",
    )


def trial_paper(hall: Hall, now: datetime) -> Paper:
    """Nobody can take it for a ticket: where the number stands there is none, and no code leads anywhere."""
    return Paper(hall.branch["name"], "TEST", {}, None, None, hall.local(now), "", hall.languages)


def wait_range(p50_s: float | None, p90_s: float | None) -> tuple[int, int] | None:
    """In minutes, as the screens tell it; None where nothing honest can be promised."""
    if p50_s is None or p90_s is None:
        return None
    step = COARSE_STEP_MIN if p90_s / 60 > COARSE_FROM_MIN else 1
    low = math.floor(p50_s / 60 / step) * step
    return low, max(low, math.ceil(p90_s / 60 / step) * step)


def phone_link(site: str, ticket: Json) -> str:
    """What follows the # stays in the phone: no proxy and no log on the way learns whose ticket it is."""
    return f"{site}/phone/#{ticket['id']}"
