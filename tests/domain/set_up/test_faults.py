"""Every fault of a document is found, all at once, each at its place and in words."""

from typing import Any

import pytest

from server.domain.set_up.part import MOST_FAULTS
from server.domain.set_up.reading import read
from server.domain.set_up.warnings import warnings
from tests.domain.set_up.documents import bank, put

LOANS = {"id": "loans", "prefix": "L", "class": "cash", "name": {"en": "Loans", "zh": "贷款"}}
GROUP = {"id": "money", "name": {"en": "Money", "zh": "钱"}}

# (where, what is put there, where the fault is said, which)
WRONG: list[tuple[str, Any, str, str]] = [
    ("callboard", 2, "callboard", "not_this_format"),
    ("zork", 1, "zork", "unknown_key"),
    ("branch", ..., "branch", "missing"),
    ("branch.id", "no dots.", "branch.id", "bad_id"),
    ("branch.name.zh", ..., "branch.name.zh", "missing"),
    ("branch.name.zh", "  ", "branch.name.zh", "empty"),
    ("branch.name.en", "x" * 81, "branch.name.en", "too_long"),
    ("branch.name.en", "a\u0000b", "branch.name.en", "not_plain"),
    ("branch.name.en", "\ud800", "branch.name.en", "not_plain"),
    ("branch.name.fr", "x", "branch.name.fr", "unknown_key"),
    ("branch.time_zone", "Asia/Shangri-La", "branch.time_zone", "no_such_zone"),
    ("branch.time_zone", "../etc/passwd", "branch.time_zone", "no_such_zone"),
    ("branch.time_zone", "Asia", "branch.time_zone", "no_such_zone"),
    ("branch.time_zone", "posix/Asia/Shanghai", "branch.time_zone", "no_such_zone"),
    ("branch.time_zone", "right/Asia/Shanghai", "branch.time_zone", "no_such_zone"),
    ("branch.time_zone", "Factory", "branch.time_zone", "no_such_zone"),
    ("branch.name.en", "Main\u202edrawkcab", "branch.name.en", "not_plain"),
    ("branch.name.en", "Main\u0085Street", "branch.name.en", "not_plain"),
    ("branch.name.en", "\u200b\u200b", "branch.name.en", "not_plain"),
    ("branch.name.en", "Main \u200d Street", "branch.name.en", "not_plain"),
    ("branch.name.en", "\uffff", "branch.name.en", "not_plain"),
    ("branch.name.en", "\u3164\u0301", "branch.name.en", "empty"),
    ("branch.languages", [], "branch.languages", "empty"),
    ("branch.languages", ["zh", "zh"], "branch.languages", "twice"),
    ("branch.languages.0", "fr", "branch.languages.0", "not_one_of"),
    ("hours.opens", "8:30", "hours.opens", "not_time"),
    ("hours.opens", 510, "hours.opens", "not_time"),
    ("hours.closes", "08:30", "hours.closes", "closes_first"),
    ("hours.open_days.0", "monday", "hours.open_days.0", "not_one_of"),
    ("hours.days.sat", {"opens": "13:00", "closes": "09:00"}, "hours.days.sat.closes", "closes_first"),
    ("hours.days.saturday", {"opens": "09:00", "closes": "13:00"}, "hours.days.saturday", "not_one_of"),
    ("hours.special.2026-02-30", "closed", "hours.special.2026-02-30", "not_date"),
    ("hours.special.20261001", "closed", "hours.special.20261001", "not_date"),
    ("hours.special.2026-10-01", "shut", "hours.special.2026-10-01", "not_object"),
    ("queues", {}, "queues", "not_list"),
    ("queues.0", "cash", "queues.0", "not_object"),
    ("queues.1.prefix", "A", "queues.1.prefix", "prefix_taken"),
    ("queues.1.prefix", "a", "queues.1.prefix", "bad_prefix"),
    ("queues.1.prefix", "ABCDE", "queues.1.prefix", "too_long"),
    ("queues.1.id", "cash", "queues.1.id", "id_taken"),
    ("queues.0.id", "7", "queues.0.id", "number_id"),
    ("services.0.id", "007", "services.0.id", "number_id"),
    ("groups", [GROUP | {"id": "7"}], "groups.0.id", "number_id"),
    ("queues.1.class", "gold", "queues.1.class", "not_one_of"),
    ("queues.4", LOANS, "queues.4", "queue_unserved"),
    ("services.0.queue", "nowhere", "services.0.queue", "no_such_queue"),
    ("services.0.machine_queue", "vip", "services.0.machine_queue", "not_machines"),
    ("services.0.group", "money", "services.0.group", "no_such_group"),
    ("services.0.target_min", -1, "services.0.target_min", "out_of_range"),
    ("services.0.id", "exchange", "services.1.id", "id_taken"),
    ("services", [], "services", "empty"),
    ("segments.vip.queue", "nowhere", "segments.vip.queue", "no_such_queue"),
    ("segments.gold", {}, "segments.gold", "unknown_key"),
    ("counters.0.number", 0, "counters.0.number", "out_of_range"),
    ("counters.0.number", 1.5, "counters.0.number", "not_whole"),
    ("counters.0.number", 2, "counters.1.number", "number_taken"),
    ("counters.0.number", True, "counters.0.number", "not_number"),
    ("counters.0.serves", [], "counters.0.serves", "empty"),
    ("counters.0.serves", ["cash", "cash"], "counters.0.serves", "served_twice"),
    ("counters.0.helps", ["cash"], "counters.0.serves", "served_twice"),
    ("counters.7.serves", ["self_service", "cash"], "counters.7.serves", "machine_serves"),
    ("classes.vip", ..., "classes.vip", "class_unpriced"),
    ("classes.gold", {}, "classes.gold", "not_one_of"),
    ("classes.cash.counter_cost", 0, "classes.cash.counter_cost", "out_of_range"),
    ("classes.cash.counter_cost", float("nan"), "classes.cash.counter_cost", "out_of_range"),
    ("classes.cash.waiting_cost", 10**400, "classes.cash.waiting_cost", "out_of_range"),
    ("classes.cash.waiting_cost", "90", "classes.cash.waiting_cost", "not_number"),
    ("classes.cash.min_counters", 4, "classes.cash.min_counters", "too_few_counters"),
    ("classes.cash.expected_arrivals_per_hour", 2000, "classes.cash.expected_arrivals_per_hour", "too_much_work"),
    ("classes.cash.policy", "guess", "classes.cash.policy", "not_one_of"),
    ("rules.wait_cap_min", 0, "rules.wait_cap_min", "out_of_range"),
    ("rules.vip_weight", 21, "rules.vip_weight", "out_of_range"),
    ("cards.0", {"match": "6222", "segment": "gold"}, "cards.0.segment", "not_one_of"),
    ("cards.0", {"match": "6222", "segment": "vip", "kind": "a b"}, "cards.0.kind", "bad_id"),
    ("display.layout", "big", "display.layout", "not_one_of"),
    ("wording", {"en": "Number {number}"}, "wording.en", "gaps_missing"),
    ("wording", {"en": "{number} {counter} {name}"}, "wording.en", "bad_gaps"),
    ("wording", {"en": "{number.__class__} {counter}"}, "wording.en", "bad_gaps"),
    ("wording", {"en": "{number!r} {counter}"}, "wording.en", "bad_gaps"),
    ("wording", {"en": "{number} {counter"}, "wording.en", "bad_gaps"),
    ("wording", {"en": "{number:} {counter}"}, "wording.en", "bad_gaps"),
    ("wording", {"en": "{{number}} {counter}"}, "wording.en", "bad_gaps"),
    ("wording", {"en": "{{number}} {number} {counter}"}, "wording.en", "bad_gaps"),
    ("privacy.keep_days", 4000, "privacy.keep_days", "out_of_range"),
]


