"""The checker finds what was planted: a real run is recorded once, then falsified in one place, and read again."""

import ast
import asyncio
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.faults.checker import Verdict, check, read_log
from tests.faults.hall import judged, staffed
from tests.faults.load import crowd
from tests.faults.record import Heard, Json, Record
from tests.running import server_process

HERE = Path(__file__).parent
CHECKER = ("checker", "log_rules", "command_rules", "screen_rules", "record")
RUN = 250  # commands


@dataclass(frozen=True, slots=True)
class Run:
    log: list[Json]
    record: Record

    def nth(self, kind: str, number: int = 5) -> int:
        """Where in the log the so-manieth event of its kind is that a client had asked for; of tickets that are
        issued, those that were printed, and not those that a visit goes on with under its old number."""
        asked = [
            i
            for i, e in enumerate(self.log)
            if e["kind"] == kind
            and e["actor"][:5] in ("telle", "kiosk")
            and (kind != "ticket.issued" or e["ticket"]["step"] == 1)
        ]
        return asked[number]

    def check(self) -> Verdict:
        return check(self.log, self.record)


async def _record(url: str, folder: Path) -> Run:
    office = staffed(url)
    with server_process(office, folder) as server:
        async with crowd(office, server.url, seed=7, tellers=3, displays=2) as people:
            await people.until_answered(RUN)
            verdict = await judged(people, url)
    assert verdict.faults == []
    last: int = max(heard.body["seq"] for heard in people.record.heard if heard.body.get("type") == "events")
    return Run(read_log(url)[:last], people.record)


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("run")
    return asyncio.run(_record(f"sqlite:///{folder / 'callboard.db'}", folder))


@pytest.fixture
def run(recorded: Run) -> Run:
    return deepcopy(recorded)


def renumbered(run: Run) -> Run:
    """As if the log had always been so: what is planted is not betrayed by its seq."""
    for seq, event in enumerate(run.log, 1):
        event["seq"] = seq
    return run


def test_the_run_as_it_was_is_in_order(run: Run) -> None:
    row = run.check().row
    assert run.check().faults == []
    assert row["acknowledged"] > RUN / 2
    assert row["seen"] == row["sent"] > len(run.log)
    assert row["lost"] == row["doubled"] == row["missed"] == row["wrong"] == 0


def test_a_planted_loss_is_found(run: Run) -> None:
    """The last ticket that somebody was told of, so that no number and no move betrays it."""
    of = [event["ticket"]["id"] if event["ticket"] else "" for event in run.log]
    told = {answer.body["ticket"]["id"] for answer in run.record.answered if answer.body.get("ticket")}
    given = (i for i in reversed(range(len(run.log))) if run.log[i]["kind"] == "ticket.issued" and of[i] in told)
    lost = next(i for i in given if of.count(of[i]) == 1)
    run.log[lost] = {
        **run.log[lost],
        "kind": "counter.opened",
        "actor": "clock:clock",
        "ticket": None,
        "counter": None,
    }
    assert run.check().row["lost"] == 1


def test_a_planted_double_call_is_found(run: Run) -> None:
    """The same number at a second counter."""
    called = run.nth("ticket.called")
    again = deepcopy(run.log[called])
    again["id"] += "-again"
    again["ticket"]["counter_id"] = "main.9"
    run.log.insert(called + 1, again)
    found = renumbered(run).check()
    assert found.row["doubled"] >= 1
    assert any("an illegal move from called" in fault for fault in found.log)
    assert any("at two counters, the other is main.9" in fault for fault in found.log)


def test_a_command_that_was_done_twice_is_found(run: Run) -> None:
    """A second ticket for one press, numbered as it should be: only the clients know that it is one too many."""
    last = max(
        i for i, event in enumerate(run.log) if event["kind"] == "ticket.issued" and event["ticket"]["step"] == 1
    )
    again = deepcopy(run.log[last])
    again["id"] += "-again"
    again["ticket"]["id"] += "-again"
    again["ticket"]["serial"] += 1
    again["ticket"]["number"] = f"{again['ticket']['prefix']}{again['ticket']['serial']:03d}"
    run.log.append({**again, "at": run.log[-1]["at"], "seq": run.log[-1]["seq"] + 1})
    found = check(run.log, run.record, len(run.log) - 1)
    assert found.row["doubled"] == 1
    assert found.log == []


def test_two_customers_with_one_answer_are_found(run: Run) -> None:
    keys = [asked.key for asked in run.record.asked if asked.kind == "take" and asked.actor == "kiosk:door-1"]
    bodies = {answered.key: answered.body for answered in run.record.answered}
    run.record.answered[:] = [
        replace(one, body=bodies[keys[0]]) if one.key == keys[1] else one for one in run.record.answered
    ]
    assert run.check().row["doubled"] >= 1


def test_an_answer_that_changes_when_it_is_asked_for_again_is_found(run: Run) -> None:
    given = run.record.answered[10]
    run.record.answered.append(replace(given, body={**given.body, "seq": given.body["seq"] + 1}))
    assert any("in two ways" in fault for fault in run.check().faults)


def test_a_planted_gap_is_found(run: Run) -> None:
    del run.log[run.nth("ticket.started")]
    assert any("a gap in seq" in fault for fault in run.check().log)


