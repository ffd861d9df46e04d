"""Whatever a manager might change in the middle of the day: the present set-up, with one thing or another in it."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

from server.actions.decision import Actor
from server.actions.set_up import set_up
from server.domain.hall import Hall
from server.domain.set_up.document import document_of, version_of
from tests.domain.floor import MANAGER
from tests.domain.press import Press

Json = dict[str, Any]

HOURS = ("16:00", "17:00", "18:30", "09:30")
ZONES = ("Asia/Shanghai", "Asia/Shanghai", "Pacific/Auckland", "America/New_York")


def set_anew(press: Press, hall: Hall, turn: int) -> tuple[Actor, Any, dict[str, Any]]:
    document = document_of(hall.branch, hall.counters.values())
    version = version_of(document) if press.who < 6 else "somebody else's"
    wanted = deepcopy(document)
    change_something(wanted, press.which, press.more)
    if press.who in (2, 3):
        change_something(wanted, press.more, press.which)
    return MANAGER, set_up, {"document": wanted, "version": version}


def change_something(wanted: Json, which: int, more: int) -> None:
    CHANGES[which % len(CHANGES)](wanted, more)


def _add_counter(wanted: Json, more: int) -> None:
    free = next(number for number in range(1, 999) if number not in [one["number"] for one in wanted["counters"]])
    queue = wanted["queues"][more % len(wanted["queues"])]
    wanted["counters"].append({"number": free, "class": queue["class"], "serves": [queue["id"]], "helps": []})


def _remove_counter(wanted: Json, more: int) -> None:
    gone = wanted["counters"].pop(more % len(wanted["counters"]))
    left = [one for one in wanted["counters"] if one["class"] == gone["class"]]
    if not left:
        _give_up_class(wanted, gone["class"])
    for key in gone["serves"]:
        there = left or wanted["counters"]
        if there and all(key not in one["serves"] for one in wanted["counters"]):
            there[0]["serves"].append(key)
            there[0]["helps"] = [other for other in there[0]["helps"] if other != key]


def _give_up_class(wanted: Json, counter_class: str) -> None:
    wanted["classes"].pop(counter_class, None)
    for queue in [one for one in wanted["queues"] if one["class"] == counter_class]:
        _give_up_queue(wanted, queue)


def _give_up_queue(wanted: Json, queue: Json) -> None:
    wanted["queues"].remove(queue)
    if not wanted["queues"]:
        return
    other = wanted["queues"][0]["id"]
    for service in wanted["services"]:
        service["queue"] = other if service["queue"] == queue["id"] else service["queue"]
        if service.get("machine_queue") == queue["id"]:
            del service["machine_queue"]
    for segment in wanted["segments"].values():
        if segment.get("queue") == queue["id"]:
            del segment["queue"]
    for counter in wanted["counters"]:
        for part in ("serves", "helps"):
            counter[part] = [key for key in counter[part] if key != queue["id"]]
        if not counter["serves"]:
            counter["serves"], counter["helps"] = [other], []


def _remove_queue(wanted: Json, more: int) -> None:
    _give_up_queue(wanted, wanted["queues"][more % len(wanted["queues"])])


def _add_queue(wanted: Json, more: int) -> None:
    """Or brings back one that was given up, under its old id."""
    ids = [one["id"] for one in wanted["queues"]]
    key = next(key for key in ("non_cash", "loans", "advice", "extra", f"more_{len(ids)}") if key not in ids)
    name = {"en": key, "zh": key}
    prefix = "LMNOBA"[more % 6]
    ordinary = next((one for one in wanted["counters"] if one["class"] != "self_service"), wanted["counters"][0])
    wanted["queues"].append({"id": key, "prefix": prefix, "class": ordinary["class"], "name": name})
    wanted["services"].append({"name": name, "queue": key})
    ordinary["serves"].append(key)


def _change_class(wanted: Json, more: int) -> None:
    one = wanted["counters"][more % len(wanted["counters"])]
    one["class"] = "non_cash" if one["class"] == "cash" else "cash"


def _change_prefix(wanted: Json, more: int) -> None:
    wanted["queues"][more % len(wanted["queues"])]["prefix"] = "ABCSVXYZ"[more % 8]


def _swap_prefixes(wanted: Json, more: int) -> None:
    first, last = wanted["queues"][0], wanted["queues"][-1]
    first["prefix"], last["prefix"] = last["prefix"], first["prefix"]


def _remove_service(wanted: Json, more: int) -> None:
    wanted["services"].pop(more % len(wanted["services"]))


def _change_hours(wanted: Json, more: int) -> None:
    wanted["hours"]["closes"] = HOURS[more % 4]
    wanted["branch"]["time_zone"] = ZONES[more // 4]


def _change_names(wanted: Json, more: int) -> None:
    wanted["services"][more % len(wanted["services"])]["name"]["en"] = f"Name {more}"
    wanted["classes"][next(iter(wanted["classes"]))]["waiting_cost"] = 80 + more
    wanted["counters"].reverse()


def _change_served(wanted: Json, more: int) -> None:
    one = wanted["counters"][more % len(wanted["counters"])]
    free = [key["id"] for key in wanted["queues"] if key["id"] not in one["serves"] + one["helps"]]
    one["helps"] += free[:1]


CHANGES: list[Callable[[Json, int], None]] = [
    *(_add_counter, _remove_counter, _remove_queue, _add_queue, _change_class, _change_prefix, _swap_prefixes),
    *(_remove_service, _change_hours, _change_names, _change_served),
]