@pytest.mark.parametrize(("where", "what", "path", "code"), WRONG, ids=[f"{row[0]}-{row[3]}" for row in WRONG])
def test_a_fault_is_found_at_its_place_and_said_in_both_languages(
    where: str, what: Any, path: str, code: str
) -> None:
    found = read(put(bank(), where, what)).faults
    assert (path, code) in [(fault.path, fault.code) for fault in found]
    assert all(words for fault in found for words in fault.as_dict()["words"].values())


@pytest.mark.parametrize(
    ("where", "what"),
    [
        ("branch.name.en", "نامه\u200cها"),
        ("branch.name.en", "\U0001f469\u200d\U0001f4bc"),
        ("branch.name.zh", "总行（营业部）①"),
        ("branch.time_zone", "UTC"),
        ("branch.time_zone", "America/Argentina/Ushuaia"),
        ("wording", {"en": "{number}: to {place} {counter}"}),
        ("classes.cash.expected_arrivals_per_hour", 50),
    ],
)
def test_what_is_unusual_and_sound_is_no_fault(where: str, what: Any) -> None:
    assert read(put(bank(), where, what)).faults == []


def test_who_ends_at_midnight_sharp_is_not_warned() -> None:
    assert warnings(read(put(bank(), "hours.closes", "23:00"))) == []


