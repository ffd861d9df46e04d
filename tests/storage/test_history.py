"""Days that are over: written once, read back as they were, and counted anew where nobody wrote them."""

import random
from datetime import date, timedelta

from sqlalchemy import func, select

from server.advisor.class_day import ClassDay
from server.advisor.rates import DayRecords, Measurements
from server.advisor.spread import Spread
from server.storage.history import days_of, experience_of, save_day
from server.storage.tables import class_days
from tests.domain.floor import NINE, example_branch
from tests.storage.office import Office, next_at, open_counter, take

MONDAY = date(2026, 3, 2)


def some_day(seed: int) -> DayRecords:
    draw = random.Random(seed)
    times = Spread()
    for _ in range(20):
        times.add(draw.expovariate(0.1))
    return {
        key: ClassDay(first_slot=34, arrivals=(seed, 2, 3), open_min=(15.0, 15.0, 7.5), services=20, durations=times)
        for key in ("cash", "vip")
    }


def write(here: Office, day: date, records: DayRecords) -> None:
    with here.engine.begin() as connection:
        save_day(connection, "main", day, records)


def read(here: Office, limit: int = 400) -> list[tuple[date, str, ClassDay]]:
    with here.reader.begin() as connection:
        return days_of(connection, "main", limit)


def test_a_day_comes_back_as_it_was_written_the_newest_last(here: Office) -> None:
    for number in (1, 0, 2):
        write(here, MONDAY + timedelta(days=number), some_day(number))
    days = [(MONDAY + timedelta(days=number), some_day(number)) for number in range(3)]
    expected = [(day, key, record) for day, records in days for key, record in records.items()]
    assert read(here) == expected
    assert read(here, limit=2) == expected[2:]


def test_a_day_that_is_written_twice_is_there_once_as_it_was_written_last(here: Office) -> None:
    write(here, MONDAY, some_day(1))
    write(here, MONDAY, some_day(5))
    write(here, MONDAY, {})
    assert read(here) == [(MONDAY, key, record) for key, record in some_day(5).items()]


def test_what_a_newer_version_has_written_is_left_out(here: Office) -> None:
    write(here, MONDAY, some_day(1))
    with here.engine.begin() as connection:
        newer = {**some_day(1)["cash"].as_dict(), "version": 99, "more": 1}
        connection.execute(class_days.update().where(class_days.c.counter_class == "cash").values(record=newer))
    assert [key for _, key, _ in read(here)] == ["vip"]


def live_a_day(here: Office, number: int, customers: int) -> None:
    """A day with one teller, who closes in time; the clock clears the hall in the evening."""
    here.now = NINE + timedelta(days=number)
    writer = here.writer()
    open_counter(writer, 1).result(20)
    for index in range(customers):
        here.now += timedelta(minutes=10)
        take(writer, 100 * number + index).result(20)
        next_at(writer, 1).result(20)
    here.now = NINE + timedelta(days=number, hours=8, minutes=10)
    next_at(writer, 1).result(20)
    writer.stop()


def learned(here: Office) -> tuple[int, list[date]]:
    """(days known of Tuesdays, days that nobody has stored), as a process finds them that begins now."""
    hall = here.hall()
    with here.reader.begin() as connection:
        experience, unstored = experience_of(connection, hall)
    measurements = Measurements(hall.branch, experience=experience, unstored=unstored)
    assert set(measurements.unstored(here.now)) == {day for day, _ in unstored}
    return experience.of("cash").profile.days(MONDAY + timedelta(days=1)), [day for day, _ in unstored]


def test_days_that_nobody_stored_are_counted_anew_from_the_log(here: Office) -> None:
    for number, customers in enumerate((4, 6, 5)):
        live_a_day(here, number, customers)
    assert learned(here) == (2, [MONDAY, MONDAY + timedelta(days=1)])
    with here.reader.begin() as connection:
        _, unstored = experience_of(connection, here.hall())
    assert [sum(records["cash"].arrivals) for _, records in unstored] == [4, 6]
    assert [records["cash"].services for _, records in unstored] == [4, 6]
    for day, records in unstored:
        write(here, day, records)
    assert learned(here) == (2, [])


def test_the_present_day_is_not_learned_before_it_is_over_though_it_was_stored(here: Office) -> None:
    live_a_day(here, 0, 3)
    write(here, MONDAY, some_day(1))
    assert learned(here) == (0, [])


def test_a_branch_that_has_never_lived_has_no_past(here: Office) -> None:
    assert learned(here) == (0, [])


def test_a_day_takes_one_row_a_class_however_busy_it_was(here: Office) -> None:
    live_a_day(here, 0, 3)
    live_a_day(here, 1, 1)
    with here.reader.begin() as connection:
        _, unstored = experience_of(connection, here.hall())
    write(here, *unstored[0])
    with here.reader.begin() as connection:
        rows = connection.execute(select(func.count()).select_from(class_days)).scalar_one()
    assert rows == len(example_branch().policies)
