"""Moments of a morning as the advisor would tell them: what the manager's screen is given, the same every time."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

Json = dict[str, Any]

STEP_MIN, HORIZON_MIN = 5, 90
PAST_SLOTS = 18
Z90 = 1.2816  # P90 of a normal law: the bands are P10 to P90
COSTS = {"cash": (60.0, 90.0), "non_cash": (60.0, 90.0), "vip": (80.0, 240.0), "self_service": (12.0, 90.0)}
SERVICE = {"cash": "deposit", "non_cash": "card", "vip": "advice", "self_service": "deposit"}
PREFIX = {"cash": "A", "non_cash": "B", "vip": "V", "self_service": "S"}

REASONS = {
    "open": "advice_open_saves",
    "close": "advice_close_saves",
    "profile": "advice_profile",
    "divert": "advice_divert",
}


@dataclass(frozen=True, slots=True)
class Class:
    """One class of counters at one moment."""

    per_hour: float
    service_min: float
    open_now: int
    most: int
    waiting: int
    advised: int
    confidence: float = 0.8
    advice: str | None = None  # the action of the advice that stands
    counter: int | None = None  # its number
    open_at: int | None = None
    close_at: int | None = None
    rush: tuple[str, int, float] | None = None  # kind, minutes since, factor
    policy: str = "lookahead"
    others: tuple[int, int, int, int | None] = (3, 3, 3, 3)  # static, mms, so_tang, day_plan
    target: "Target | None" = None


@dataclass(frozen=True, slots=True)
class Target:
    """Of `called` customers `within` in time, `left` given up after it, `late` waiting past it."""

    low_min: float
    high_min: float
    within: int = 0
    called: int = 0
    left: int = 0
    late: int = 0


@dataclass(frozen=True, slots=True)
class Situation:
    classes: Mapping[str, Class]


MACHINES = Class(12, 4, 3, 3, 0, 3, 0.97, others=(3, 3, 3, 3))
VIP = Class(5, 11, 2, 2, 0, 2, 0.9, close_at=0, others=(2, 2, 2, 1), target=Target(5, 5))
# Its figures are some seconds older than its hall: one of the two who were late has been called since.
OLDER = Target(10, 15, 299, 300, 0, 2)
CALM_BANK = Class(6, 9, 2, 2, 1, 2, 0.85, close_at=0, others=(2, 2, 1, 2), target=OLDER)

SITUATIONS = {
    "quiet": Situation(
        {
            "cash": Class(6, 8, 2, 3, 1, 2, 0.84, open_at=7, close_at=1, others=(2, 2, 2, 2)),
            "non_cash": CALM_BANK,
            "vip": VIP,
            "self_service": MACHINES,
        }
    ),
    "rush": Situation(
        {
            "cash": Class(
                15,
                10,
                2,
                3,
                9,
                3,
                0.82,
                "open",
                4,
                7,
                2,
                ("rush", 25, 1.6),
                others=(3, 3, 3, 2),
                target=Target(10, 10, 41, 46, 4, 3),
            ),
            "non_cash": CALM_BANK,
            "vip": VIP,
            "self_service": MACHINES,
        }
    ),
    "overload": Situation(
        {
            "cash": Class(24, 10, 3, 3, 21, 3, 0.99, close_at=4, rush=("rush", 50, 2.1), others=(3, 3, 3, 3)),
            "non_cash": Class(11, 9, 2, 2, 4, 2, 0.95, close_at=1, others=(2, 2, 2, 2)),
            "vip": VIP,
            "self_service": MACHINES,
        }
    ),
    "imbalance": Situation(
        {
            "cash": Class(19, 9.5, 3, 3, 11, 3, 0.9, "profile", 5, None, 3, others=(3, 3, 3, 3)),
            "non_cash": Class(3, 8, 2, 2, 0, 1, 0.74, "close", 5, None, 1, ("lull", 40, 0.5), others=(2, 1, 1, 1)),
            "vip": VIP,
            "self_service": MACHINES,
        }
    ),
}


def figures(situation: Situation, now: datetime) -> Json:
    """The answer to GET figures."""
    classes = situation.classes
    return {
        "now": now.isoformat(),
        "classes": {key: rates(key, found) for key, found in classes.items()},
        "history": {key: history(found, now) for key, found in classes.items()},
        "advice_table": {key: reckoning(key, found) for key, found in classes.items()},
        "outlook": {key: outlook(key, found, now) for key, found in classes.items()},
    }


def rates(key: str, found: Class) -> Json:
    per_min, service = found.per_hour / 60, found.service_min
    return {
        "counter_class": key,
        "level": 0.8,
        "enough_seen": found.per_hour * 1.2 >= 3,
        "arrivals": round(found.per_hour * 1.5),
        "arrivals_per_min": per_min,
        "arrivals_per_min_low": per_min * 0.8,
        "arrivals_per_min_high": per_min * 1.25,
        "completions": round(found.per_hour * 1.2),
        "no_shows": 1,
        "services_per_min": 1 / service,
        "services_per_min_low": 0.85 / service,
        "services_per_min_high": 1.2 / service,
        "mean_service_min": service,
        "mean_service_min_low": service / 1.2,
        "mean_service_min_high": service / 0.85,
        "cv2": 0.6,
        "cv2_n": 18,
        "waiting": found.waiting,
        "busy_counters": min(found.open_now, found.waiting + 1),
        "open_counters": found.open_now,
        "target": found.target and target(found.target),
    }


def target(found: Target) -> Json:
    counted = found.called + found.left
    return {**asdict(found), "counted": counted, "share": found.within / counted if counted else None}


def reckoning(key: str, found: Class) -> Json:
    table = cost_table(key, found)
    keeping_up = [row for row in table if row["keeps_up"]]
    best = min(keeping_up, key=lambda row: row["cost"])["servers"] if keeping_up else found.most
    return {"optimum": best, "keeps_up": bool(keeping_up), "rates": rates(key, found), "table": table}


def cost_table(key: str, found: Class, arrivals_factor: float = 1.0, service_factor: float = 1.0) -> list[Json]:
    """M/M/s, for every number of counters."""
    per_min, service = found.per_hour / 60 * arrivals_factor, found.service_min * service_factor
    load = per_min * service
    counter_cost, waiting_cost = COSTS[key]
    rows: list[Json] = []
    blocking = 1.0
    for servers in range(1, found.most + 1):
        blocking = load * blocking / (servers + load * blocking)
        spare = servers - load
        keeps_up = spare > 1e-9
        waiting = servers * blocking / (spare + load * blocking) * load / spare if keeps_up else None
        cost = None if waiting is None else counter_cost * servers + waiting_cost * (waiting + load)
        rows.append(
            {
                "servers": servers,
                "cost": cost,
                "wait_min": None if waiting is None else waiting / per_min,
                "waiting": waiting,
                "rho": load / servers,
                "keeps_up": keeps_up,
                "growth_per_min": max(0.0, -spare / service),
                "chance": found.confidence if servers == found.advised else 0.05,
            }
        )
    return rows


def outlook(key: str, found: Class, now: datetime) -> Json:
    compared = found.advised
    if found.advised == found.open_now:
        compared = found.open_now + 1 if found.open_now < found.most else found.open_now - 1
    stay = bands(found, found.open_now, now)
    change = bands(found, compared, now)
    values = summary(key, found, stay, found.open_now), summary(key, found, change, compared)
    static, mms, so_tang, day_plan = found.others
    return {
        "at": now.isoformat(),
        "horizon_min": HORIZON_MIN,
        "step_min": STEP_MIN,
        "policy": found.policy,
        "open_now": found.open_now,
        "present": found.waiting + min(found.open_now, found.waiting + 1),
        "waiting": found.waiting,
        "most": found.most,
        "least": 1,
        "advised": found.advised,
        "compared": compared,
        "optimum": reckoning(key, found)["optimum"],
        "stay": values[0],
        "change": values[1],
        "saving_per_hour": values[0]["cost_per_hour"] - values[1]["cost_per_hour"],
        "opening_cost": 10.0,
        "confidence": found.confidence,
        "wrong": {"chance": 1 - found.confidence, "cost": 6.5},
        "thresholds": {"open_at": found.open_at, "close_at": found.close_at},
        "bands": {"stay": stay, "change": change},
        "rung": {"code": "mms", "params": {}, "words": {"en": "The plain model.", "zh": "基本模型。"}},
        "others": [
            {"policy": "static", "servers": static},
            {"policy": "mms", "servers": mms},
            {"policy": "so_tang", "servers": so_tang},
            {"policy": "day_plan", "servers": day_plan},
        ],
        "rush": rush(found, now),
    }


def rush(found: Class, now: datetime) -> Json | None:
    if found.rush is None:
        return None
    kind, minutes, factor = found.rush
    return {"kind": kind, "since": (now - timedelta(minutes=minutes)).isoformat(), "factor": factor}


def bands(found: Class, servers: int, now: datetime) -> list[Json]:
    """People flow in and out like water; the bands are as wide as chance makes them."""
    capacity = servers / found.service_min
    floor = next((row["waiting"] for row in cost_table("cash", found) if row["servers"] == servers), None)
    waiting = float(found.waiting)
    steps = []
    for minute in range(STEP_MIN, HORIZON_MIN + 1, STEP_MIN):
        waiting = max(0.0 if floor is None else floor, waiting + STEP_MIN * (found.per_hour / 60 - capacity))
        spread = Z90 * math.sqrt(0.4 + 0.25 * waiting + 0.012 * minute * found.per_hour / 12)
        low, high = max(0.0, waiting - spread), waiting + spread
        steps.append(
            {
                "minute": minute,
                "at": (now + timedelta(minutes=minute)).isoformat(),
                "arrivals_per_hour": found.per_hour,
                "waiting": waiting,
                "waiting_low": low,
                "waiting_high": high,
                "wait": waiting / capacity,
                "wait_low": low / capacity,
                "wait_high": high / capacity,
            }
        )
    return steps


def summary(key: str, found: Class, steps: list[Json], servers: int) -> Json:
    counter_cost, waiting_cost = COSTS[key]
    waiting = sum(step["waiting"] for step in steps) / len(steps)
    return {
        "cost_per_hour": counter_cost * servers + waiting_cost * (waiting + found.per_hour / 60 * found.service_min),
        "wait_min": sum(step["wait"] for step in steps) / len(steps),
        "peak_wait_min": max(step["wait"] for step in steps),
        "waiting_at_end": steps[-1]["waiting"],
    }


def history(found: Class, now: datetime) -> list[Json]:
    """From an even morning to the crowd of now."""
    slots = []
    for back in range(PAST_SLOTS, 0, -1):
        share = (1 - back / PAST_SLOTS) ** 2
        ripple = (back * 7) % 3
        waiting = round(found.waiting * share) + (1 if ripple == 2 and found.waiting else 0)
        slots.append(
            {
                "start": (now - timedelta(minutes=STEP_MIN * back)).isoformat(),
                "arrivals": max(0, round(found.per_hour / 12) + ripple - 1),
                "called": 1,
                "completed": 1,
                "mean_wait_min": None if back == PAST_SLOTS else waiting * found.service_min / found.open_now,
                "mean_service_min": found.service_min,
                "waiting": waiting,
                "open_counters": found.open_now,
            }
        )
    return slots


def advice(key: str, found: Class, now: datetime, state: str = "issued") -> Json:
    """The advice that stands, as the snapshot has it."""
    plan = outlook(key, found, now)
    del plan["bands"]
    params = {
        "counter": found.counter,
        "queue": {"en": "Cash", "zh": "现金业务"},
        "waiting": found.waiting,
        "people": 5,
    }
    ahead: Json = {"wait_now": plan["stay"]["wait_min"], "wait_after": 4.0, "saving": 38.0}
    ahead |= {"reason": {"code": REASONS[found.advice or ""], "params": params}}
    ahead |= {"relieves": key, "queue_id": key, "machine_queue_id": "self_service"}
    ahead |= {} if found.advice == "divert" else {"confidence": found.confidence}
    whole = {**reckoning(key, found), "plan": plan} if found.advice in ("open", "close") else {}
    return {
        "id": f"advice-{key}",
        "branch_id": "main",
        "counter_class": key,
        "action": found.advice,
        "counter_id": None if found.counter is None else f"main.{found.counter}",
        "open_now": found.open_now,
        "advised": found.advised,
        "state": state,
        "issued_at": (now - timedelta(minutes=1)).isoformat(),
        "figures": {**whole, **ahead},
        "answered_at": now.isoformat() if state == "accepted" else None,
        "answered_by": "Manager" if state == "accepted" else None,
        "note": None,
        "profile": None,
        "score_due": None,
        "score": None,
    }


def furnish(snapshot: Json, situation: Situation, now: datetime, state: str = "issued") -> None:
    """Puts the people, the open counters and the advice into a snapshot of an empty hall."""
    for key, found in situation.classes.items():
        mine = [counter for counter in snapshot["counters"] if counter["counter_class"] == key]
        for at, counter in enumerate(mine):
            if at < found.open_now:
                person = {"staff_id": f"t{at}", "staff_name": None if key == "self_service" else "Li Wei"}
                counter |= {"status": "open", "since": (now - timedelta(minutes=50)).isoformat(), **person}
        for at in range(found.waiting):
            snapshot["tickets"].append(ticket(key, at + 1, now - timedelta(minutes=1.5 * (found.waiting - at))))
        if found.advice is not None:
            snapshot["advices"].append(advice(key, found, now, state))


def ticket(key: str, number: int, arrived: datetime) -> Json:
    at = arrived.isoformat()
    return {
        "id": f"{key}-{number}",
        "number": f"{PREFIX[key]}{number:03}",
        "prefix": PREFIX[key],
        "state": "waiting",
        "queue_id": key,
        "service_id": SERVICE[key],
        "segment": "ordinary",
        "counter_id": None,
        "arrived_at": at,
        "order_at": at,
        "issued_at": at,
        "called_at": None,
        "started_at": None,
        "ended_at": None,
        "calls": 0,
        "step": 0,
        "later_services": [],
        "misses": 0,
        "due_call": None,
        "ahead": None,
    }
