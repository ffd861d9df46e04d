"""A ticket is committed before it is printed, and comes out once: whatever the printer and the power do."""

import pytest

from kiosk.journal.rows import Json
from kiosk.paper_of import wait_range
from kiosk.printing.status import PrinterTrouble
from tests.kiosk.bench import Bench, Killed
from tests.kiosk.stand_in import StandIn


def paper_state(bench: Bench, key: str) -> tuple[str, str]:
    paper = bench.device.journal.papers.newest(key)
    return paper.state, paper.trouble


def test_a_printer_in_trouble_is_told_and_the_ticket_stands(bench: Bench, stand_in: StandIn) -> None:
    bench.printer.trouble = PrinterTrouble("paper_out", "the roll is empty")
    bench.press("key-00001")
    assert paper_state(bench, "key-00001") == ("failed", "paper_out")
    assert len(stand_in.live()) == 1


def test_the_paper_asked_for_again_is_marked_as_a_copy(bench: Bench) -> None:
    bench.printer.trouble = PrinterTrouble("paper_out", "the roll is empty")
    bench.press("key-00001")
    bench.printer.trouble = None

    async def reprint() -> Json:
        found = bench.device.desk.copy("key-00001")
        await bench.device.desk.print_waiting()
        return await found

    bench.run(reprint())
    bench.run(bench.device.desk.print_waiting())
    assert [(paper.number, paper.copy) for paper in bench.tray] == [("A006", True)]


def test_after_a_fault_nobody_thought_of_the_paper_may_lie_there(bench: Bench) -> None:
    bench.printer.trouble = RuntimeError("?")
    bench.press("key-00001")
    assert paper_state(bench, "key-00001")[0] == "unknown"


@pytest.mark.parametrize("came_out", [0, 1])
def test_what_was_being_printed_when_the_power_went_is_never_printed_again_by_itself(
    bench: Bench, stand_in: StandIn, came_out: int
) -> None:
    stand_in.mood = "away"
    bench.device.link.lost("")
    # The points on the way: issued (2), begun (2), and then the printer's own two.
    bench.fuse.left = 4 + came_out
    with pytest.raises(Killed):
        bench.press("key-00001")
    bench.restart()
    assert len(bench.tray) == came_out
    assert paper_state(bench, "key-00001") == ("unknown", "interrupted")
    assert bench.press("key-00001").ticket["number"] == "A001"
    assert len(bench.tray) == came_out


def test_what_was_not_begun_when_the_power_went_is_printed_then(bench: Bench) -> None:
    bench.device.link.lost("")
    bench.fuse.left = 2
    with pytest.raises(Killed):
        bench.press("key-00001")
    bench.restart()
    bench.run(bench.device.desk.print_waiting())
    assert [paper.number for paper in bench.tray] == ["A001"]
    assert paper_state(bench, "key-00001") == ("printed", "")


def test_what_was_not_begun_and_is_old_is_left_to_whoever_asks(bench: Bench) -> None:
    bench.device.link.lost("")
    bench.fuse.left = 2
    with pytest.raises(Killed):
        bench.press("key-00001")
    bench.times.pass_by(600)
    bench.restart()
    bench.run(bench.device.desk.print_waiting())
    assert bench.tray == []
    assert paper_state(bench, "key-00001") == ("failed", "late")


def test_what_is_printed_tells_the_ticket(bench: Bench, stand_in: StandIn) -> None:
    taken = bench.press("key-00001")
    (paper,) = bench.tray
    assert paper.branch == {"en": "Riverside Branch", "zh": "滨江支行"}
    assert paper.service["en"] == "Deposit and withdraw"
    assert paper.issued_at.isoformat() == "2026-03-02T10:00:00+08:00"
    assert paper.link == f"http://server.test/phone/#{taken.ticket['id']}"
    assert (paper.languages, paper.copy, paper.offline) == (("zh", "en"), False, False)


@pytest.mark.parametrize(
    ("p50_s", "p90_s", "minutes"),
    [(None, None, None), (90, 200, (1, 4)), (1500, 2000, (25, 35)), (0, 0, (0, 0)), (61, 62, (1, 2))],
)
def test_the_wait_on_paper_is_the_one_on_the_screen(
    p50_s: float | None, p90_s: float | None, minutes: tuple[int, int] | None
) -> None:
    assert wait_range(p50_s, p90_s) == minutes
