"""Whatever happens to two kiosks and their server, in any order: no number is doubled, and none is lost."""

import tempfile
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from kiosk.journal.rows import Taken
from kiosk.problems import Problem
from tests.kiosk.bench import Bench, Killed
from tests.kiosk.stand_in import StandIn

WHICH = st.integers(0, 1)
WHERE_IT_ENDS = st.none() | st.integers(0, 25)
SERVICES = st.sampled_from(["deposit", "card"])


class TwoKiosks(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.server = StandIn()
        self.kiosks = [Bench(self.server, Path(self.folder.name, name), name, block_size=3) for name in ("k1", "k2")]
        self.told: dict[str, Taken] = {}  # key -> what the page was answered
        self.wished: dict[str, tuple[int, str]] = {}  # key -> which kiosk was asked, and for what

    def _try(self, which: int, power: int | None, key: str, service: str) -> None:
        kiosk = self.kiosks[which]
        kiosk.fuse.left = power
        self.server.point = kiosk.fuse.point
        self.wished[key] = which, service
        try:
            with suppress(Problem):
                self._note(key, kiosk.press(key, services=[service]))
        except Killed:
            kiosk.restart()
        kiosk.fuse.left = None

    def _note(self, key: str, taken: Taken) -> None:
        assert self.told.setdefault(key, taken).ticket == taken.ticket, "one wish, one ticket"

    @rule(which=WHICH, power=WHERE_IT_ENDS, service=SERVICES)
    def press(self, which: int, power: int | None, service: str) -> None:
        self._try(which, power, f"wish-{len(self.wished):04d}", service)

    @precondition(lambda self: self.wished)
    @rule(data=st.data(), power=WHERE_IT_ENDS)
    def press_again(self, data: st.DataObject, power: int | None) -> None:
        key = data.draw(st.sampled_from(sorted(self.wished)))
        which, service = self.wished[key]
        self._try(which, power, key, service)

    @rule(mood=st.sampled_from(["here", "here", "away", "deaf", "failing"]))
    def server_is(self, mood: str) -> None:
        self.server.mood = mood

    @rule(which=WHICH, power=WHERE_IT_ENDS)
    def errands(self, which: int, power: int | None) -> None:
        kiosk = self.kiosks[which]
        kiosk.fuse.left = power
        self.server.point = kiosk.fuse.point
        try:
            kiosk.meet()
        except Killed:
            kiosk.restart()
        kiosk.fuse.left = None

    @rule(which=WHICH, patience=st.sampled_from([0.0, 1e9]))
    def restart(self, which: int, patience: float) -> None:
        self.kiosks[which].restart(left_alone_s=patience)

    @rule(which=WHICH, seconds=st.integers(1, 300))
    def time_passes(self, which: int, seconds: int) -> None:
        for kiosk in self.kiosks:
            kiosk.times.pass_by(seconds)
        self.server.now += timedelta(seconds=seconds)

    @invariant()
    def no_number_is_printed_twice(self) -> None:
        printed = [paper.number for kiosk in self.kiosks for paper in kiosk.tray if not paper.copy]
        assert len(printed) == len(set(printed)), printed

    @invariant()
    def no_number_is_told_twice(self) -> None:
        numbers = [taken.ticket["number"] for taken in self.told.values()]
        assert len(numbers) == len(set(numbers)), numbers

    def teardown(self) -> None:
        """In the end the server is there for good: then it knows every ticket that was given out, and no other."""
        try:
            self._in_the_end()
        finally:
            for kiosk in self.kiosks:
                kiosk.close()
            self.folder.cleanup()

    def _in_the_end(self) -> None:
        self.server.mood = "here"
        for kiosk in self.kiosks:
            kiosk.restart(left_alone_s=0.0)
            for _ in range(3):
                kiosk.meet()
        given = {taken.ticket["id"]: taken.ticket["number"] for taken in self.told.values()}
        live = {ticket["id"]: ticket["number"] for ticket in self.server.live()}
        printed = {paper.number for kiosk in self.kiosks for paper in kiosk.tray}
        assert given.items() <= live.items(), "a ticket that was given out is not known"
        assert printed <= set(live.values()), "a paper that is worth nothing"
        assert len(set(live.values())) == len(live), "one number, two tickets"
        known = {
            ticket_id
            for kiosk in self.kiosks
            for ticket_id in live
            if (found := kiosk.device.journal.tickets.with_id(ticket_id)) and found.state in ("online", "offline")
        }
        assert known == set(live), "a ticket that nobody holds"
        outboxes = [kiosk.device.journal.outbox for kiosk in self.kiosks]
        assert [outbox.to_hand_in() + outbox.in_doubt() + outbox.asking() for outbox in outboxes] == [[], []]
        assert {found.hand_in for found in self._of_blocks()} <= {"done"}, "what was done was not believed"
        self._handed_in_in_order()

    def _of_blocks(self) -> list[Taken]:
        """What the kiosks gave out by themselves, as their journals have it."""
        journals = [kiosk.device.journal for kiosk in self.kiosks]
        found = [journal.tickets.with_id(ticket_id) for ticket_id in self.server.tickets for journal in journals]
        return [taken for taken in found if taken is not None and taken.state == "offline"]

    def _handed_in_in_order(self) -> None:
        assert len(self.server.handed_in) == len(set(self.server.handed_in))
        for name in ("k1", "k2"):
            mine = [
                self.server.tickets[i]
                for i in self.server.handed_in
                if self.server.blocks[i.rsplit(".", 2)[0]]["device_id"] == name
            ]
            times = [ticket["issued_at"] for ticket in mine]
            assert times == sorted(times)


QUICK = settings(max_examples=12, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck))


def test_any_sequence_of_presses_kills_and_cuts() -> None:
    run_state_machine_as_test(TwoKiosks, settings=QUICK)


@pytest.mark.long
def test_very_many_sequences() -> None:
    run_state_machine_as_test(TwoKiosks, settings=settings(QUICK, max_examples=200))
