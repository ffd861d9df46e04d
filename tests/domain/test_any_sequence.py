"""Whatever is pressed, in whatever order and by whomever: the hall, its log and its screens stay right."""

from collections import Counter as Tally
from copy import deepcopy

from hypothesis import HealthCheck, Phase, given, settings

from server.actions.decision import Command
from server.domain.audience import AUDIENCES, whole
from server.domain.branch import Rules
from server.domain.events import KINDS, Event
from server.domain.evolve import evolve
from server.domain.hall import Hall
from server.domain.refusals import Refusal
from server.domain.ticket import State
from tests.domain.floor import Floor, essence
from tests.domain.log_reader import LogReader
from tests.domain.press import Press
from tests.domain.presses import command_of, many, presses
from tests.domain.screen import Screen, by_id, on_the_wire, snapshot_of

# No action books a ticket for another day, and no customer's phone says yet that they have gone.
NOT_YET = {"ticket.checked_in", "ticket.abandoned"}
REFUSALS = set(
    "ticket_not_found counter_not_found advice_not_found service_not_found queue_not_found branch_closed "
    "move_not_allowed counter_closed counter_paused counter_taken counter_busy not_your_counter not_your_ticket "
    "machine_not_offered advice_answered cannot_serve queue_not_found profile_not_possible "
    "class_not_found block_not_found block_over not_your_block number_not_in_block number_given "
    "too_many_numbers call_not_found more_time_used holds_another".split()
)


class WatchedFloor(Floor):
    """A floor with an auditor who reads the log, and a screen for each audience."""

    def __init__(self) -> None:
        super().__init__(rules=Rules(max_misses=1, back_places=2))
        self.auditor = LogReader(on_the_wire([whole(c) for c in self.installed.counters.values()]))
        self.screens = [Screen(self.hall, audience) for audience in AUDIENCES]
        self.refused: Tally[str] = Tally()

    def play(self, all_presses: list[Press]) -> None:
        for turn, press in enumerate(all_presses):
            self.now = press.time(self.now)
            self._heard(self.begin_day())
            self._press(press, turn)
        assert essence(rebuilt(self.installed, self.log)) == essence(self.hall)

    def _press(self, press: Press, turn: int) -> None:
        command = command_of(press, self.hall, turn)
        before, length = essence(self.hall), len(self.log)
        snapshots = [snapshot_of(self.hall, audience) for audience in AUDIENCES]
        refused = self._refusal(command)
        if refused is None:
            self._heard(self.log[length:])
            return
        self.refused[refused] += 1
        assert essence(self.hall) == before, f"{refused} changed the hall"
        assert [snapshot_of(self.hall, audience) for audience in AUDIENCES] == snapshots
        assert len(self.log) == length

    def _refusal(self, command: Command) -> str | None:
        """Runs the command; the code of its refusal, if it was refused."""
        try:
            self.do(command.actor, command.action, **command.arguments)
        except Refusal as refusal:
            return refusal.code
        return None

    def _heard(self, events: list[Event]) -> None:
        for event in events:
            self.auditor.read(on_the_wire(whole(event)))
        for screen in self.screens:
            screen.hear(events, self.hall.seq)
            assert screen.shows == by_id(snapshot_of(self.hall, screen.audience))
        indexes_agree(self.hall)


def rebuilt(installed: Hall, log: list[Event]) -> Hall:
    """The hall as it was installed, and all that has happened since."""
    hall = deepcopy(installed)
    for event in log:
        evolve(hall, event)
    return hall


def indexes_agree(hall: Hall) -> None:
    """Who waits and who is at a counter is written twice: both must say the same."""
    waiting = {t.id: t for t in hall.tickets.values() if t.state is State.WAITING}
    assert {t.id: t for queue in hall.waiting.values() for t in queue.values()} == waiting
    assert all(t.queue_id == queue_id for queue_id, queue in hall.waiting.items() for t in queue.values())
    at_counters = {t.counter_id: t for t in hall.tickets.values() if t.state in (State.CALLED, State.SERVING)}
    assert hall.at_counter == at_counters


@given(presses())
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    # To shrink a sequence takes minutes, and a test that takes so long is ended as one that hangs.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
def test_whatever_is_pressed_the_rules_hold(all_presses: list[Press]) -> None:
    WatchedFloor().play(all_presses)


def test_long_days_keep_the_rules_and_reach_every_event_and_every_refusal() -> None:
    kinds: set[str] = set()
    refused: set[str] = set()
    for seed in range(7):
        floor = WatchedFloor()
        floor.play(many(500, seed))
        kinds |= {event.kind for event in floor.log}
        refused |= set(floor.refused)
    assert set(KINDS) - kinds == NOT_YET
    assert refused >= REFUSALS
