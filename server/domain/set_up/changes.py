"""What differs between two set-ups, in the words of who will be asked about it."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from server.domain.branch import Names
from server.domain.set_up.document import CLOSED, DAYS, SEGMENTS, Json
from server.domain.words import LANGUAGES, say, say_in

# Section -> its fields that are one value each. What stands after a colon says how the value is told.
PLAIN = {
    "branch": "name time_zone currency languages:languages",
    "rules": "wait_cap_min vip_weight ordinary_weight max_misses back_places calls_before_no_show machine_no_show_s "
    "expire_after_close_min",
    "display": "layout:layout theme:theme",
    "privacy": "keep_days",
    "wording": " ".join(LANGUAGES),
}
OF_CLASS = (
    "counter_cost waiting_cost opening_cost expected_service_min expected_arrivals_per_hour min_counters "
    "policy:policy target_wait_min"
)
OF_LISTS = {
    "groups": "name",
    "queues": "name prefix class:class",
    "services": "name queue:queue machine_queue:queue group:group target_min",
}


def changes(before: Json, after: Json) -> list[Json]:
    """[{path, what: added | removed | changed, before, after, words}], in the order of the document. Paths are those
    of `after`; of what is no more, those of `before`."""
    return list(Difference(before, after).all())


class Difference:
    def __init__(self, before: Json, after: Json) -> None:
        self.before, self.after = before, after
        self._names: dict[str, dict[str, Names]] = {
            kind: {one["id"]: one["name"] for whole in (before, after) for one in whole[section]}
            for kind, section in (("queue", "queues"), ("group", "groups"))
        }

    def all(self) -> Iterator[Json]:
        yield from self._plain("branch")
        yield from self._hours()
        for section in OF_LISTS:
            yield from self._list(section)
        for key in SEGMENTS:
            pair = self.before["segments"].get(key, {}), self.after["segments"].get(key, {})
            yield from self._fields(f"segments.{key}", "queue:queue head_start_min", *pair, say(f"segment.{key}"))
        yield from self._counters()
        yield from self._classes()
        for section in ("rules", "display", "wording", "privacy"):
            yield from self._plain(section)
        if self.before["cards"] != self.after["cards"]:
            told = say("set_up.change.cards", {"count": len(self.after["cards"])})
            yield change("cards", "changed", self.before["cards"], self.after["cards"], told)

    def _plain(self, section: str) -> Iterator[Json]:
        pair = self.before.get(section, {}), self.after.get(section, {})
        yield from self._fields(section, PLAIN[section], *pair)

    def _fields(self, path: str, fields: str, before: Json, after: Json, of: Names | None = None) -> Iterator[Json]:
        section = path.split(".")[0]
        for field in fields.split():
            name, _, kind = field.partition(":")
            was, now = before.get(name), after.get(name)
            if was != now:
                label = say(f"set_up.label.{section}.{name}")
                what = label if of is None else say("set_up.change.of", {"what": label, "of": of})
                yield self._value(f"{path}.{name}", what, was, now, partial(self._told, kind))

    def _value(self, path: str, what: Names, was: Any, now: Any, told: Callable[[Any], Names]) -> Json:
        params = {"what": what, "before": told(was), "after": told(now)}
        if was is None:
            return change(path, "added", was, now, say("set_up.change.set", params))
        if now is None:
            return change(path, "removed", was, now, say("set_up.change.unset", params))
        return change(path, "changed", was, now, say("set_up.change.changed", params))

    def _told(self, kind: str, value: Any) -> Names:
        if value is None:
            return dict.fromkeys(LANGUAGES, "")
        if isinstance(value, dict):  # a name: which of its languages has changed is to be seen
            return {lang: " / ".join(dict.fromkeys(value.values())) for lang in LANGUAGES}
        if kind in self._names:
            return self._names[kind].get(value, dict.fromkeys(LANGUAGES, value))
        if kind == "class":
            return say(f"class.{value}")
        if kind == "policy":
            return say(f"manager.policy.{value}")
        if kind in ("layout", "theme"):
            return say(f"set_up.{kind}.{value}")
        if kind == "languages":
            return each(lambda lang: [say_in(lang, f"set_up.language.{one}") for one in value])
        return {lang: f"{value:g}" if isinstance(value, float) else str(value) for lang in LANGUAGES}

    def _hours(self) -> Iterator[Json]:
        before, after = self.before["hours"], self.after["hours"]
        usual = [{name: hours[name] for name in ("opens", "closes")} for hours in (before, after)]
        if usual[0] != usual[1]:
            yield self._value("hours.opens", say("set_up.label.hours.opens"), usual[0], usual[1], span)
        if before["open_days"] != after["open_days"]:
            days = before["open_days"], after["open_days"]
            yield self._value("hours.open_days", say("set_up.label.hours.open_days"), days[0], days[1], weekdays)
        for section in ("days", "special"):
            for day in sorted({**before[section], **after[section]}, key=_in_week):
                was, now = before[section].get(day), after[section].get(day)
                if was != now:
                    what = say(f"set_up.day.{day}") if day in DAYS else dict.fromkeys(LANGUAGES, day)
                    yield self._value(f"hours.{section}.{day}", what, was, now, span)

    def _list(self, section: str) -> Iterator[Json]:
        before, after = ({one["id"]: one for one in whole[section]} for whole in (self.before, self.after))
        for at, one in enumerate(before.values()):
            if one["id"] not in after:
                yield thing(f"{section}.{at}", "removed", one, section)
        for at, one in enumerate(after.values()):
            was = before.get(one["id"])
            if was is None:
                yield thing(f"{section}.{at}", "added", one, section)
            else:
                yield from self._fields(f"{section}.{at}", OF_LISTS[section], was, one, one["name"])
        kept = [[key for key in one if key in before and key in after] for one in (before, after)]
        if kept[0] != kept[1]:
            yield change(
                section,
                "changed",
                kept[0],
                kept[1],
                say("set_up.change.order", {"what": say(f"set_up.label.{section}")}),
            )

    def _counters(self) -> Iterator[Json]:
        before, after = ({one["number"]: one for one in whole["counters"]} for whole in (self.before, self.after))
        for at, (number, one) in enumerate(before.items()):
            if number not in after:
                told = say("set_up.change.counter_removed", {"counter": number})
                yield change(f"counters.{at}", "removed", one, None, told)
        for at, (number, one) in enumerate(after.items()):
            was, path = before.get(number), f"counters.{at}"
            if was is None:
                params = {"counter": number, "class": one["class"], "queues": self._queues(one["serves"])}
                yield change(path, "added", None, one, say("set_up.change.counter_added", params))
                continue
            of = say("set_up.change.counter", {"counter": number})
            yield from self._fields(path, "class:class", was, one, of)
            for part in ("serves", "helps"):
                yield from self._served(path, part, was, one)

    def _served(self, path: str, part: str, was: Json, now: Json) -> Iterator[Json]:
        more = [key for key in now[part] if key not in was[part]]
        less = [key for key in was[part] if key not in now[part]]
        for what, keys in ((f"{part}_too", more), (f"{part}_no_more", less)):
            if keys:
                params = {"counter": now["number"], "queues": self._queues(keys)}
                yield change(f"{path}.{part}", "changed", was[part], now[part], say(f"set_up.change.{what}", params))

    def _queues(self, keys: list[str]) -> Names:
        return each(lambda lang: [self._told("queue", key)[lang] for key in keys])

    def _classes(self) -> Iterator[Json]:
        before, after = self.before["classes"], self.after["classes"]
        for key in {**before, **after}:
            was, now, name = before.get(key), after.get(key), say(f"class.{key}")
            if was is None or now is None:
                what = "added" if was is None else "removed"
                yield change(f"classes.{key}", what, was, now, say(f"set_up.change.class_{what}", {"class": key}))
            else:
                yield from self._fields(f"classes.{key}", OF_CLASS, was, now, name)


def change(path: str, what: str, before: Any, after: Any, words: Names) -> Json:
    return {"path": path, "what": what, "before": before, "after": after, "words": words}


def thing(path: str, what: str, one: Json, section: str) -> Json:
    words = say(f"set_up.change.{section}_{what}", {"name": one["name"]})
    return change(path, what, None if what == "added" else one, one if what == "added" else None, words)


def span(hours: Any) -> Names:
    if hours is None:
        return say("set_up.change.as_usual")
    if hours == CLOSED:
        return say("set_up.change.closed")
    return dict.fromkeys(LANGUAGES, f"{hours['opens']}–{hours['closes']}")


def weekdays(days: list[str]) -> Names:
    return each(lambda lang: [say_in(lang, f"set_up.day.{day}") for day in days])


def each(told: Callable[[str], list[str]]) -> Names:
    """A list in every language, with that language's own comma."""
    return {lang: say_in(lang, "set_up.change.comma").join(told(lang)) for lang in LANGUAGES}


def _in_week(day: str) -> tuple[int, str]:
    return (DAYS.index(day) if day in DAYS else len(DAYS)), day