def _doubled_number(run: Run) -> None:
    first, second = run.nth("ticket.issued", 3), run.nth("ticket.issued", 20)
    for name in ("number", "prefix", "serial", "business_day"):
        run.log[second]["ticket"][name] = run.log[first]["ticket"][name]


def _illegal_move(run: Run) -> None:
    done = run.log[run.nth("ticket.started")]["ticket"]["id"]
    last = max(i for i, event in enumerate(run.log) if event["ticket"] and event["ticket"]["id"] == done)
    run.log[last]["kind"] = "ticket.resumed"


def _two_at_one_counter(run: Run) -> None:
    first = run.nth("ticket.called", 1)
    other = next(
        e for e in run.log[first + 1 :] if e["kind"] == "ticket.called" and e["actor"] != run.log[first]["actor"]
    )
    other["ticket"]["counter_id"] = run.log[first]["ticket"]["counter_id"]
    other["actor"] = run.log[first]["actor"]


def _before_its_cause(run: Run) -> None:
    called = run.log[run.nth("ticket.called")]
    called["at"] = called["ticket"]["called_at"] = run.log[0]["at"].replace("T02", "T01")


def _jumped_the_queue(run: Run) -> None:
    """The one who was called had come later than somebody of the same queue who still waits."""
    late = "2026-03-02T09:00:00+00:00"
    called = run.log[_first_come_with_others(run)]["ticket"]["id"]
    for event in run.log:
        if event["ticket"] and event["ticket"]["id"] == called:
            event["ticket"]["order_at"] = late


def _first_come_with_others(run: Run) -> int:
    """A call while others of the same queue and the ordinary kind waited."""
    waiting: dict[str, tuple[str, str]] = {}
    for index, event in enumerate(run.log):
        ticket = event["ticket"]
        if ticket is None:
            continue
        ordinary = (ticket["queue_id"], "ordinary")
        waiting.pop(ticket["id"], None)
        if event["kind"] == "ticket.called" and ticket["segment"] == "ordinary" and ordinary in waiting.values():
            return index
        if ticket["state"] == "waiting" and ticket["due_call"] is None:
            waiting[ticket["id"]] = (ticket["queue_id"], ticket["segment"])
    raise AssertionError("nobody ever waited behind another")


@pytest.mark.parametrize(
    ("plant", "said"),
    [
        (_doubled_number, "a number given twice"),
        (_illegal_move, "an illegal move"),
        (_two_at_one_counter, "already"),
        (_before_its_cause, "before its cause"),
        (_jumped_the_queue, "called before"),
    ],
)
def test_a_log_that_breaks_a_rule_is_found(run: Run, plant: Callable[[Run], None], said: str) -> None:
    plant(run)
    assert any(said in fault for fault in run.check().log)


def _frames_with_calls(run: Run) -> list[Heard]:
    frames = [heard for heard in run.record.heard if heard.body.get("type") == "events"]
    return [heard for heard in frames if any(e["kind"] == "ticket.called" for e in heard.body["events"])]


def test_a_call_that_a_display_missed_is_found(run: Run) -> None:
    frame = _frames_with_calls(run)[4].body
    frame["events"] = [event for event in frame["events"] if event["kind"] != "ticket.called"]
    found = run.check()
    assert found.row["missed"] >= 1
    assert any("did not see" in fault for fault in found.screens.faults)


def test_a_frame_that_never_came_is_found(run: Run) -> None:
    run.record.heard.remove(_frames_with_calls(run)[4])
    found = run.check()
    assert found.row["missed"] >= 1 or found.screens.faults
    assert any("a frame from" in fault for fault in found.screens.faults)


def test_a_display_that_hears_of_what_never_happened_is_found(run: Run) -> None:
    event = _frames_with_calls(run)[4].body["events"][-1]
    event["id"] += "-rolled-back"
    assert any("does not know so" in fault for fault in run.check().screens.faults)


def test_a_display_that_stayed_behind_is_found(run: Run) -> None:
    last = max(i for i, heard in enumerate(run.record.heard) if heard.body.get("type") == "events")
    frame = run.record.heard[last]
    run.record.heard[:] = [
        heard for i, heard in enumerate(run.record.heard) if i < last or heard.display != frame.display
    ]
    assert any("it ended at" in fault for fault in run.check().screens.faults)


def test_a_false_snapshot_is_found(run: Run) -> None:
    snapshot = deepcopy(next(heard for heard in run.record.heard if heard.body.get("type") == "snapshot"))
    run.record.heard.append(replace(snapshot, display="another"))
    snapshot.body["seq"] = 100
    assert any("a false snapshot of 100" in fault for fault in run.check().screens.faults)


def test_a_record_that_was_saved_is_read_as_it_was(run: Run, tmp_path: Path) -> None:
    run.record.save(tmp_path / "record.json")
    assert Record.load(tmp_path / "record.json") == run.record


@pytest.mark.parametrize("name", CHECKER)
def test_the_checker_knows_nothing_of_the_server(name: str) -> None:
    tree = ast.parse((HERE / f"{name}.py").read_text("utf-8"))
    named = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    named |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    ours = {name for name in named if name.split(".")[0] in {"server", "tests", "display", "kiosk", "migrations"}}
    assert ours <= {f"tests.faults.{part}" for part in CHECKER}
