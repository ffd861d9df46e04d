"""A set-up in the database: counters come and go with it, each day begins as it did, and nothing is forged."""

from collections.abc import Iterator
from copy import deepcopy
from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import select

from server.actions.decision import Command
from server.actions.set_up import set_up
from server.domain.evolve import evolve
from server.domain.set_up.document import document_of, version_of
from server.storage.archive import archive_old_days
from server.storage.days import events_of, find_day, hall_before
from server.storage.set_up_versions import document_at, versions
from server.storage.tables import counters
from server.storage.verifying.whole import verify
from server.storage.writer import Writer
from tests.domain.floor import MANAGER, NINE, essence
from tests.domain.set_up.documents import Json, put
from tests.storage.office import Office, done, next_at, office, open_counter, take


@pytest.fixture
def small(sqlite_url: str) -> Iterator[Office]:
    """Where the database makes no difference."""
    with office(sqlite_url) as here:
        yield here


def present(here: Office) -> Json:
    hall = here.hall()
    return document_of(hall.branch, hall.counters.values())


def set_anew(here: Office, writer: Writer, wanted: Json) -> Json:
    return done(writer, MANAGER, set_up, document=wanted, version=version_of(present(here)))


def with_loans(document: Json) -> Json:
    """A queue, a service and two counters more; counter 2 goes."""
    found = deepcopy(document)
    name = {"en": "Loans", "zh": "贷款"}
    found["queues"].append({"id": "loans", "prefix": "L", "class": "non_cash", "name": name})
    found["services"].append({"id": "loans", "name": name, "queue": "loans"})
    found["counters"] = [one for one in found["counters"] if one["number"] != 2]
    found["counters"] += [{"number": n, "class": "non_cash", "serves": ["loans"], "helps": []} for n in (7, 8)]
    return found


def live(here: Office) -> list[Json]:
    """Four days; the branch is set up anew within the second and the third. Gives the document at the end of each."""
    writer, ends = here.writer(), []
    for day in range(4):
        here.now = NINE + timedelta(days=day)
        open_counter(writer, 1).result()
        for at in range(3):
            take(writer, 10 * day + at).result()
        next_at(writer, 1).result()
        if day == 1:
            set_anew(here, writer, with_loans(present(here)))
            open_counter(writer, 7).result()
            take(writer, 10 * day + 5, "loans").result()
            next_at(writer, 7).result()
        if day == 2:
            fewer = put(present(here), "services.3", ...)
            fewer["queues"] = [one for one in fewer["queues"] if one["id"] != "loans"]
            fewer["counters"] = [one for one in fewer["counters"] if one["number"] < 7]
            set_anew(here, writer, fewer)
        ends.append(present(here))
    return ends


def test_counters_are_in_the_table_as_the_set_up_says_with_whoever_sits_there(here: Office) -> None:
    writer = here.writer()
    open_counter(writer, 1).result()
    set_anew(here, writer, with_loans(present(here)))
    with here.reader.begin() as connection:
        rows = connection.execute(select(counters.c.number, counters.c.staff_id).order_by(counters.c.number)).all()
    assert [row.number for row in rows] == [1, 3, 4, 5, 6, 7, 8]
    assert rows[0].staff_id == "teller-1"
    open_counter(writer, 8).result()
    assert here.hall().counters["main.8"].is_open


def test_every_day_begins_as_the_branch_was_set_up_then_wherever_the_day_is_kept(here: Office) -> None:
    documents = [present(here), *live(here)]
    for archived in (False, True):
        if archived:
            assert archive_old_days(here.engine, "main", here.now, 1, 4) == 2
        for number, (began, ended) in enumerate(pairwise(documents)):
            with here.reader.begin() as connection:
                day = find_day(connection, "main", (NINE + timedelta(days=number)).date())
                assert day is not None
                assert day.archived is (archived and number < 2)
                hall = hall_before(connection, "main", day)
                assert document_of(hall.branch, hall.counters.values()) == began
                for event in events_of(connection, "main", day, 0, 1000):
                    evolve(hall, event)
            assert document_of(hall.branch, hall.counters.values()) == ended
        assert essence(hall) == essence(here.hall())


def test_an_audit_finds_every_set_up_as_it_was_written_and_a_forged_one_not(small: Office) -> None:
    live(small)
    with small.reader.begin() as connection:
        assert verify(connection).findings == []
    with small.engine.begin() as connection:
        connection.execute(counters.update().where(counters.c.number == 3).values(profile=[]))
    with small.reader.begin() as connection:
        assert [(one.table, one.row) for one in verify(connection).findings] == [("counters", "main.3")]


def test_a_version_is_the_whole_set_up_of_then(small: Office) -> None:
    live(small)
    with small.reader.begin() as connection:
        found = versions(connection, small.hall().branch, None, 10)
        assert [one.what for one in found] == ["branch.set_up", "branch.set_up", "branch.installed"]
        then = [document_at(connection, "main", one.seq) for one in found]
        assert document_at(connection, "main", found[0].seq + 50) is None
        assert document_at(connection, "nowhere", 1) is None
    assert then[0] == present(small)
    assert then[1] == with_loans(then[2] or {})
    assert [one["number"] for one in (then[2] or {})["counters"]] == [1, 2, 3, 4, 5, 6]


def test_two_managers_at_once_one_of_them_must_look_again(small: Office) -> None:
    writers, before = [small.writer(), small.writer()], present(small)
    wanted = put(before, "rules.vip_weight", 3)
    set_anew(small, writers[0], wanted)
    answer = writers[1].submit(_command(put(before, "rules.vip_weight", 4), version_of(before)))
    assert answer.exception(20).args[0] == "set_up_changed"  # type: ignore[union-attr]
    assert present(small) == wanted


def _command(document: Json, version: str) -> Command:
    return Command("main", MANAGER, set_up, {"document": document, "version": version})
