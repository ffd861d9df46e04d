"""What became of every advice is judged: an hour later, before the day is over, and whatever happens between."""

import asyncio
import json
from datetime import timedelta
from typing import Any

import pytest

from server.actions.manager import accept_advice, dismiss_advice
from server.advisor import hindsight
from server.live import caretaker
from server.live.advising import score_due
from server.live.scoring import due
from tests.domain.floor import MANAGER
from tests.live.hall_at_work import HallAtWork
from tests.running import TEN, Caller, Json, Office, headers, serving


def before_closed_counters(people: int = 2) -> HallAtWork:
    """They wait for cash, and have waited for two minutes; it is told to open both counters."""
    work = HallAtWork()
    for _ in range(people):
        work.take("exchange")
    work.wait(2)
    assert work.look() is not None
    assert (work.advice().action, work.advice().advised) == ("open", 2)
    return work


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[hindsight.Passed]:
    """What hindsight is told."""
    found: list[hindsight.Passed] = []
    real = hindsight.score

    def listen(figures: Json, costs: Any, passed: hindsight.Passed) -> Json:
        found.append(passed)
        return real(figures, costs, passed)

    monkeypatch.setattr(hindsight, "score", listen)
    return found


def test_an_advice_is_due_an_hour_later_and_not_before() -> None:
    work = before_closed_counters()
    assert due(work.hall, work.now + timedelta(minutes=59.9)) == []
    assert [one.id for one in due(work.hall, work.now + timedelta(minutes=60))] == [work.advice().id]


def test_late_advice_is_due_when_the_doors_close() -> None:
    work = HallAtWork()
    _, closes = work.hall.branch.hours(work.hall.branch.business_day(work.now))
    assert score_due(work.hall, closes - timedelta(minutes=20)) == closes
    assert score_due(work.hall, closes - timedelta(minutes=80)) == closes - timedelta(minutes=20)


def test_what_was_followed_is_withdrawn_and_judged_by_the_hour_after_it(counted: list[hindsight.Passed]) -> None:
    work = before_closed_counters()
    advice = work.advice()
    work.do(MANAGER, accept_advice, advice_id=advice.id)
    work.open(1, 2)
    assert work.look() == {"withdraw": {"cash": "followed"}, "give": []}
    for _ in range(2):
        work.serve(1, 5)
    work.take("exchange")
    work.wait(50)
    [(key, found)] = work.score().items()
    assert (key, found["answer"], found["followed"]) == (advice.id, "accepted", True)
    assert found["verdict"] == "right"
    assert found["at"] == work.now.isoformat()
    assert counted == [hindsight.Passed(60.0, 1, 2, 10.0, (2.0 + 7.0) / 2, followed=True)]
    assert found["wait_found_min"] == counted[0].wait_found
    assert found["wait_promised_min"] == advice.figures["wait_after"]
    [event] = [event for event in work.log if event.kind == "advice.scored"]
    assert event.advice is not None
    assert event.advice.score == json.loads(json.dumps(found))
    assert work.hall.unscored == {}
    assert work.score() == {}  # once is enough


def test_what_was_there_before_the_advice_counts_for_nothing(counted: list[hindsight.Passed]) -> None:
    work = HallAtWork()
    work.open(1)
    for _ in range(4):
        work.take("exchange")
        work.serve(1, 10)
    work.close(1)
    for _ in range(2):
        work.take("exchange")
    work.wait(11)
    assert work.look() is not None
    work.wait(60)
    [found] = work.score().values()
    assert (counted[0].arrivals, counted[0].services, counted[0].busy_minutes) == (0, 0, 0.0)
    assert (counted[0].wait_found, counted[0].followed) == (None, False)
    assert (found["answer"], found["wait_promised_min"]) == ("none", None)  # who is not served waits for ever


def test_a_dismissed_advice_is_judged_too() -> None:
    work = before_closed_counters()
    work.do(MANAGER, dismiss_advice, advice_id=work.advice().id)
    work.wait(60)
    [found] = work.score().values()
    assert (found["answer"], found["followed"]) == ("dismissed", False)


def test_what_a_teller_did_unasked_was_followed_though_nobody_answered() -> None:
    work = before_closed_counters()
    work.open(1, 2)
    work.wait(20)
    work.close(1, 2)
    work.wait(40)
    [found] = work.score().values()
    assert (found["answer"], found["followed"]) == ("none", True)


