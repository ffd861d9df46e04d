"""Days that were put away: the log reads as before, each day can be gone through on its own, and damage is told."""

import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Text, cast, delete, func, select, update

from server.actions import manager, teller
from server.actions.clock import CLOCK, give_advice, score_advice
from server.domain.advice import Advice, AdviceState
from server.domain.branch import CounterClass, ProfileEntry
from server.domain.events import Event
from server.storage import archive
from server.storage.advice_record import quotes_since, scored_advices
from server.storage.answers import Told
from server.storage.archive import archive_old_days
from server.storage.database import open_database
from server.storage.day_pack import DamagedDay, DayPack
from server.storage.days import events_of, find_day, hall_before
from server.storage.event_log import events_after
from server.storage.history import experience_of
from server.storage.tables import archived_days, events, tickets
from tests.domain.floor import MANAGER, NINE, essence, teller_of
from tests.domain.test_any_sequence import rebuilt
from tests.storage.office import PATIENCE_S, Office, next_at, office, open_counter, send, take

MONDAY = date(2026, 3, 2)
DAYS = 4
TODAY = MONDAY + timedelta(days=DAYS - 1)


@pytest.fixture
def lived(here: Office) -> Office:
    """Three days that are over and a fourth, on each database."""
    return live(here)


@pytest.fixture
def small(sqlite_url: str) -> Iterator[Office]:
    """The same, where the database makes no difference."""
    with office(sqlite_url) as here:
        yield live(here)


def live(here: Office) -> Office:
    """Somebody is missed, advice is given and judged, and a counter gets another profile; on the fourth day
    somebody still waits."""
    writer = here.writer()
    for day in range(DAYS):
        here.now = NINE + timedelta(days=day)
        came = [open_counter(writer, 1), send(writer, CLOCK, give_advice, withdraw={}, give=[advice(f"main.a{day}")])]
        came += [take(writer, 100 * day + at, "card" if at == 3 else "deposit") for at in range(6)]
        if day == 1:
            profile = (ProfileEntry("cash"), ProfileEntry("non_cash"))
            came.append(send(writer, MANAGER, manager.set_profile, counter_id="main.2", profile=profile))
        settle(came)
        here.now += timedelta(minutes=30)
        settle([next_at(writer, 1) for _ in range(4)])
        settle([send(writer, teller_of(1), teller.no_show, ticket_id=called(here))])
        if day == 0:
            settle([send(writer, CLOCK, score_advice, scores={"main.a0": {"verdict": "right"}})])
    return here


def settle(asked: list[Future[Told]]) -> None:
    for answer in asked:
        answer.result(PATIENCE_S)


def advice(key: str) -> Advice:
    return Advice(key, "main", CounterClass.CASH, "open", "main.2", 1, 2, AdviceState.ISSUED, NINE, {})


def called(here: Office) -> str:
    return next(ticket.id for ticket in here.hall().tickets.values() if ticket.at_counter)


def put_away(here: Office, keep_days: int = 1, limit: int = 10) -> int:
    return archive_old_days(here.engine, "main", here.now, keep_days, limit)


def count(here: Office, table: Any) -> int:
    with here.reader.begin() as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def pages(here: Office, size: int) -> list[Event]:
    found: list[Event] = []
    with here.reader.begin() as connection:
        while page := events_after(connection, "main", len(found), size):
            assert len(page) <= size
            found += page
    return found


def test_the_log_reads_as_before_in_pages_of_any_size(lived: Office) -> None:
    before, hall = lived.log(), essence(lived.hall())
    assert put_away(lived) == 2
    assert count(lived, archived_days) == 2
    assert count(lived, events) < len(before) / 2 + 5
    assert [event.seq for event in before] == list(range(1, lived.last_seq() + 1))
    for size in (1, 7, 1000):
        assert pages(lived, size) == before
    assert essence(lived.hall()) == hall


