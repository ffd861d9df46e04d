"""Classes, queues and counters come and go while the hall is full: figures, advice, waits and plans go on."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from server.actions.clock import CLOCK, give_advice
from server.actions.set_up import set_up
from server.advisor.rates import Measurements
from server.domain.advice import Advice, AdviceState
from server.domain.branch import CounterClass
from server.domain.set_up.document import document_of, version_of
from tests.domain.floor import MANAGER, Floor
from tests.domain.set_up.documents import Json, put
from tests.running import Caller, Office, Served, headers, install, serving

BRANCH, WATCHING = "branches/main", "whoever-watches-the-servers"
ASKED = ("figures", "advice", "advice/record", "waits", "plan", "snapshot", "events", "set-up", "set-up/versions")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    folder: Path = tmp_path_factory.mktemp("office")
    return install(f"sqlite:///{folder / 'callboard.db'}")


@pytest.fixture(scope="module")
def served(office: Office) -> Iterator[Served]:
    with serving(office, metrics_token=WATCHING) as served:
        yield served


def everything_answers(ask: Caller) -> None:
    for path in ASKED:
        answer = ask.get("manager", f"{BRANCH}/{path}")
        assert answer.status_code == 200, f"{path}: {answer.text}"
    asked = {"counter_class": "cash", "counters": 2}
    assert ask.post("manager", f"{BRANCH}/what-if", asked).status_code == 200
    base = str(ask.http.base_url).removesuffix("/api/v1/")
    page = httpx.get(f"{base}/metrics", headers=headers(WATCHING), trust_env=False)
    assert (page.status_code, "callboard_people_waiting" in page.text) == (200, True)


def set_anew(ask: Caller, wanted: Json) -> None:
    version = ask.get("manager", f"{BRANCH}/set-up").json()["version"]
    ask.done("manager", f"{BRANCH}/set-up", {"document": wanted, "version": version})
    ask.snapshot()


def without_vips(document: Json) -> Json:
    found = put(put(document, "classes.vip", ...), "segments.vip", {"head_start_min": 0})
    found["queues"] = [one for one in found["queues"] if one["id"] != "vip"]
    found["counters"] = [one for one in found["counters"] if one["class"] != "vip"]
    for counter in found["counters"]:
        counter["serves"] = [key for key in counter["serves"] if key != "vip"]
    return found


def with_loans(document: Json) -> Json:
    found = put(document, "queues.4", {"id": "loans", "prefix": "L", "class": "vip", "name": {"en": "L", "zh": "贷"}})
    found["services"].append({"id": "loans", "name": {"en": "Loans", "zh": "贷款"}, "queue": "loans"})
    found["counters"].append({"number": 20, "class": "vip", "serves": ["loans", "vip"], "helps": ["cash"]})
    return found


def test_the_hall_goes_on_while_its_classes_queues_and_counters_change(served: Served, office: Office) -> None:
    with Caller(served.url, office.tokens) as ask:
        whole = ask.get("manager", f"{BRANCH}/set-up").json()["document"]
        ask.done("teller", "counters/main.1/open")
        for _ in range(4):
            ask.ticket()
        ask.done("teller", "counters/main.1/call-next")
        everything_answers(ask)
        for wanted in (without_vips(whole), whole, with_loans(whole), put(whole, "hours.closes", "15:00")):
            set_anew(ask, wanted)
            everything_answers(ask)
            ask.ticket()
            ask.done("teller", "counters/main.1/call-next")
        set_anew(ask, with_loans(whole))
        ask.done("second teller", "counters/main.20/open")
        quoted = ask.ticket(services=["loans"])
        assert (quoted["number"], quoted["ahead"]) == ("L001", 0)
        assert quoted["quote_p50_s"] is not None
        assert ask.done("second teller", "counters/main.20/call-next")["ticket"]["id"] == quoted["id"]
        everything_answers(ask)
        mine = counted(ask)
        with serving(office, metrics_token=WATCHING) as other, Caller(other.url, office.tokens) as newly_come:
            everything_answers(newly_come)
            assert counted(newly_come) == mine, "who has loaded the hall knows what the others have seen"


def counted(ask: Caller) -> Json:
    """What has been counted today of each class; rates change with the second in which one asks."""
    found = ask.get("manager", f"{BRANCH}/figures").json()["classes"]
    names = "arrivals completions open_counters busy_counters waiting".split()
    return {key: {name: one[name] for name in names} for key, one in found.items()}


def wanted_by(floor: Floor, wanted: Json) -> Any:
    version = version_of(document_of(floor.hall.branch, floor.hall.counters.values()))
    return floor.do(MANAGER, set_up, document=wanted, version=version)


def test_advice_about_what_is_no_more_falls_and_none_is_given_for_it() -> None:
    floor = Floor()
    floor.open(1)
    advice = Advice(
        id="main.a1",
        branch_id="main",
        counter_class=CounterClass.VIP,
        action="open",
        counter_id="main.4",
        open_now=0,
        advised=1,
        state=AdviceState.ISSUED,
        issued_at=floor.now,
        figures={},
    )
    other = replace(advice, id="main.a2", counter_class=CounterClass.CASH)
    floor.do(CLOCK, give_advice, withdraw={}, give=[advice, other])
    document = document_of(floor.hall.branch, floor.hall.counters.values())
    wanted_by(floor, put(without_vips(document), "counters.0.serves", ["cash"]))
    fallen = [event for event in floor.log if event.kind == "advice.withdrawn"]
    assert [event.advice.id for event in fallen if event.advice] == ["main.a1", "main.a2"]
    assert {event.reason.code for event in fallen if event.reason} == {"set_up"}
    floor.do(CLOCK, give_advice, withdraw={}, give=[replace(advice, id="main.a3")])
    assert floor.hall.advices == {}


def test_new_hours_count_from_the_moment_they_are_set() -> None:
    floor = Floor()
    floor.begin_day()
    measured = Measurements(floor.installed.branch)
    floor.open(1)
    floor.take()
    document = document_of(floor.hall.branch, floor.hall.counters.values())
    wanted_by(floor, put(document, "hours.closes", "11:00"))
    for event in floor.log:
        measured.apply(event)
    fresh = Measurements(floor.hall.branch)
    for event in floor.log:
        fresh.apply(event)
    for found in (measured, fresh):
        ahead = found.outlook_inputs(floor.now, 240.0)["cash"]
        assert ahead.ends_after_min == 120.0
        assert not any(ahead.arrival_rates[25:])
    assert measured.figures(floor.now)["cash"].arrivals == fresh.figures(floor.now)["cash"].arrivals == 1
