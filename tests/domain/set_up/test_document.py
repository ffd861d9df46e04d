"""A document and the branch that it means are two ways to say the same."""

import json
from dataclasses import replace
from datetime import time
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.advisor.policies import POLICIES
from server.demo.branch import replay_branch, replay_counters, source_branch, source_counters
from server.domain.audience import whole
from server.domain.branch import Branch, CardRule, DayHours, Lobby, ServiceGroup, branch_from
from server.domain.counter import Counter
from server.domain.set_up import sections
from server.domain.set_up.document import document_of, version_of
from server.domain.set_up.faults import as_dicts
from server.domain.set_up.furniture import made_id
from server.domain.set_up.reading import MOST_RETIRED, read
from server.domain.set_up.templates import templates
from server.domain.set_up.warnings import warnings
from server.web.messages import SetPolicy
from tests.domain.floor import example_branch, example_counters
from tests.domain.screen import on_the_wire
from tests.domain.set_up.documents import Json, bank, put


def with_everything() -> tuple[Branch, list[Counter]]:
    """Each thing that a branch can say about itself, said."""
    source = source_branch()
    services = source.services | {
        "deposit": replace(source.services["deposit"], group_id="money", target_min=7.5),
    }
    policies = source.policies | {
        "cash": replace(source.policies["cash"], opening_cost=12.5, target_wait_min=8.0, policy="day_plan")
    }
    everything = replace(
        source,
        services=services,
        policies=policies,
        groups={"money": ServiceGroup("money", {"en": "Money", "zh": "钱"})},
        day_hours={"5": DayHours(time(9), time(13))},
        special_days={"2026-10-01": None, "2026-12-31": DayHours(time(9), time(12))},
        card_rules=(CardRule("6222", "vip", 2, "card"), CardRule("", "ordinary", 0, "id")),
        rules=replace(source.rules, head_start_s={"vip": 120.0, "priority": 300.0}, wait_cap_s=900.0),
        languages=("en", "zh"),
        lobby=Lobby("overview", "day"),
        wording={"en": "{number} to {place} {counter}", "zh": "{number}请到{counter}号"},
        keep_personal_days=3,
        currency="€",
    )
    return everything, source_counters()


@pytest.mark.parametrize(
    ("branch", "counters"),
    [
        (source_branch(), source_counters()),
        (example_branch(), example_counters()),
        (replay_branch(), replay_counters(replay_branch(), 4)),
        with_everything(),
    ],
    ids=["study", "example", "replayed", "everything"],
)
def test_what_is_read_from_a_branchs_own_document_is_that_branch(branch: Branch, counters: list[Counter]) -> None:
    counters = [replace(counter, id=f"{branch.id}.{counter.number}", branch_id=branch.id) for counter in counters]
    document = json.loads(json.dumps(document_of(branch, counters)))
    for found in (read(document), read(document, branch, counters)):
        assert found.faults == []
        assert (found.branch, found.counters) == (branch, counters)
        assert found.document == document
    assert branch_from(on_the_wire(whole(found.branch))) == branch


def test_the_version_is_the_same_for_the_same_set_up_and_for_no_other() -> None:
    document = bank()
    assert version_of(document) == version_of(dict(reversed(document.items())))
    assert version_of(document) != version_of(put(document, "rules.vip_weight", 3))
    assert version_of(document) != version_of(put(document, "services", document["services"][::-1]))


@pytest.mark.parametrize("template", templates(), ids=lambda one: str(one["id"]))
def test_every_template_lacks_nothing_but_what_the_branch_is_called(template: Json) -> None:
    document = put(template["document"], "branch.name", {"en": "North Gate", "zh": "北门"})
    found = read(document)
    assert found.faults == []
    assert found.branch.id == "north_gate"
    assert {warning.code for warning in warnings(found)} <= {"one_counter_only"}
    assert {fault.path for fault in read(template["document"]).faults} == {"branch.name.en", "branch.name.zh"}


def test_the_banks_template_is_the_studys_branch() -> None:
    bank_template = next(one["document"] for one in templates() if one["id"] == "bank")
    assert {key: value for key, value in bank_template.items() if key != "branch"} == {
        key: value for key, value in bank().items() if key != "branch"
    }


def test_an_id_that_is_left_out_is_made_from_the_english_name_and_always_the_same() -> None:
    services = [{"name": {"en": name, "zh": "贷"}, "queue": "cash"} for name in ("Loans!", "Loans?", "贷款")]
    document = put(bank(), "services", services)
    for _ in range(2):
        assert list(read(document).branch.services) == ["loans", "loans_2", "service"]
    kept = put(document, "services.2.id", "loans")
    assert list(read(kept).branch.services) == ["loans_2", "loans_3", "loans"]
    assert made_id({}, "queue", {"queue"}) == "queue_2"


