"""What a branch has decided about itself: hours, services, queues, counters' profiles, rules and costs."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

Names = dict[str, str]  # language -> name


class CounterClass(StrEnum):
    CASH = "cash"
    NON_CASH = "non_cash"
    VIP = "vip"
    SELF_SERVICE = "self_service"


@dataclass(frozen=True, slots=True)
class Queue:
    id: str
    prefix: str
    counter_class: CounterClass
    name: Names


@dataclass(frozen=True, slots=True)
class Service:
    id: str
    name: Names
    queue_id: str
    machine_queue_id: str | None = None  # where a self-service machine can do the same


@dataclass(frozen=True, slots=True)
class ProfileEntry:
    """One queue that a counter serves. A counter helps in a queue only while its own queues are empty."""

    queue_id: str
    helps: bool = False


@dataclass(frozen=True, slots=True)
class Rules:
    """How tickets are ordered. Times in seconds."""

    wait_cap_s: float = 1800
    vip_weight: int = 2  # VIP calls ...
    ordinary_weight: int = 1  # ... to so many others, while both wait
    head_start_s: dict[str, float] = field(default_factory=lambda: {"priority": 600.0})  # by segment
    max_misses: int = 2  # put back so often, then the next miss is final
    back_places: int = 3
    calls_before_no_show: int = 1
    machine_no_show_s: float = 120  # a machine gives up on a called customer who does not start
    expire_after_close_s: float = 3600


@dataclass(frozen=True, slots=True)
class ClassPolicy:
    """What the advisor needs to know of a class of counters. Costs per hour, in the branch's currency."""

    counter_cost: float
    waiting_cost: float
    expected_service_min: float
    expected_arrivals_per_hour: float
    min_counters: int = 1
    opening_cost: float | None = None  # of opening a counter once; None: twenty minutes of its cost
    policy: str = "lookahead"  # which of the advisor's policies speaks

    @property
    def cost_of_opening(self) -> float:
        return self.counter_cost / 3 if self.opening_cost is None else self.opening_cost


@dataclass(frozen=True, slots=True)
class CardRule:
    """What a card means whose number begins as `match` says: who its owner is to the branch."""

    match: str  # a regular expression of RE2
    segment: str
    level: int  # of a VIP; else 0
    kind: str = "card"


@dataclass(frozen=True, slots=True)
class Branch:
    id: str
    name: Names
    time_zone: str
    opens: time
    closes: time
    open_days: tuple[int, ...]  # Monday is 0
    queues: dict[str, Queue]
    services: dict[str, Service]
    segment_queues: dict[str, str]  # segment -> queue that takes it whatever the service
    policies: dict[str, ClassPolicy]
    rules: Rules = Rules()
    currency: str = "¥"
    card_rules: tuple[CardRule, ...] = ()  # the first that fits counts

    def local(self, now: datetime) -> datetime:
        return now.astimezone(ZoneInfo(self.time_zone))

    def business_day(self, now: datetime) -> date:
        return self.local(now).date()

    def is_open(self, now: datetime) -> bool:
        local = self.local(now)
        return local.weekday() in self.open_days and self.opens <= local.time() < self.closes

    def hours(self, day: date) -> tuple[datetime, datetime]:
        """When the doors open and close on that day."""
        zone = ZoneInfo(self.time_zone)
        return datetime.combine(day, self.opens, zone), datetime.combine(day, self.closes, zone)

    def expiry(self, day: date) -> datetime:
        """When what is left of a business day's tickets expires."""
        return self.hours(day)[1] + timedelta(seconds=self.rules.expire_after_close_s)

    def class_of(self, queue_id: str) -> CounterClass:
        return self.queues[queue_id].counter_class


def branch_from(data: dict[str, Any]) -> Branch:
    """A branch from its stored form (the JSON of the dataclasses above)."""
    return Branch(
        **{
            **data,
            "opens": time.fromisoformat(data["opens"]),
            "closes": time.fromisoformat(data["closes"]),
            "open_days": tuple(data["open_days"]),
            "queues": {
                key: Queue(**{**queue, "counter_class": CounterClass(queue["counter_class"])})
                for key, queue in data["queues"].items()
            },
            "services": {key: Service(**service) for key, service in data["services"].items()},
            "policies": {key: ClassPolicy(**policy) for key, policy in data["policies"].items()},
            "rules": Rules(**data["rules"]),
            "card_rules": tuple(CardRule(**rule) for rule in data.get("card_rules", ())),
        }
    )
