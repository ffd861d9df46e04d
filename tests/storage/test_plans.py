"""A saved plan is kept whole, the last one to save wins, and other days, classes and branches keep their own."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from server.domain.advice import Advice, AdviceState
from server.domain.branch import CounterClass
from server.domain.events import Event
from server.storage.advice_record import quote_score, scored_advices
from server.storage.branches import install_branch
from server.storage.halls import save
from server.storage.plans import PlanWriter, plans_of_day, saved_plans
from server.storage.rows import Writing
from tests.domain.floor import NINE, example_branch, example_counters
from tests.storage.office import PATIENCE_S, Office, next_at, open_counter, take

DAY = date(2026, 3, 3)
AT = datetime(2026, 3, 2, 6, tzinfo=UTC)


def saved(here: Office, branch: str = "main", day: date = DAY) -> dict[str, tuple[int, ...]]:
    with here.reader.begin() as connection:
        return saved_plans(connection, branch, day)


def test_a_plan_is_found_again_with_who_and_when(here: Office) -> None:
    PlanWriter(here.engine).save("main", DAY, "cash", [2, 3, 3], "Zhao Lei", AT)
    with here.reader.begin() as connection:
        found = plans_of_day(connection, "main", DAY)
    assert found.keys() == {"cash"}
    assert (found["cash"].counters, found["cash"].by, found["cash"].at) == ((2, 3, 3), "Zhao Lei", AT)


def test_the_last_one_to_save_wins_and_a_plan_can_be_taken_back(here: Office) -> None:
    writer = PlanWriter(here.engine)
    writer.save("main", DAY, "cash", [2, 3], "Zhao Lei", AT)
    writer.save("main", DAY, "cash", [4, 4], "Zhou Min", AT + timedelta(hours=1))
    writer.save("main", DAY, "vip", [1, 1], "Zhao Lei", AT)
    assert saved(here) == {"cash": (4, 4), "vip": (1, 1)}
    for _ in range(2):
        writer.forget("main", DAY, "cash")
        assert saved(here) == {"vip": (1, 1)}


def test_days_and_branches_keep_their_own(here: Office) -> None:
    there = [replace(counter, id=f"north.{counter.number}", branch_id="north") for counter in example_counters()]
    install_branch(here.engine, replace(example_branch(), id="north"), there)
    writer = PlanWriter(here.engine)
    writer.save("main", DAY, "cash", [2], "Zhao Lei", AT)
    writer.save("north", DAY, "cash", [3], "Zhao Lei", AT)
    writer.save("main", DAY + timedelta(days=1), "cash", [4], "Zhao Lei", AT)
    writer.forget("north", DAY + timedelta(days=1), "cash")
    assert saved(here) == {"cash": (2,)}
    assert saved(here, "north") == {"cash": (3,)}
    assert saved(here, day=DAY + timedelta(days=1)) == {"cash": (4,)}


def test_two_who_save_at_once_do_not_stumble_over_each_other(here: Office) -> None:
    writer = PlanWriter(here.engine)
    with ThreadPoolExecutor(4) as hands:
        list(hands.map(lambda n: writer.save("main", DAY, "cash", [n], "Zhao Lei", AT), range(12)))
    assert len(saved(here)) == 1


def scored(here: Office, number: int, at: datetime) -> None:
    """A judged advice, written as the writer writes it."""
    hall = here.hall()
    score = {"verdict": "right", "confidence": 0.8}
    state, key = AdviceState.WITHDRAWN, CounterClass.CASH
    advice = Advice(f"main.a{number}", "main", key, "open", "main.4", 2, 3, state, at, {}, score=score)
    hall.seq += 1
    with here.engine.begin() as connection:
        event = Event(f"e{number}", "main", hall.seq, "advice.scored", at, "clock", 1, advice=advice)
        save(connection, [(hall, [event])], Writing(at))


def test_judged_advice_is_read_newest_first_and_only_of_the_time_asked_for(here: Office) -> None:
    for number, days in enumerate((40, 20, 1)):
        scored(here, number, NINE - timedelta(days=days))
    with here.reader.begin() as connection:
        found = scored_advices(connection, "main", NINE - timedelta(days=30))
    assert [advice.id for advice in found] == ["main.a2", "main.a1"]
    assert found[0].score == {"verdict": "right", "confidence": 0.8}


def test_waits_are_those_of_first_calls_to_whom_a_wait_was_promised(here: Office) -> None:
    writer = here.writer()
    open_counter(writer, 1).result(PATIENCE_S)
    for number in (1, 2, 3):
        take(writer, number).result(PATIENCE_S)
    promised = [t for t in here.hall().tickets.values() if t.quote_p90_s]
    assert len(promised) < 3, "the first of them found a free counter"
    next_at(writer, 1).result(PATIENCE_S)
    here.now = NINE + timedelta(minutes=4)
    next_at(writer, 1).result(PATIENCE_S)
    with here.reader.begin() as connection:
        found = quote_score(connection, "main", NINE.date())
        assert quote_score(connection, "main", NINE.date() + timedelta(days=1)).n == 0
    assert (found.n, found.waited_min) == (1, 4.0)
    assert found.promised_min > 0
