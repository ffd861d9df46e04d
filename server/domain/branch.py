"""What a branch has decided about itself: hours, services, queues, counters' profiles, rules and costs."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

Names = dict[str, str]  # language -> name
A_YEAR = 366


class CounterClass(StrEnum):
    CASH = "cash"
    NON_CASH = "non_cash"
    VIP = "vip"
    SELF_SERVICE = "self_service"


@dataclass(frozen=True, slots=True)
class Queue:
    """`retired`: it is in nobody's choice any more, and stays for the tickets that were in it."""

    id: str
    prefix: str
    counter_class: CounterClass
    name: Names
    retired: bool = False


@dataclass(frozen=True, slots=True)
class Service:
    id: str
    name: Names
    queue_id: str
    machine_queue_id: str | None = None  # where a self-service machine can do the same
    group_id: str | None = None  # under which of the kiosk's first choices it stands
    target_min: float | None = None  # the wait that the branch has set itself
    retired: bool = False  # no more tickets for it; it stays for those that were taken


@dataclass(frozen=True, slots=True)
class ServiceGroup:
    """A first choice at the kiosk, with services behind it."""

    id: str
    name: Names


@dataclass(frozen=True, slots=True)
class DayHours:
    """From when to when the doors are open, by the branch's own clock."""

    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class Lobby:
    """What the lobby's display shows where its own address does not say otherwise."""

    layout: str = "waiting"  # calls waiting notices counter overview
    theme: str = "night"  # day night auto


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
    target_wait_min: float | None = None  # the wait that the branch has set itself

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
    day_hours: dict[str, DayHours] = field(default_factory=dict)  # "0" to "6": weekdays with hours of their own
    special_days: dict[str, DayHours | None] = field(default_factory=dict)  # ISO date -> its hours; None: closed
    groups: dict[str, ServiceGroup] = field(default_factory=dict)
    languages: tuple[str, ...] = ("zh", "en")  # of screens and voice, in this order
    lobby: Lobby = Lobby()
    wording: Names = field(default_factory=dict)  # language -> the call-out's own sentence, where the branch has one
    keep_personal_days: int = 0  # how long after the business day what is personal is kept

    def local(self, now: datetime) -> datetime:
        return now.astimezone(ZoneInfo(self.time_zone))

    def business_day(self, now: datetime) -> date:
        return self.local(now).date()

    def hours_on(self, day: date) -> DayHours | None:
        """The day's hours; None where the branch stays closed."""
        if day.isoformat() in self.special_days:
            return self.special_days[day.isoformat()]
        if day.weekday() not in self.open_days:
            return None
        return self.day_hours.get(str(day.weekday()), DayHours(self.opens, self.closes))

    def is_open(self, now: datetime) -> bool:
        local = self.local(now)
        today = self.hours_on(local.date())
        return today is not None and today.opens <= local.time() < today.closes

    def next_open(self, now: datetime) -> tuple[date, DayHours] | None:
        """The day on which the doors open next after `now`, and its hours; None where that is not within a year."""
        local = self.local(now)
        for ahead in range(A_YEAR):
            day = local.date() + timedelta(days=ahead)
            found = self.hours_on(day)
            if found is not None and (ahead > 0 or local.time() < found.opens):
                return day, found
        return None

    def hours(self, day: date) -> tuple[datetime, datetime]:
        """When the doors open and close on that day; on a day when they stay closed, when they would."""
        zone, day_hours = ZoneInfo(self.time_zone), self.hours_on(day) or DayHours(self.opens, self.closes)
        return datetime.combine(day, day_hours.opens, zone), datetime.combine(day, day_hours.closes, zone)

    def expiry(self, day: date) -> datetime:
        """When what is left of a business day's tickets expires."""
        return self.hours(day)[1] + timedelta(seconds=self.rules.expire_after_close_s)

    def class_of(self, queue_id: str) -> CounterClass:
        return self.queues[queue_id].counter_class

    def target_of(self, service_id: str, counter_class: str) -> float | None:
        """Within how many minutes whoever waits for the service at such counters ought to be called: as its service
        says, else its class; None where neither does."""
        service, policy = self.services.get(service_id), self.policies.get(counter_class)
        own = service.target_min if service else None
        return own if own is not None else policy.target_wait_min if policy else None


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
            "day_hours": {key: _day_hours(hours) for key, hours in data.get("day_hours", {}).items()},
            "special_days": {
                key: _day_hours(hours) if hours else None for key, hours in data.get("special_days", {}).items()
            },
            "groups": {key: ServiceGroup(**group) for key, group in data.get("groups", {}).items()},
            "languages": tuple(data.get("languages", ("zh", "en"))),
            "lobby": Lobby(**data.get("lobby", {})),
        }
    )


def _day_hours(data: dict[str, str]) -> DayHours:
    return DayHours(time.fromisoformat(data["opens"]), time.fromisoformat(data["closes"]))