def test_all_faults_are_found_at_once_and_one_does_not_bring_others() -> None:
    document = bank()
    for where, what in (
        ("branch.name.en", ""),
        ("hours.opens", "x"),
        ("rules.vip_weight", 0),
        ("queues.0.prefix", ""),
    ):
        document = put(document, where, what)
    assert [fault.path for fault in read(document).faults] == [
        "branch.name.en",
        "hours.opens",
        "queues.0.prefix",
        "rules.vip_weight",
    ]


def test_a_class_that_no_counter_is_of_has_no_costs() -> None:
    document = put(put(bank(), "segments.vip.queue", ...), "queues.2", ...)
    document["counters"] = [one for one in document["counters"] if one["class"] != "vip"]
    document["counters"][0]["serves"] = ["cash"]
    assert [(one.path, one.code) for one in read(document).faults] == [("classes.vip", "class_unused")]
    assert read(put(document, "classes.vip", ...)).faults == []


def test_a_queue_of_machines_that_only_a_teller_serves_is_no_queue_of_machines() -> None:
    document = bank()
    document["counters"] = [one for one in document["counters"] if one["class"] != "self_service"]
    document["counters"][0]["serves"].append("self_service")
    codes = {one.code for one in read(document).faults}
    assert codes == {"no_machine", "class_unused"}


def test_of_a_thousand_faults_a_hundred_are_told() -> None:
    document = put(bank(), "services", [{"queue": f"q{at}"} for at in range(150)])
    assert len(read(document).faults) == MOST_FAULTS


ONE_OF_VIP = [
    each | {"serves": [queue for queue in each["serves"] if queue == each["class"]]}
    for each in bank()["counters"]
    if each["number"] != 7
]
# (where, what is put there, which warning)
DOUBTFUL: list[tuple[str, Any, str]] = [
    ("hours.open_days", [], "never_open"),
    ("hours.open_days", ["mon"], "hours_of_closed_day"),
    ("counters", ONE_OF_VIP, "one_counter_only"),
    ("hours.closes", "23:30", "past_midnight"),
    ("hours.days.sat.closes", "23:30", "past_midnight"),
    ("hours.special", {"2026-12-31": {"opens": "09:00", "closes": "23:01"}}, "past_midnight"),
    ("classes.cash.target_wait_min", 1, "target_short"),
    ("classes.cash.target_wait_min", 31, "target_past_cap"),
    ("groups.0", GROUP, "group_empty"),
    ("segments.vip.queue", ..., "vips_without_queue"),
    ("services", [{"name": {"en": "S", "zh": "某"}, "queue": "cash"}], "machines_unused"),
    ("services", [{"name": {"en": "S", "zh": "某"}, "queue": "cash"}], "queue_unreached"),
]


@pytest.mark.parametrize(("where", "what", "code"), DOUBTFUL, ids=[f"{row[0]}-{row[2]}" for row in DOUBTFUL])
def test_what_is_allowed_and_perhaps_not_meant_is_said(where: str, what: Any, code: str) -> None:
    sound = put(bank(), "hours.days.sat", {"opens": "09:00", "closes": "13:00"})
    assert warnings(read(sound)) == []
    found = read(put(sound, where, what))
    assert found.faults == []
    told = warnings(found)
    assert code in [one.code for one in told]
    assert all(words for one in told for words in one.as_dict()["words"].values())