def test_an_id_that_is_a_number_stays_where_it_is_old_and_is_refused_where_it_is_new() -> None:
    """Browsers put such keys of an object before all others."""
    branch, counters = source_branch(), source_counters()
    services = {"7": replace(branch.services["deposit"], id="7"), **branch.services}
    old = replace(branch, services=services)
    document = document_of(old, counters)
    for found in (read(document, old, counters), read(document, known=old)):
        assert found.faults == []
        assert next(iter(found.branch.services)) == "7"
    new = put(document, "services.1.id", "8")
    assert [(one.path, one.code) for one in read(new, old, counters).faults] == [("services.1.id", "number_id")]
    assert {one.code for one in read(document).faults} == {"number_id"}, "as a branch that is new"
    named = put(document, "services.1", {"name": {"en": "24", "zh": "夜"}, "queue": "cash"})
    assert list(read(named, old, counters).branch.services)[1] == "service_24"


def test_a_queue_with_a_made_id_is_known_by_it_to_the_rest_of_the_document() -> None:
    queue = {"prefix": "L", "class": "cash", "name": {"en": "Loans", "zh": "贷款"}}
    document = put(put(bank(), "queues.4", queue), "services.4.queue", "loans")
    assert read(put(document, "counters.0.serves", ["cash", "vip", "loans"])).faults == []


def test_what_is_taken_away_is_kept_as_retired_and_comes_back_under_its_old_id() -> None:
    branch, counters = source_branch(), source_counters()
    document = put(bank(), "services.3", ...)
    less = read(document, branch, counters)
    assert less.branch.services["transfer"].retired
    assert less.document == document
    again = read(bank(), less.branch, counters)
    assert not again.branch.services["transfer"].retired
    assert list(again.branch.services) == list(branch.services)


def test_what_was_given_up_long_ago_is_forgotten_unless_somebody_still_holds_its_number() -> None:
    branch, counters = source_branch(), source_counters()
    for turn in range(MOST_RETIRED + 5):
        more = put(bank(), "services.5", {"id": f"s{turn}", "name": {"en": "S", "zh": "某"}, "queue": "cash"})
        branch = read(more, branch, counters, {"s1"}).branch
    last = read(bank(), branch, counters, {"s1"}).branch
    retired = [key for key, service in last.services.items() if service.retired]
    assert "s1" in retired
    assert "s0" not in retired
    assert len(retired) == MOST_RETIRED + 1


def test_the_advisors_policies_are_those_that_can_be_chosen() -> None:
    offered = get_args(SetPolicy.model_fields["policy"].annotation)
    assert set(sections.POLICIES) == set(offered) <= set(POLICIES)


def anything() -> st.SearchStrategy[Any]:
    one = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=60) | st.just("cash")
    return st.recursive(one, lambda more: st.lists(more, max_size=4) | st.dictionaries(st.text(max_size=9), more))


def places(document: Any, path: str = "") -> list[str]:
    if not isinstance(document, dict | list):
        return [path]
    pairs = document.items() if isinstance(document, dict) else enumerate(document)
    return [path] * bool(path) + [one for key, value in pairs for one in places(value, f"{path}.{key}".lstrip("."))]


PLACES = [place for place in places(bank()) if place.count(".") < 3]


@given(st.lists(st.tuples(st.sampled_from(PLACES), anything()), min_size=1, max_size=3))
@settings(max_examples=100, deadline=None)
def test_whatever_stands_in_a_document_it_is_read_and_every_fault_can_be_said(wrong: list[tuple[str, Any]]) -> None:
    document = bank()
    for place, value in wrong:
        try:
            document = put(document, place, value)
        except (KeyError, IndexError, TypeError, ValueError):
            continue  # an earlier one has taken the place away
    found = read(document, source_branch(), source_counters())
    told = on_the_wire(as_dicts(found.faults))
    assert all(one["words"]["en"] and one["words"]["zh"] for one in told)
    assert on_the_wire(found.document)
    if not found.faults:
        assert read(found.document, source_branch(), source_counters()).document == found.document
        assert on_the_wire(as_dicts(warnings(found))) is not None


@given(anything())
@settings(max_examples=30, deadline=None)
def test_what_is_no_document_at_all_is_said_to_be_none(document: Any) -> None:
    assert read(document).faults
