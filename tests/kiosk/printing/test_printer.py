"""The printer as the kiosk uses it, on the emulated one, which answers as a real one does."""

import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from kiosk.printing import Printer, PrinterTrouble, open_printer
from kiosk.printing import printer as printer_module
from kiosk.printing.emulated import Emulated, kept
from kiosk.printing.encoding import encode
from kiosk.printing.interpreter import Roll, papers
from kiosk.printing.layout import lay_out
from kiosk.printing.status import FORGET
from kiosk.printing.transports import Nobody
from tests.kiosk.printing.examples import LINK, fare, link_on, opened, paper

SPOILT = "half-??????.escpos"


@pytest.fixture
def printer(tmp_path: Path) -> Printer:
    return open_printer("emulated", tmp_path / "printer")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "printer"


def refused(printer: Printer, **changes: object) -> str:
    with pytest.raises(PrinterTrouble) as trouble:
        printer.print(paper(**changes))
    assert trouble.value.text
    return trouble.value.code


def test_the_picture_of_the_last_paper_is_what_was_laid_out(printer: Printer, folder: Path) -> None:
    assert printer.picture() is None
    printer.print(paper())
    printer.print(paper(number="A013"))
    picture = opened(printer.picture())
    assert picture.tobytes() == lay_out(paper(number="A013")).tobytes()
    assert link_on(picture) == LINK
    assert len(kept(folder)) == 2


@pytest.mark.parametrize(
    ("control", "code", "state"),
    [
        ({"paper": "out"}, "paper_out", "paper_out"),
        ({"cover": "open"}, "cover_open", "error"),
        ({"plug": "out"}, "unplugged", "error"),
        ({"jam": True}, "error", "error"),
    ],
)
def test_a_printer_in_trouble_says_why_and_prints_when_it_is_mended(
    printer: Printer, folder: Path, control: dict[str, object], code: str, state: str
) -> None:
    fare(folder, **control)
    assert printer.status().state == state
    assert refused(printer) == code
    assert kept(folder) == []
    fare(folder, paper="ok")
    assert printer.status().state == "ok"
    printer.print(paper(copy=True))
    assert opened(printer.picture()).tobytes() == lay_out(paper(copy=True)).tobytes()
    assert len(kept(folder)) == 1


def test_a_roll_that_ends_within_a_paper_spoils_that_one_and_none_else(printer: Printer, folder: Path) -> None:
    printer.print(paper())
    fare(folder, left_mm=40)
    assert refused(printer, number="A013") == "paper_out"
    assert printer.status().state == "paper_out"
    assert refused(printer, number="A013") == "paper_out"
    fare(folder, paper="ok")
    printer.print(paper(number="A013", copy=True))
    assert len(list(folder.glob(SPOILT))) == 1
    assert len(kept(folder)) == 2
    for path in kept(folder):
        assert len(list(papers(path.read_bytes()))) == 1


def test_a_cable_pulled_within_a_paper_is_told_and_the_next_one_begins_clean(printer: Printer, folder: Path) -> None:
    fare(folder, seconds=5)
    pulled = threading.Timer(0.3, lambda: fare(folder, plug="out"))
    pulled.start()
    assert refused(printer) == "unplugged"
    pulled.join()
    fare(folder)
    assert printer.status().state == "ok"
    printer.print(paper(number="A013"))
    assert opened(printer.picture()).tobytes() == lay_out(paper(number="A013")).tobytes()
    assert (len(kept(folder)), len(list(folder.glob(SPOILT)))) == (1, 1)


def test_a_printer_that_forgets_nothing_ends_the_half_picture_and_cuts_it_off(tmp_path: Path) -> None:
    """A real one keeps half a command through a pulled cable, and takes what comes next for the rest of it."""
    roll, whole = Roll(), encode(lay_out(paper()))

    class Deaf(Nobody):
        may_hear = len(whole) // 2

        def write(self, data: bytes) -> None:
            if data[:2] == b"\x10\x04" or data == FORGET:
                return
            heard, self.may_hear = data[: self.may_hear], 1 << 30
            roll.feed(heard)
            if len(heard) < len(data):
                raise OSError("pulled")

    printer = Printer(Deaf)
    assert refused(printer) == "unplugged"
    assert roll.is_midway
    Deaf.may_hear = 1 << 30
    printer.print(paper(number="A013"))
    half, next_one = roll.cut
    assert half.height < lay_out(paper()).height + 255
    assert next_one.tobytes() == lay_out(paper(number="A013")).tobytes()
    printer.print(paper(number="A014"))
    assert len(roll.cut) == 3


