"""Reads the sections of a document that stand by themselves: the branch, its hours, rules, costs and cards."""

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, time
from zoneinfo import ZoneInfo

from server.domain.branch import CardRule, ClassPolicy, CounterClass, DayHours, Lobby, Names, Rules
from server.domain.set_up.document import CLOSED, DAYS, SEGMENTS
from server.domain.set_up.part import ID, Part, shown
from server.domain.ticket import Segment
from server.domain.words import LANGUAGES

LAYOUTS = ("waiting", "calls", "notices", "counter", "overview")
THEMES = ("auto", "day", "night")
POLICIES = ("lookahead", "mms", "so_tang", "day_plan", "static")  # as the advisor has them
MOST_SPECIAL, MOST_CARDS = 200, 100
COST, MINUTES = 100_000.0, 24 * 60.0
OPENS, CLOSES = time(9), time(17)
NEEDED_GAPS, KNOWN_GAPS = ("number", "counter"), {"number", "counter", "place"}
GAP = re.compile(r"\{([^{}]*)\}")  # who says the sentence fills these and no others, and knows no doubled braces
NOT_OF_THE_WORLD = ("posix/", "right/")  # folders of a server's own: the second runs half a minute ahead


@dataclass(frozen=True, slots=True)
class Identity:
    id: str
    name: Names
    time_zone: str
    currency: str
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hours:
    opens: time
    closes: time
    open_days: tuple[int, ...]
    days: dict[str, DayHours]
    special: dict[str, DayHours | None]


def identity(part: Part) -> Identity:
    told = part.fields("id", "name", "time_zone", "currency", "languages")
    languages = [one.choice(LANGUAGES) for one in told["languages"].items(len(LANGUAGES), needed=True)]
    if len(set(languages)) < len(languages):
        told["languages"].fault("twice")
    return Identity(
        told["id"].id() if told["id"].given else "",
        told["name"].name(80),
        _zone(told["time_zone"]),
        told["currency"].text(4, default="¥"),
        tuple(dict.fromkeys(languages)),
    )


def _zone(part: Part) -> str:
    """Only what a browser knows too: of the names without a place, servers have some for themselves (`Factory`)."""
    found = part.text(60)
    if found == "UTC" or ("/" in found and not found.startswith(NOT_OF_THE_WORLD)):
        # A name that leads out of the folder of zones is refused there; one that is a folder is an OSError.
        with suppress(ValueError, LookupError, OSError):
            return ZoneInfo(found).key
    if found:
        part.fault("no_such_zone", zone=shown(found))
    return "UTC"


def hours(part: Part) -> Hours:
    told = part.fields("opens", "closes", "open_days", "days", "special")
    usual = _span(told, told["opens"].time(OPENS), told["closes"].time(CLOSES))
    days = [DAYS.index(day.choice(DAYS)) for day in told["open_days"].items(len(DAYS))]
    if len(set(days)) < len(days):
        told["open_days"].fault("twice")
    own = {}
    for name, span in told["days"].pairs(len(DAYS)):
        if name not in DAYS:
            span.fault("not_one_of", choices=", ".join(DAYS))
        else:
            own[str(DAYS.index(name))] = _day_hours(span)
    special: dict[str, DayHours | None] = {}
    for name, span in told["special"].pairs(MOST_SPECIAL):
        if _is_date(name, span):
            special[name] = None if span.value == CLOSED else _day_hours(span)
    return Hours(usual.opens, usual.closes, tuple(sorted(set(days))), own, special)


def _is_date(name: str, part: Part) -> bool:
    with suppress(ValueError):
        if date.fromisoformat(name).isoformat() == name:
            return True
    part.fault("not_date", value=name)
    return False


def _day_hours(part: Part) -> DayHours:
    told = part.fields("opens", "closes")
    return _span(told, told["opens"].time(OPENS), told["closes"].time(CLOSES))


def _span(part: Part, opens: time, closes: time) -> DayHours:
    if opens >= closes:
        part["closes"].fault("closes_first", opens=f"{opens:%H:%M}", closes=f"{closes:%H:%M}")
        return DayHours(OPENS, CLOSES)
    return DayHours(opens, closes)