def test_an_advice_that_still_stands_keeps_standing_with_its_score() -> None:
    work = before_closed_counters()
    work.wait(60)
    work.score()
    assert work.hall.unscored == {}
    assert work.advice().score is not None
    work.open(1, 2)
    work.look()
    assert work.hall.advices == work.hall.unscored == {}


def test_nobody_was_there_to_judge_and_the_next_day_says_so() -> None:
    work = before_closed_counters()
    advice_id = work.advice().id
    work.wait(24 * 60)
    work.begin_day()
    assert work.hall.unscored == work.hall.advices == {}
    [event] = [event for event in work.log if event.kind == "advice.scored"]
    assert event.advice is not None
    assert (event.advice.id, event.advice.state, event.advice.score) == (
        advice_id, "withdrawn", {"verdict": "unknown"},
    )  # fmt: skip


@pytest.fixture
def it_comes_often(nothing_happens_by_itself: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(caretaker, "EVERY_S", 0.05)


def turn_clock(ask: Caller, minutes: int) -> None:
    later = {"skip_to": (TEN + timedelta(minutes=minutes)).isoformat()}
    assert ask.http.put("clock", json=later, headers=headers(ask.tokens["operator"])).status_code == 200


async def told(ask: Caller, kind: str) -> Json:
    """The newest advice of this kind of event, which comes in a moment."""
    async with asyncio.timeout(20):
        while True:
            found = [event["advice"] for event in ask.log() if event["kind"] == kind]
            if found:
                return dict(found[-1])
            await asyncio.sleep(0.05)


async def test_given_accepted_followed_and_judged_over_a_restart(it_comes_often: None, office: Office) -> None:
    with serving(office, clock_control=True) as served, Caller(served.url, office.tokens) as ask:
        ask.ticket()
        turn_clock(ask, 1)
        advice = await told(ask, "advice.issued")
        ask.done("manager", f"advice/{advice['id']}/accept")
        for number in (1, 2, 4)[: advice["advised"]]:
            ask.done("manager", f"counters/main.{number}/open")
        turn_clock(ask, 2)
        assert (await told(ask, "advice.withdrawn"))["id"] == advice["id"]
    with serving(office, clock_control=True) as served, Caller(served.url, office.tokens) as ask:
        called = ask.done("manager", "counters/main.1/call-next")["ticket"]["id"]
        ask.done("manager", f"tickets/{called}/finish")
        assert "advice.scored" not in [event["kind"] for event in ask.log()]
        turn_clock(ask, 63)
        judged = await told(ask, "advice.scored")
        assert (judged["id"], judged["state"], judged["answered_by"]) == (advice["id"], "withdrawn", "Manager")
        score = judged["score"]
        assert (score["verdict"], score["followed"], score["answer"]) == ("right", True, "accepted")
        assert score["wait_found_min"] >= 2  # what was counted before the restart is known after it
        assert score["wait_promised_min"] == advice["figures"]["plan"]["change"]["wait_min"]
        why = [event["reason"]["code"] for event in ask.log() if event["kind"] == "advice.withdrawn"]
        assert why == ["followed"]


async def test_at_the_end_of_the_day_nothing_is_left_unjudged(it_comes_often: None, office: Office) -> None:
    with serving(office, clock_control=True) as served, Caller(served.url, office.tokens) as ask:
        turn_clock(ask, 6 * 60 + 30)  # half past four
        ask.ticket()
        ask.ticket(services=["card"])
        turn_clock(ask, 6 * 60 + 31)
        await told(ask, "advice.issued")
        place = served.services.hub.places["main"]
        async with asyncio.timeout(20):
            while len(place.hall.unscored) < 2:  # noqa: ASYNC110 - nobody tells
                await asyncio.sleep(0.05)
            turn_clock(ask, 7 * 60 + 1)
            while place.hall.unscored or place.hall.advices:  # noqa: ASYNC110 - nobody tells
                await asyncio.sleep(0.05)
        judged = [event["advice"] for event in ask.log() if event["kind"] == "advice.scored"]
        assert {one["counter_class"] for one in judged} == {"cash", "non_cash"}
        assert all(one["score"]["verdict"] in {"right", "wrong"} for one in judged)
        assert all(one["score"]["minutes"] == pytest.approx(30, abs=1) for one in judged)