def test_a_fault_of_our_own_is_not_taken_for_a_pulled_cable(
    printer: Printer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(printer_module, "encode", lambda picture: b"\x1f\x99rubbish")
    assert refused(printer) == "error"


def test_a_roll_near_its_end_still_prints(printer: Printer, folder: Path) -> None:
    fare(folder, paper="low")
    printer.print(paper())
    assert printer.status().state == "paper_low"
    assert len(kept(folder)) == 1


def test_a_printer_that_cannot_answer_counts_as_well(printer: Printer, folder: Path) -> None:
    fare(folder, mute=True)
    assert printer.status().state == "ok"
    printer.print(paper())
    assert len(kept(folder)) == 1


def test_a_printer_that_never_says_it_is_done_is_believed_when_it_is_well(folder: Path) -> None:
    printer = Printer(lambda: Emulated(folder), done_seconds=0.2)
    fare(folder, never_done=True)
    for _ in range(3):
        printer.print(paper())
    assert len(kept(folder)) == 3
    fare(folder, never_done=True, left_mm=10)
    assert refused(printer) == "paper_out"


def test_while_a_paper_is_printed_the_state_is_told_at_once_and_another_paper_waits_its_turn(
    printer: Printer, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fare(folder, seconds=0.5)
    first = threading.Thread(target=printer.print, args=(paper(),))
    first.start()
    until = time.monotonic() + 5
    while not list(folder.glob("*.part")) and time.monotonic() < until:
        time.sleep(0.01)
    assert printer.status().state == "ok"
    monkeypatch.setattr(printer_module, "TURN_SECONDS", 0.05)
    assert refused(printer) == "busy"
    assert first.is_alive()
    monkeypatch.setattr(printer_module, "TURN_SECONDS", 10)
    printer.print(paper())
    first.join()
    assert len(kept(folder)) == 2


def test_papers_asked_for_at_once_come_out_one_by_one(printer: Printer, folder: Path) -> None:
    threads = [threading.Thread(target=printer.print, args=(paper(number=f"A{n:03}"),)) for n in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    printed = {next(papers(path.read_bytes())).tobytes() for path in kept(folder)}
    assert printed == {lay_out(paper(number=f"A{n:03}")).tobytes() for n in range(5)}


def test_a_program_killed_within_a_paper_leaves_no_whole_one(folder: Path) -> None:
    fare(folder, seconds=30)
    script = (
        "import sys; from pathlib import Path; from kiosk.printing import open_printer;"
        "from tests.kiosk.printing.examples import paper; open_printer('emulated', Path(sys.argv[1])).print(paper())"
    )
    with subprocess.Popen([sys.executable, "-c", script, str(folder)]) as killed:
        until = time.monotonic() + 30
        while not list(folder.glob("*.part")) and time.monotonic() < until:
            time.sleep(0.05)
        killed.kill()
    assert kept(folder) == []
    fare(folder)
    printer = open_printer("emulated", folder)
    printer.print(paper(copy=True))
    assert [path.name for path in sorted(folder.glob("*.escpos"))] == ["half-000001.escpos", "paper-000002.escpos"]


def test_a_kiosk_without_a_printer_is_well_until_somebody_wants_paper(tmp_path: Path) -> None:
    printer = open_printer("none", tmp_path)
    assert printer.status().state == "ok"
    assert refused(printer) == "unplugged"
    assert printer.picture() is None
    printer.close()


@pytest.mark.parametrize("spec", ["", "lpt1", "usb", "network:", "pigeon:home"])
def test_what_is_no_printer_is_refused_when_the_kiosk_starts(spec: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="is no printer"):
        open_printer(spec, tmp_path)