def test_of_what_was_put_away_no_row_is_left(lived: Office) -> None:
    put_away(lived)
    with lived.reader.begin() as connection:
        last = connection.execute(select(func.max(archived_days.c.last_seq))).scalar_one()
        assert connection.execute(select(func.min(events.c.seq))).scalar_one() == last + 1
        assert connection.execute(select(func.min(tickets.c.business_day))).scalar_one() == TODAY - timedelta(days=1)
    assert count(lived, tickets) == 12


def test_what_is_put_away_is_what_was_stored_to_the_letter(small: Office) -> None:
    stored = select(cast(events.c.body, Text)).order_by(events.c.seq)
    with small.reader.begin() as connection:
        before = [text.encode() for text in connection.execute(stored).scalars()]
    put_away(small)
    with small.reader.begin() as connection:
        packs = list(DayPack.since(connection, "main", MONDAY))[::-1]
        lines = [line for pack in packs for line in list(pack._lines())[1:]]
    assert lines == before[: len(lines)]


def test_every_day_can_be_gone_through_on_its_own_wherever_it_is(lived: Office) -> None:
    log = lived.log()
    with lived.reader.begin() as connection:
        first = find_day(connection, "main", MONDAY)
        assert first is not None
        installed = hall_before(connection, "main", first)
    assert installed.seq == 0
    assert {counter.staff_id for counter in installed.counters.values()} == {None}
    for archived in (0, 2):
        if archived:
            assert put_away(lived) == archived
        for number in range(DAYS):
            with lived.reader.begin() as connection:
                day = find_day(connection, "main", MONDAY + timedelta(days=number))
                assert day is not None
                assert day.archived is (number < archived)
                alone = rebuilt(hall_before(connection, "main", day), events_of(connection, "main", day, 0, 1000))
            assert essence(alone) == essence(rebuilt(installed, log[: day.last_seq]))
    assert essence(alone) == essence(lived.hall())


def test_a_day_before_the_first_and_one_without_any_event_are_not_known(small: Office) -> None:
    put_away(small)
    with small.reader.begin() as connection:
        for day in (MONDAY - timedelta(days=1), TODAY + timedelta(days=1)):
            assert find_day(connection, "main", day) is None


def test_only_days_older_than_asked_are_put_away_the_oldest_first(lived: Office) -> None:
    assert put_away(lived, keep_days=3) == 0
    assert put_away(lived, keep_days=2) == 1
    assert put_away(lived, limit=1) == 1
    assert put_away(lived) == 0
    with lived.reader.begin() as connection:
        found = connection.execute(select(archived_days.c.business_day).order_by(archived_days.c.first_seq))
        assert list(found.scalars()) == [MONDAY, MONDAY + timedelta(days=1)]
    with pytest.raises(ValueError, match="keep_days=0"):
        put_away(lived, keep_days=0)


def test_the_newest_day_stays_however_long_ago_it_was(small: Office) -> None:
    small.now += timedelta(days=500)
    assert put_away(small) == DAYS - 1
    assert put_away(small) == 0
    assert archive_old_days(small.engine, "nowhere", small.now) == 0


def test_a_day_with_an_open_ticket_stays_and_all_after_it(small: Office) -> None:
    with small.engine.begin() as connection:
        connection.execute(update(tickets).where(tickets.c.id == "main.t1").values(state="parked"))
    before = small.log()
    assert put_away(small) == 0
    assert count(small, events) == len(before)


def test_the_writer_goes_on_and_a_second_process_sees_the_same(small: Office) -> None:
    put_away(small)
    take(small.writers[0], 900).result(20)
    take(small.writer(), 901).result(20)
    assert [event.seq for event in small.log()] == list(range(1, small.last_seq() + 1))


