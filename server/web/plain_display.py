"""The lobby's board for any browser there ever was: no script, both languages, and the time of what it says."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from html import escape

from server.actions.customer import Offer
from server.domain.branch import Branch, Names
from server.domain.hall import Call, Hall
from server.domain.opening import Opening, closed_because, next_opening
from server.domain.ticket import State
from server.domain.words import LANGUAGES, say_in

RELOAD_S = 5
OLD_S = 3.0
THEMES = ("day", "night", "auto")
DAY = (time(7), time(18, 30))  # as the board's own
MOST_CALLS = 6
INSIDE = {State.WAITING, State.CALLED, State.SERVING, State.PARKED}
MOST_LANGUAGES = 2  # the first one large, the other beside it


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the address asks for; empty: everything."""

    lang: str = ""
    queues: frozenset[str] = frozenset()
    counters: frozenset[str] = frozenset()
    theme: str = ""

    def langs(self, branch: Branch) -> list[str]:
        known = [lang for lang in branch.languages if lang in LANGUAGES] or list(LANGUAGES)
        return sorted(known, key=lambda lang: lang != self.lang)[:MOST_LANGUAGES]

    def is_day(self, branch: Branch, now: datetime) -> bool:
        theme = self.theme or branch.lobby.theme
        return theme == "day" or (theme == "auto" and DAY[0] <= branch.local(now).time() < DAY[1])

    def concern(self, call: Call) -> bool:
        if self.counters:
            return str(call.counter_number) in self.counters
        return not self.queues or call.queue_id in self.queues


def wishes_from(query: Mapping[str, str]) -> Wishes:
    """A counter may be named as "main.3" or "3"."""
    queues = [part.strip() for part in query.get("queues", "").split(",") if part.strip()]
    named = query.get("counter", "") if query.get("layout") == "counter" else query.get("counters", "")
    counters = [part.strip().rpartition(".")[2] for part in named.split(",") if part.strip()]
    return Wishes(query.get("lang", ""), frozenset(queues), frozenset(counters), _theme(query))


def _theme(query: Mapping[str, str]) -> str:
    """A word that is not known is as good as none."""
    asked = query.get("theme", "")
    return asked if asked in THEMES else ""


def plain_page(hall: Hall, offers: Iterable[Offer], now: datetime, age_s: float, wishes: Wishes) -> str:
    """The whole page. `now` is the time of the data, `age_s` how old they are, in seconds of the wall."""
    langs = wishes.langs(hall.branch)
    old = f'<p class="old">{_both(langs, "display.plain_old", n=round(age_s))}</p>' if age_s > OLD_S else ""
    clock = f"{hall.branch.local(now):%H:%M:%S}"
    name = _names(langs, hall.branch.name)
    return (
        f'<!doctype html><html lang="{langs[0]}"><head><meta charset="utf-8">'
        f'<meta http-equiv="refresh" content="{RELOAD_S}">'
        '<meta name="viewport" content="width=device-width"><title>Callboard</title>'
        '<link rel="icon" href="/screens/shared/mark.svg">'
        '<link rel="stylesheet" href="/display/page/plain.css"></head>'
        f'<body class="{"day" if wishes.is_day(hall.branch, now) else "night"}{" is-old" if old else ""}">{old}'
        f'<table class="head"><tr><td class="branch">{name}</td>'
        f'<td class="time">{_both(langs, "display.plain_as_of")} <b>{clock}</b></td></tr></table>'
        f"{_closed(hall, langs, now)}{_calls(hall, langs, wishes)}{_waits(hall, offers, langs, wishes)}"
        f'<p class="foot">{_both(langs, "display.plain_reloads", n=RELOAD_S)}</p></body></html>'
    )


def _closed(hall: Hall, langs: list[str], now: datetime) -> str:
    """That nobody is expected any more, and when the doors open next; whoever is inside is served first."""
    branch = hall.branch
    if branch.is_open(now) or any(ticket.state in INSIDE for ticket in hall.tickets.values()):
        return ""
    lines = _both(langs, f"shared.closed.{closed_because(branch, now)}")
    if (opening := next_opening(branch, now)) is not None:
        lines += "<br>" + _spans(langs, [opening_words(lang, opening) for lang in langs])
    return f'<p class="none">{lines}</p>'


def opening_words(lang: str, opening: Opening) -> str:
    return say_in(
        lang,
        f"shared.opens.{opening.words}",
        {
            "opens": f"{opening.hours.opens:%H:%M}".removeprefix("0"),
            "weekday": LANGUAGES[lang][f"shared.weekday.{opening.day.weekday()}"],
            "month": LANGUAGES[lang][f"shared.month.{opening.day.month}"],
            "date": opening.day.day,
        },
    )


def _calls(hall: Hall, langs: list[str], wishes: Wishes) -> str:
    called = {ticket.number for ticket in hall.tickets.values() if ticket.state is State.CALLED}
    newest = {call.number: call for call in reversed(hall.recent_calls) if wishes.concern(call)}
    calls = sorted(newest.values(), key=lambda call: -call.seq)[:MOST_CALLS]
    if not calls:
        return f'<p class="none">{_both(langs, "display.recent_none")}</p>'
    rows = "".join(_call(hall, call, langs, awaited=call.number in called) for call in calls)
    return f'<h1>{_both(langs, "display.recent")}</h1><table class="calls">{rows}</table>'


def _call(hall: Hall, call: Call, langs: list[str], *, awaited: bool) -> str:
    machines = {counter.number for counter in hall.counters.values() if counter.is_machine}
    key = "display.machine" if call.counter_number in machines else "display.counter"
    return (
        f'<tr class="{"awaited" if awaited else "come"}"><td class="number">{escape(call.number)}</td>'
        f'<td class="arrow">&rarr;</td><td class="label">{_both(langs, key)}</td>'
        f'<td class="counter">{call.counter_number}</td></tr>'
    )


def _waits(hall: Hall, offers: Iterable[Offer], langs: list[str], wishes: Wishes) -> str:
    served = {
        entry.queue_id
        for counter in hall.counters.values()
        if str(counter.number) in wishes.counters
        for entry in counter.profile
    }
    wanted = wishes.queues or served
    cells = "".join(
        f"<td><b>{offer.ahead}</b> {_both(langs, 'display.waiting')}"
        f"<p>{_names(langs, hall.branch.queues[offer.queue_id].name)}</p></td>"
        for offer in offers
        if not wanted or offer.queue_id in wanted
    )
    return f'<table class="waits"><tr>{cells}</tr></table>' if cells else ""


def _both(langs: list[str], key: str, **params: object) -> str:
    return _spans(langs, [say_in(lang, key, params) for lang in langs])


def _names(langs: list[str], names: Names) -> str:
    return _spans(langs, [escape(names.get(lang) or next(iter(names.values()), "")) for lang in langs])


def _spans(langs: list[str], texts: list[str]) -> str:
    marks = ["main", *["beside"] * len(texts)]
    found = zip(langs, marks, texts, strict=False)
    return " ".join(f'<span class="{mark}" lang="{lang}">{text}</span>' for lang, mark, text in found)
