"""The real ways to a printer: a network printer and a serial one that the test plays, a file, and one not there."""

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.printing import PrinterTrouble, open_printer
from kiosk.printing.emulated import Emulated, kept
from kiosk.printing.interpreter import papers
from kiosk.printing.layout import lay_out
from kiosk.printing.library import library
from kiosk.printing.status import ARE_YOU_DONE, FORGET
from tests.kiosk.printing.examples import fare, paper

QUESTION = b"\x10\x04"


class Played:
    """The emulated printer behind a line: its bytes come in pieces, and its answers go back."""

    def __init__(self, folder: Path) -> None:
        self.emulated = Emulated(folder)
        self._unread = b""

    def hears(self, data: bytes) -> bytes:
        self._unread += data
        answer = b""
        while self._unread:
            length = self._whole()
            if not length:
                break
            self.emulated.write(self._unread[:length])
            self._unread = self._unread[length:]
            answer += self.emulated.read()
        return answer

    def _whole(self) -> int:
        """The length of the first message that is all there."""
        if self._unread.startswith(QUESTION):
            return 3 if len(self._unread) >= 3 else 0
        if self._unread.startswith(FORGET):
            return len(FORGET)
        for ending in (b"\x1dVB\x00" + ARE_YOU_DONE, b"\x1dVB\x00"):
            if ending in self._unread:
                return self._unread.index(ending) + len(ending)
        return 0


class NetworkPrinter:
    """Takes one line after another, as such printers do; hangs up when told to, also within a paper."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.hang_up_after = 1 << 30
        self.lines = 0
        self._played = Played(folder)
        self._door = socket.create_server(("127.0.0.1", 0))
        self.spec = f"network:127.0.0.1:{self._door.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._door.close()

    def _serve(self) -> None:
        while True:
            try:
                line, _ = self._door.accept()
            except OSError:
                return
            self.lines += 1
            with line:
                self._talk(line)

    def _talk(self, line: socket.socket) -> None:
        heard = 0
        while heard < self.hang_up_after and (data := line.recv(4096)):
            heard += len(data)
            if answer := self._played.hears(data):
                line.sendall(answer)
        self._played = Played(self.folder)


@pytest.fixture
def network(tmp_path: Path) -> Iterator[NetworkPrinter]:
    played = NetworkPrinter(tmp_path / "network")
    yield played
    played.close()


def test_a_network_printer_prints_and_answers(network: NetworkPrinter, tmp_path: Path) -> None:
    printer = open_printer(network.spec, tmp_path)
    printer.print(paper())
    (kept_path,) = kept(network.folder)
    (printed,) = papers(kept_path.read_bytes())
    assert printed.tobytes() == lay_out(paper()).tobytes()
    fare(network.folder, paper="low")
    assert printer.status().state == "paper_low"
    fare(network.folder, cover="open")
    with pytest.raises(PrinterTrouble, match="cover_open"):
        printer.print(paper())
    printer.close()


def test_a_network_printer_that_hung_up_in_the_night_is_called_again(network: NetworkPrinter, tmp_path: Path) -> None:
    printer = open_printer(network.spec, tmp_path)
    network.hang_up_after = 3
    printer.status()
    network.hang_up_after = 1 << 30
    printer.print(paper())
    assert network.lines >= 2
    assert len(kept(network.folder)) == 1
    printer.close()


def test_a_line_cut_within_a_paper_is_told_and_the_next_paper_is_whole(
    network: NetworkPrinter, tmp_path: Path
) -> None:
    printer = open_printer(network.spec, tmp_path)
    network.hang_up_after = 9000
    with pytest.raises(PrinterTrouble, match="unplugged"):
        printer.print(paper())
    network.hang_up_after = 1 << 30
    assert kept(network.folder) == []
    printer.print(paper(copy=True))
    (kept_path,) = kept(network.folder)
    assert next(papers(kept_path.read_bytes())).tobytes() == lay_out(paper(copy=True)).tobytes()
    printer.close()


def test_a_silent_network_printer_is_asked_once_and_prints(network: NetworkPrinter, tmp_path: Path) -> None:
    fare(network.folder, mute=True)
    printer = open_printer(network.spec, tmp_path)
    printer.print(paper())
    printer.close()
    until = threading.Event()
    for _ in range(100):
        if kept(network.folder):
            break
        until.wait(0.05)
    assert len(kept(network.folder)) == 1


def test_a_serial_printer_prints_and_answers(tmp_path: Path) -> None:
    ours, theirs = os.openpty()
    played = Played(tmp_path / "serial")

    def play() -> None:
        while True:
            try:
                if answer := played.hears(os.read(ours, 4096)):
                    os.write(ours, answer)
            except OSError:
                return

    threading.Thread(target=play, daemon=True).start()
    printer = open_printer(f"serial:{os.ttyname(theirs)}:115200", tmp_path)
    printer.print(paper())
    assert printer.status().state == "ok"
    printer.close()
    os.close(theirs)
    os.close(ours)
    (kept_path,) = kept(tmp_path / "serial")
    assert next(papers(kept_path.read_bytes())).tobytes() == lay_out(paper()).tobytes()


def test_a_file_gets_the_bytes_of_each_paper(tmp_path: Path) -> None:
    printer = open_printer(f"file:{tmp_path / 'lp0'}", tmp_path)
    printer.print(paper())
    printer.print(paper(number="A013"))
    assert printer.status().state == "ok"
    printer.close()
    assert len(list(papers((tmp_path / "lp0").read_bytes()))) == 2


@pytest.mark.parametrize(
    "spec", ["network:127.0.0.1:9", "serial:/dev/nowhere:9600", "file:/nowhere/lp0", "usb:04b8:0e15"]
)
def test_a_printer_that_is_not_there_is_unplugged_and_not_a_reason_to_stop(spec: str, tmp_path: Path) -> None:
    printer = open_printer(spec, tmp_path)
    assert printer.status().state == "error"
    assert printer.status().note
    with pytest.raises(PrinterTrouble, match="unplugged"):
        printer.print(paper())
    printer.close()


def test_the_library_leaves_no_folder_behind_and_sets_up_nobodys_logging(tmp_path: Path) -> None:
    script = (
        "import logging, sys; from pathlib import Path; from kiosk.printing import open_printer;"
        "open_printer('none', Path('.')); assert 'escpos.printer' in sys.modules; assert not logging.root.handlers"
    )
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    subprocess.run([sys.executable, "-c", script], check=True, env=environment, timeout=60)
    assert list(tmp_path.iterdir()) == []


def test_a_library_that_cannot_be_loaded_is_trouble_and_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    library.cache_clear()
    with monkeypatch.context() as patched:
        patched.setattr("tempfile.TemporaryDirectory", full)
        printer = open_printer("emulated", tmp_path)
        with pytest.raises(PrinterTrouble, match="No space left"):
            printer.print(paper())
    printer.print(paper())
    assert len(kept(tmp_path)) == 1
