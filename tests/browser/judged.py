"""A branch whose advisor has a past: advice given, answered and judged, and waits that were promised."""

from datetime import timedelta
from random import Random
from typing import Any

from sqlalchemy import insert

from server.actions import manager
from server.actions.clock import CLOCK, give_advice, score_advice
from server.actions.decision import Action, Actor, Command
from server.domain.advice import Advice, AdviceState
from server.domain.branch import CounterClass
from server.storage.database import open_database
from server.storage.tables import tickets
from tests.browser import situations
from tests.browser.situations import SITUATIONS
from tests.running import TEN, Served

BOSS = Actor("manager", "manager-1", "Li Wei")
GIVEN, JUDGED, QUOTED = 12, 10, 60
PATIENCE_S = 10


def live_through(served: Served) -> int:
    """Twelve pieces of advice, all of them accepted and followed but every third, which was taken back. Gives the
    seq of the newest event."""
    promise(served)
    return max(give(served, number) for number in range(GIVEN))


def give(served: Served, number: int) -> int:
    advice_id = f"main.x{number}"
    confidence = 0.55 + 0.03 * number
    figures = {"confidence": confidence}
    key, state = CounterClass.CASH, AdviceState.ISSUED
    advice = Advice(advice_id, "main", key, "open", "main.4", 2, 3, state, TEN, figures)
    _do(served, CLOCK, give_advice, withdraw={}, give=[advice])
    accepted = number % 3 != 2
    if accepted:
        _do(served, BOSS, manager.accept_advice, advice_id=advice_id)
    why = "followed" if accepted else "no_longer_needed"
    seq = _do(served, CLOCK, give_advice, withdraw={"cash": why}, give=[])
    if number < JUDGED:
        score = {"verdict": "wrong" if number % 4 == 3 else "right", "confidence": confidence, "followed": accepted}
        waits = {"wait_promised_min": 4.0, "wait_found_min": 5.5}
        seq = _do(served, CLOCK, score_advice, scores={advice_id: score | waits})
    return seq


def advise(served: Served) -> None:
    """One piece of advice that stands until somebody answers it; the advisor itself must be kept from looking."""
    key, found = CounterClass.CASH, SITUATIONS["rush"].classes["cash"]
    figures = situations.advice("cash", found, TEN)["figures"]
    figures["reason"]["params"] |= {"advised": 3, "wait_now": 15.0, "wait_after": 4.0, "saving": 38.0}
    advice = Advice("main.stands", "main", key, "open", "main.4", 2, 3, AdviceState.ISSUED, TEN, figures)
    _do(served, CLOCK, give_advice, withdraw={}, give=[advice])


def promise(served: Served) -> None:
    """Tickets whose wait was told, and found at their call."""
    draw = Random(2)
    rows = [_ticket(number, draw.uniform(240, 1200), draw.gauss(1, 0.3)) for number in range(QUOTED)]
    engine = open_database(served.office.database_url, writing=True)
    with engine.begin() as connection:
        connection.execute(insert(tickets), rows)
    engine.dispose()


def _ticket(number: int, p50_s: float, factor: float) -> dict[str, Any]:
    return {
        "id": f"main.q{number}",
        "visit_id": f"main.q{number}",
        "branch_id": "main",
        "business_day": TEN.date(),
        "prefix": "Q",
        "serial": number,
        "step": 1,
        "number": f"Q{number}",
        "service_id": "deposit",
        "later_services": [],
        "queue_id": "cash",
        "segment": "ordinary",
        "state": "completed",
        **dict.fromkeys(("issued_at", "arrived_at", "order_at"), TEN),
        "called_at": TEN + timedelta(seconds=max(1.0, p50_s * factor)),
        "calls": 1,
        "misses": 0,
        "quote_p10_s": p50_s * 0.6,
        "quote_p50_s": p50_s,
        "quote_p90_s": p50_s * 1.4,
    }


def _do(served: Served, actor: Actor, action: Action, **arguments: Any) -> int:
    return int(served.services.writer.submit(Command("main", actor, action, arguments)).result(PATIENCE_S)["seq"])