def rules(part: Part, head_start_s: dict[str, float]) -> Rules:
    usual = Rules()
    told = part.fields(
        *("wait_cap_min", "vip_weight", "ordinary_weight", "max_misses", "back_places", "calls_before_no_show"),
        *("machine_no_show_s", "expire_after_close_min"),
        needed=False,
    )
    return Rules(
        wait_cap_s=told["wait_cap_min"].number(1, 480, usual.wait_cap_s / 60) * 60,
        vip_weight=told["vip_weight"].whole(1, 20, usual.vip_weight),
        ordinary_weight=told["ordinary_weight"].whole(1, 20, usual.ordinary_weight),
        head_start_s=head_start_s,
        max_misses=told["max_misses"].whole(0, 10, usual.max_misses),
        back_places=told["back_places"].whole(0, 50, usual.back_places),
        calls_before_no_show=told["calls_before_no_show"].whole(1, 10, usual.calls_before_no_show),
        machine_no_show_s=told["machine_no_show_s"].number(10, 3600, usual.machine_no_show_s),
        expire_after_close_s=told["expire_after_close_min"].number(0, 360, usual.expire_after_close_s / 60) * 60,
    )


def head_starts(part: Part) -> dict[str, float]:
    usual = Rules().head_start_s
    told = part.fields(*SEGMENTS, needed=False)
    found = {}
    for key in SEGMENTS:
        own = told[key].fields("queue", "head_start_min", needed=False)
        found[key] = own["head_start_min"].number(0, 240, usual.get(key, 0.0) / 60) * 60
    return {key: seconds for key, seconds in found.items() if seconds}


def classes(part: Part) -> dict[str, ClassPolicy]:
    found = {}
    for key, each in part.pairs(len(CounterClass) + 1):
        if key not in list(CounterClass):
            each.fault("not_one_of", choices=", ".join(CounterClass))
        else:
            found[key] = _class(each)
    return found


def _class(part: Part) -> ClassPolicy:
    told = part.fields(
        *("counter_cost", "waiting_cost", "opening_cost", "expected_service_min", "expected_arrivals_per_hour"),
        *("min_counters", "policy", "target_wait_min"),
    )
    opening, target = told["opening_cost"], told["target_wait_min"]
    return ClassPolicy(
        counter_cost=float(told["counter_cost"].number(0.01, COST)),
        waiting_cost=float(told["waiting_cost"].number(0.01, COST)),
        expected_service_min=float(told["expected_service_min"].number(0.1, 240)),
        expected_arrivals_per_hour=float(told["expected_arrivals_per_hour"].number(0, 2000)),
        min_counters=told["min_counters"].whole(0, 200, 1),
        opening_cost=float(opening.number(0, COST)) if opening.given else None,
        policy=told["policy"].choice(POLICIES, "lookahead"),
        target_wait_min=float(target.number(0.5, 240)) if target.given else None,
    )


def cards(part: Part) -> tuple[CardRule, ...]:
    """The patterns themselves are for who has the library that reads them."""
    found = []
    for each in part.items(MOST_CARDS):
        told = each.fields("match", "segment", "level", "kind")
        match = "" if told["match"].value == "" else told["match"].text(200)  # the empty one fits every card
        segment = told["segment"].choice(list(Segment))
        level = told["level"].whole(0, 9, int(segment == Segment.VIP))
        kind = told["kind"].text(40, default="card")
        if not ID.fullmatch(kind):
            told["kind"].fault("bad_id", id=shown(kind))
        found.append(CardRule(match, segment, level, kind))
    return tuple(found)


def lobby(part: Part) -> Lobby:
    told = part.fields("layout", "theme", needed=False)
    usual = Lobby()
    return Lobby(told["layout"].choice(LAYOUTS, usual.layout), told["theme"].choice(THEMES, usual.theme))


def wording(part: Part) -> Names:
    told = part.fields(*LANGUAGES, needed=False)
    return {lang: _sentence(told[lang]) for lang in LANGUAGES if told[lang].there and told[lang].value != ""}


def _sentence(part: Part) -> str:
    said = part.text(120)
    gaps = GAP.findall(said)
    wrong = [f"{{{shown(name)}}}" for name in gaps if name not in KNOWN_GAPS]
    wrong += [brace for brace in GAP.sub("", said) if brace in "{}"]
    if wrong:
        part.fault("bad_gaps", gap=wrong[0])
    lacking = [f"{{{name}}}" for name in NEEDED_GAPS if name not in gaps]
    if said and lacking:
        part.fault("gaps_missing", gaps=" ".join(lacking))
    return said


def keep_days(part: Part) -> int:
    return part.fields("keep_days", needed=False)["keep_days"].whole(0, 3650, 0)
