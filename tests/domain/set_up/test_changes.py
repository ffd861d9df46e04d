"""What differs is said as a manager would say it, in both languages."""

from typing import Any

import pytest

from server.domain.set_up.changes import changes
from server.domain.set_up.reading import read
from tests.domain.set_up.documents import Json, bank, put

LOANS = {"id": "loans", "prefix": "L", "class": "cash", "name": {"en": "Loans", "zh": "贷款"}}

# (where, what is put there, path of the change, in English, in Chinese)
SAID: list[tuple[str, Any, str, str, str]] = [
    (
        "counters.3.serves",
        ["cash", "non_cash"],
        "counters.3.serves",
        "Counter 4 now also serves Non-cash",
        "4 号窗口",
    ),
    ("counters.0.serves", ["cash"], "counters.0.serves", "Counter 1 no longer serves VIP", "1 号窗口不再办理贵宾"),
    ("counters.0.helps", [], "counters.0.helps", "Counter 1 no longer helps with Non-cash", "不再协助"),
    ("counters.3", ..., "counters.3", "Counter 4 is removed", "删除 4 号窗口"),
    (
        "hours.days.sat",
        {"opens": "09:00", "closes": "13:00"},
        "hours.days.sat",
        "Saturday: 09:00–13:00 (new)",
        "周六",
    ),
    ("hours.special.2026-10-01", "closed", "hours.special.2026-10-01", "2026-10-01: closed (new)", "不营业"),
    ("hours.closes", "16:30", "hours.opens", "Opening hours: 08:30–17:00 → 08:30–16:30", "营业时间"),
    ("hours.open_days", ["mon"], "hours.open_days", "Sunday → Monday", "周一"),
    ("queues.0.prefix", "C", "queues.0.prefix", "Cash, letter of its numbers: A → C", "A → C"),
    ("queues.0.name.en", "Money", "queues.0.name", "Cash / 现金业务 → Money / 现金业务", "Money"),
    (
        "services.0.queue",
        "non_cash",
        "services.0.queue",
        "Deposit and withdraw, queue: Cash → Non-cash",
        "非现金业务",
    ),
    ("services.0.machine_queue", ..., "services.0.machine_queue", "no longer Self-service", "不再是 自助服务"),
    ("services.0.target_min", 7.5, "services.0.target_min", "7.5 (new)", "7.5（新设）"),
    ("services.4", ..., "services.4", "Service “Loans and investment” is removed", "删除业务“贷款与理财”"),
    ("queues.4", LOANS, "queues.4", "Queue “Loans” is new", "新增队列“贷款”"),
    ("segments.priority.head_start_min", 5, "segments.priority.head_start_min", "Priority, head start", "提前量"),
    ("classes.cash.waiting_cost", 95, "classes.cash.waiting_cost", "Cash, an hour of waiting (c_w): 90 → 95", "95"),
    ("classes.cash.policy", "mms", "classes.cash.policy", "Looking ahead → Steady flow", "稳态测算"),
    ("rules.wait_cap_min", 20, "rules.wait_cap_min", "Wait cap (min): 30 → 20", "等候上限"),
    ("cards", [{"match": "6", "segment": "vip", "level": 1, "kind": "card"}], "cards", "1 rule(s) now", "现有 1 条"),
    ("display.layout", "calls", "display.layout", "calls only", "仅叫号"),
    ("branch.languages", ["en"], "branch.languages", "Chinese, English → English", "中文、英语"),
    ("privacy.keep_days", 2, "privacy.keep_days", "0 → 2", "0 → 2"),
]


@pytest.mark.parametrize(("where", "what", "path", "english", "chinese"), SAID, ids=[row[2] for row in SAID])
def test_a_change_is_said_in_words(where: str, what: Any, path: str, english: str, chinese: str) -> None:
    told = changes(bank(), put(bank(), where, what))
    assert [one["path"] for one in told] == [path]
    assert english in told[0]["words"]["en"]
    assert chinese in told[0]["words"]["zh"]
    assert changes(bank(), bank()) == []


def test_what_is_undone_is_said_as_its_opposite() -> None:
    less = put(bank(), "services.4", ...)
    assert [one["what"] for one in changes(bank(), less)] == ["removed"]
    assert [(one["what"], one["before"]) for one in changes(less, bank())] == [("added", None)]


def test_another_order_of_services_is_one_change() -> None:
    document = put(bank(), "services", bank()["services"][::-1])
    assert [one["words"]["en"] for one in changes(bank(), document)] == ["Services: in another order"]


def test_a_class_and_its_counters_that_come_are_said_each() -> None:
    small: Json = put(put(bank(), "segments.vip.queue", ...), "queues.2", ...)
    small["counters"] = [one for one in small["counters"] if one["class"] != "vip"]
    small["counters"][0]["serves"] = ["cash"]
    small = put(small, "classes.vip", ...)
    assert read(small).faults == []
    said = [one["words"]["en"] for one in changes(small, bank())]
    assert said == [
        "Queue “VIP” is new",
        "VIP, queue: VIP (new)",
        "Counter 1 now also serves VIP",
        "Counter 6 is new: VIP, serves VIP",
        "Counter 7 is new: VIP, serves VIP",
        "VIP: costs are set",
    ]