def test_two_at_once_put_each_day_away_once(lived: Office) -> None:
    before, together = lived.log(), threading.Barrier(2)
    others = [open_database(lived.url, writing=True) for _ in range(2)]

    def at_once(engine: Any) -> int:
        together.wait()
        return archive_old_days(engine, "main", lived.now, 1, 10)

    with ThreadPoolExecutor(2) as threads:
        found = list(threads.map(at_once, others))
    for engine in others:
        engine.dispose()
    assert sum(found) + put_away(lived) == count(lived, archived_days) == 2
    assert lived.log() == before


def test_who_is_late_does_nothing(lived: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    before, pack = lived.log(), archive._pack

    def slow(*asked: Any) -> Any:
        found = pack(*asked)
        monkeypatch.setattr(archive, "_pack", pack)
        assert put_away(lived, limit=1) == 1
        return found

    monkeypatch.setattr(archive, "_pack", slow)
    assert put_away(lived, limit=1) == 0
    assert count(lived, archived_days) == 1
    assert lived.log() == before


def test_an_event_that_is_gone_is_not_passed_over(small: Office) -> None:
    with small.engine.begin() as connection:
        connection.execute(delete(events).where(events.c.seq == 5))
    rows = count(small, events)
    with pytest.raises(DamagedDay, match="main, 2026-03-02"):
        put_away(small)
    assert (count(small, events), count(small, archived_days)) == (rows, 0)


@pytest.mark.parametrize("harm", ["changed", "cut short", "gone"])
def test_a_day_that_is_damaged_is_told_and_never_passed_over(small: Office, harm: str) -> None:
    put_away(small)
    mine = archived_days.c.business_day == MONDAY + timedelta(days=1)
    with small.engine.begin() as connection:
        body = bytearray(connection.execute(select(archived_days.c.body).where(mine)).scalar_one())
        if harm == "gone":
            connection.execute(delete(archived_days).where(mine))
        else:
            body[len(body) // 2] ^= 1
            found = bytes(body) if harm == "changed" else bytes(body[:-9])
            connection.execute(update(archived_days).where(mine).values(body=found))
    with pytest.raises(DamagedDay), small.reader.begin() as connection:
        events_after(connection, "main", 0)


def test_a_form_that_a_later_version_has_written_is_told(small: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    put_away(small)
    monkeypatch.setattr("server.storage.day_pack.VERSION", 0)
    with pytest.raises(DamagedDay, match="the form 1, not 0"):
        small.log()


def test_the_advisors_record_is_the_same_after_days_were_put_away(lived: Office) -> None:
    def record() -> Any:
        with lived.reader.begin() as connection:
            since = datetime(2026, 3, 1, tzinfo=UTC)
            late = scored_advices(connection, "main", NINE + timedelta(days=1))
            return scored_advices(connection, "main", since), late, quotes_since(connection, "main", MONDAY)

    before = record()
    assert [len(found) for found in before[:2]] == [3, 2]
    assert put_away(lived) == 2
    assert record() == before
    with lived.reader.begin() as connection:
        assert quotes_since(connection, "main", TODAY).n <= quotes_since(connection, "main", MONDAY).n


def test_days_that_nobody_has_counted_are_counted_from_where_they_are(small: Office) -> None:
    def missed() -> Any:
        hall = small.hall()
        with small.reader.begin() as connection:
            return [(day, repr(records)) for day, records in experience_of(connection, hall)[1]]

    before = missed()
    assert [day for day, _ in before] == [MONDAY + timedelta(days=number) for number in range(DAYS - 1)]
    put_away(small)
    assert missed() == before


def test_a_log_that_was_replaced_meanwhile_is_left_alone(small: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    oldest = archive._oldest

    def of_another_log(*asked: Any) -> Any:
        found = oldest(*asked)
        return None if found is None else replace(found, epoch="another")

    monkeypatch.setattr(archive, "_oldest", of_another_log)
    before = small.log()
    assert put_away(small) == 0
    assert count(small, archived_days) == 0
    assert small.log() == before
