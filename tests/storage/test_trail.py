"""The audit trail tells who changed what, with what was before; and no flood of refusals fills the disk."""

import time
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from server.actions import customer, manager, teller
from server.actions.decision import Actor
from server.domain.branch import ProfileEntry
from server.domain.ticket import Segment
from server.domain.trail import INSTALLATION, OF_EVENTS, UNKNOWN, WORDS, Who, sign_in_refused, signed_in
from server.storage import auditor
from server.storage.auditor import Auditor
from server.storage.branches import create_token, revoke_token
from server.storage.plans import PlanWriter
from server.storage.server_clock import ServerClock, start_clock
from server.storage.tables import audit
from server.storage.trail import Wanted, lines
from server.storage.verifying.whole import verify
from tests.domain.floor import MANAGER, NINE, teller_of
from tests.storage.office import PATIENCE_S, Json, Office, done, next_at, open_counter, take

ZHOU = Who("manager", "manager-1", "Zhou Min", "10.0.0.7")


def trail(here: Office, chain: str = "main", **wanted: Any) -> list[Json]:
    with here.reader.begin() as connection:
        return lines(connection, chain, Wanted(**wanted))


def last(here: Office, chain: str = "main") -> Json:
    return trail(here, chain, limit=1000)[-1]


def test_a_branch_begins_with_its_whole_set_up(here: Office) -> None:
    (first,) = trail(here)
    assert (first["what"], first["subject"], first["before"]) == ("branch.installed", "branches:main", None)
    assert first["after"]["settings"]["opens"] == "08:30:00"
    assert len(first["after"]["counters"]) == 6
    assert [line["subject"] for line in trail(here, INSTALLATION)] == ["branches:main"]


def test_a_token_is_told_when_it_is_made_and_when_it_is_taken_back_and_never_its_hash(here: Office) -> None:
    token = create_token(here.engine, "teller", "main", "Li Wei", "teller-1", ZHOU)
    made = last(here)
    assert (made["what"], made["who_name"], made["address"]) == ("token.created", "Zhou Min", "10.0.0.7")
    assert (made["before"], made["after"]["name"], made["after"]["revoked_at"]) == (None, "Li Wei", None)
    assert revoke_token(here.engine, "teller-1", ZHOU)
    taken = last(here)
    assert (taken["what"], taken["before"]) == ("token.revoked", made["after"])
    assert taken["after"]["revoked_at"]
    assert not revoke_token(here.engine, "teller-1", ZHOU)
    assert not revoke_token(here.engine, "nobody", ZHOU)
    assert last(here)["seq"] == taken["seq"]
    with here.reader.begin() as connection:
        kept = connection.exec_driver_sql("SELECT hash FROM tokens").scalar_one()
    assert kept not in str(trail(here))
    assert token not in str(trail(here))


def test_a_plan_and_the_clock_are_told_with_what_was_before(here: Office) -> None:
    plans, day = PlanWriter(here.engine), NINE.date() + timedelta(days=1)
    plans.save("main", day, "cash", [2, 3], "Zhou Min", NINE, ZHOU)
    plans.save("main", day, "cash", [4, 4], "Zhou Min", NINE, ZHOU)
    plans.save("main", day, "cash", [4, 4], "Zhou Min", NINE, ZHOU)  # the same once more changes nothing
    plans.forget("main", day, "cash", ZHOU)
    told = [(line["what"], line["before"], line["after"]) for line in trail(here, what="plan")]
    shown = [(what, *(state and state["plan"]["counters"] for state in states)) for what, *states in told]
    assert shown == [("plan.saved", None, [2, 3]), ("plan.saved", [2, 3], [4, 4]), ("plan.forgotten", [4, 4], None)]
    start_clock(here.engine, NINE, 1.0)
    ServerClock(here.engine).set(speed=30.0, who=ZHOU)
    speeds = [(line["who_id"], line["after"]["speed"]) for line in trail(here, INSTALLATION, what="clock.set")]
    assert speeds == [("server", 1.0), ("manager-1", 30.0)]


def test_who_comes_before_whom_is_told_in_the_commit_of_the_press(here: Office) -> None:
    writer = here.writer()
    open_counter(writer, 2)
    take(writer, 1).result(20)
    take(writer, 2, segment=Segment.PRIORITY).result(20)
    take(writer, 3, appointment_at=NINE + timedelta(hours=1)).result(20)
    assert next_at(writer, 2).result(20)["ticket"]["id"]
    called = here.hall().at_counter["main.2"].id
    at_two = replace(teller_of(2), address="10.0.0.2")
    done(writer, at_two, teller.transfer, ticket_id=called, queue_id="non_cash")
    done(writer, MANAGER, manager.set_profile, counter_id="main.2", profile=[ProfileEntry("non_cash")])
    told = [(line["what"], line["subject"]) for line in trail(here)[1:]]
    assert told == [
        ("ticket.priority", "main.t2"),
        ("ticket.booked", "main.t3"),
        ("ticket.transferred", called),
        ("counter.profiled", "main.2"),
    ]
    moved, profiled = trail(here)[-2:]
    assert (moved["before"]["state"], moved["before"]["queue_id"]) == ("called", "cash")
    assert (moved["after"]["state"], moved["after"]["queue_id"]) == ("waiting", "non_cash")
    assert (moved["who_id"], moved["address"]) == ("teller-2", "10.0.0.2")
    assert [entry["queue_id"] for entry in profiled["before"]["profile"]] == ["cash"]


def test_a_command_that_is_refused_or_repeated_is_not_told(here: Office) -> None:
    writer = here.writer()
    taken = {"ticket_id": "main.t1", "services": ["deposit"], "segment": Segment.PRIORITY}
    for _ in range(2):
        done(writer, MANAGER, customer.take_ticket, "key-0001", "x", **taken)
    with pytest.raises(Exception, match="ticket_not_found"):
        done(writer, MANAGER, teller.transfer, ticket_id="main.none", queue_id="cash")
    assert [line["what"] for line in trail(here)[1:]] == ["ticket.priority"]


def test_it_is_searched_by_what_by_whom_and_by_any_word_in_it(here: Office) -> None:
    for number in range(5):
        create_token(here.engine, "teller", "main", f"Li Wei {number}", f"teller-{number}", ZHOU)
    create_token(here.engine, "kiosk", "main", "100% Entrance", "kiosk-1")

    def found(**wanted: Any) -> list[int]:
        return [line["seq"] for line in trail(here, **wanted)]

    assert found() == [1, 2, 3, 4, 5, 6, 7]
    assert found(after=5) == [6, 7]
    assert found(before=5, limit=2) == [4, 3]
    assert found(what="token") == found(what="token.created") == [2, 3, 4, 5, 6, 7]
    assert found(what="tok") == []
    assert found(who="zhou") == [2, 3, 4, 5, 6]
    assert found(text="li wei 3") == [5]
    assert found(text="100%") == [7]
    assert found(text="10.0.0.7", who="manager-1", limit=1) == [2]


def told_of_refusals(here: Office, chain: str) -> list[Json]:
    return trail(here, chain, what="access.refused", limit=1000)


def test_a_flood_of_refusals_is_counted_and_does_not_fill_the_disk(here: Office) -> None:
    listening = Auditor(here.engine)
    for number in range(10_000):
        listening.refused("main", Who("unknown", "", "", f"10.0.{number % 7}.1"), "see_hall", "unauthorized")
    listening.stop()
    told = told_of_refusals(here, "main")
    assert sum(line["after"]["times"] for line in told) == 10_000
    assert len({line["address"] for line in told}) == len(told) == 7
    assert listening.lost == 0


def test_a_thousand_addresses_write_no_more_lines_than_one(here: Office) -> None:
    listening = Auditor(here.engine, every_s=0.01)
    listening.start()
    for number in range(3 * auditor.WAITING):
        listening.refused("main", Who("unknown", "", "", f"10.{number // 250}.{number % 250}.1"), "x", "unauthorized")
    written = auditor.A_MINUTE
    patience = time.monotonic() + PATIENCE_S
    while len(told_of_refusals(here, "main")) < written and time.monotonic() < patience:
        time.sleep(0.02)
    assert written <= len(told_of_refusals(here, "main")) <= written + 2
    assert listening.lost > 0
    listening._refused.clear()
    listening.stop()


def test_refusals_at_a_branch_that_is_not_there_belong_to_the_installation(here: Office) -> None:
    listening = Auditor(here.engine)
    for asked in ("nowhere", "", "x" * 500, "a\x00b"):
        listening.refused(asked, UNKNOWN, "see_hall", "unauthorized")
    listening.refused("main", UNKNOWN, "see_hall", "unauthorized")
    listening.stop()
    assert len(told_of_refusals(here, "main")) == 1
    assert sum(line["after"]["times"] for line in told_of_refusals(here, INSTALLATION)) == 4


def test_sign_ins_are_told_and_what_finds_no_room_is_counted(here: Office) -> None:
    listening = Auditor(here.engine)
    listening.tell(signed_in("main", ZHOU, "password"))
    listening.tell(sign_in_refused("main", ZHOU, "password", "unauthorized"))
    listening.stop()
    told = [(line["what"], line["subject"]) for line in trail(here, what="access", text="password")]
    assert told == [("access.signed_in", "manager-1"), ("access.sign_in_refused", "manager-1")]
    idle = Auditor(here.engine)
    for _ in range(auditor.WAITING + 5):
        idle.tell(signed_in("main", ZHOU, "badge"))
    assert idle.lost == 5


def test_a_database_that_is_away_costs_lines_and_nothing_else(here: Office) -> None:
    listening = Auditor(here.engine)
    with here.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE audit RENAME TO elsewhere")
    listening.tell(signed_in("main", ZHOU, "password"))
    listening.stop()
    assert listening.lost == 1


def test_nothing_of_what_others_say_breaks_a_line(here: Office) -> None:
    odd = Who("teller", "t" * 500, "\x00\n'; DROP TABLE audit; --", "\U0001f600" * 200)
    listening = Auditor(here.engine)
    listening.tell(signed_in("main", odd, "\x00"))
    listening.stop()
    with here.reader.begin() as connection:
        assert connection.execute(select(audit.c.who_id).where(audit.c.seq == 2)).scalar_one() == "t" * 120
        assert verify(connection).findings == []


def test_everything_that_is_told_has_its_words() -> None:
    told = {"ticket.priority", "ticket.booked", *OF_EVENTS, "token.created", "clock.set", "access.refused"}
    assert told <= WORDS.keys()
    assert all(words["zh"] != words["en"] for words in WORDS.values())


def test_a_change_of_the_branch_is_told_whole(here: Office) -> None:
    writer = here.writer()
    boss = Actor("manager", "manager-1", "Zhou Min")
    done(writer, boss, manager.set_policy, counter_class="cash", policy="mms")
    told = last(here)
    assert told["what"] == "branch.changed"
    assert told["before"]["policies"]["cash"]["policy"] != "mms"
    assert told["after"]["policies"]["cash"]["policy"] == "mms"
