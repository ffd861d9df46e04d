"""A printer that is not there: keeps the bytes of each paper, and runs low, out, open, slow or unplugged as told."""

import json
import os
import time
from io import BytesIO
from pathlib import Path
from typing import Any

from kiosk.printing import status as said
from kiosk.printing.interpreter import Roll, papers

DOTS_A_MM = 8
_ANSWERS = 0b00010010


class Emulated:
    """A transport to a folder. A paper is `paper-000001.escpos`, a begun one `.part`, a spoilt one `half-…`.

    The folder's `control.json` tells it how to fare, and may change at any moment; every key may be left out:
    `{"paper": "ok|low|out", "left_mm": 40, "cover": "open", "plug": "out", "seconds": 2.0, "jam": true,
    "mute": true, "never_done": true}`. With `left_mm` the roll ends within that paper; `seconds` is what one takes;
    `mute` answers no questions, `never_done` only those about its state.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        for left in folder.glob("*.part"):  # of a program that was ended midway
            left.rename(left.with_name(f"half-{left.stem[-6:]}.escpos"))
        numbers = [int(path.stem[-6:]) for path in folder.glob("*-??????.escpos")]
        self._next = max(numbers, default=0) + 1
        self._roll = Roll()
        self._heard = b""

    def write(self, data: bytes) -> None:
        """Takes a paper or a question. Raises OSError when unplugged."""
        control = self._control()
        if data[:2] == b"\x10\x04":
            self._heard += b"" if control.get("mute") else bytes((self._answer(data[2], control),))
        elif data == said.FORGET:
            self._spoil()
        elif said.trouble({number: self._answer(number, control) for number in said.QUESTIONS}) is None:
            self._take(data, control)

    def read(self) -> bytes:
        self._control()
        heard, self._heard = self._heard, b""
        if not heard:
            time.sleep(0.02)
        return heard

    def is_gone(self) -> bool:
        return False

    def close(self) -> None:
        """Nothing to leave: all is on disk."""

    def _control(self) -> dict[str, Any]:
        control = read_control(self._folder)
        if control.get("plug") == "out":
            raise OSError("the printer is unplugged")
        return control

    def _answer(self, question: int, control: dict[str, Any]) -> int:
        is_out = control.get("paper") == "out"
        is_open = control.get("cover") == "open"
        is_jammed = bool(control.get("jam"))
        bits = {
            said.PRINTER: 0x08 * (is_out or is_open or is_jammed),
            said.OFFLINE_CAUSE: 0x04 * is_open | 0x20 * is_out | 0x40 * is_jammed,
            said.ERROR_CAUSE: 0x08 * is_jammed,
            said.ROLL: 0x6C * is_out | 0x0C * (control.get("paper") == "low"),
        }
        return _ANSWERS | bits.get(question, 0)

    def _take(self, data: bytes, control: dict[str, Any]) -> None:
        """The bytes are on disk before they are printed, as they would be in the printer's own memory."""
        part = self._folder / f"{self._next:06}.part"
        with part.open("ab") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        self._dawdle(float(control.get("seconds", 0)))
        self._roll.feed(data)
        tall = sum(paper.height for paper in self._roll.cut)
        if "left_mm" in control and tall > control["left_mm"] * DOTS_A_MM:
            self._run_out(control)
        elif self._roll.cut:
            self._keep(part, f"paper-{self._next:06}.escpos")
            if self._roll.asked and not control.get("never_done") and not control.get("mute"):
                self._heard += b"\x00"
        self._roll.cut, self._roll.asked = [], 0

    def _dawdle(self, seconds: float) -> None:
        """Printing takes its time, and the plug may be pulled meanwhile."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            time.sleep(min(0.05, seconds))
            self._control()

    def _run_out(self, control: dict[str, Any]) -> None:
        """Until somebody writes that there is paper: a program that starts anew finds the roll as empty as it was."""
        told = {key: value for key, value in control.items() if key != "left_mm"} | {"paper": "out"}
        (self._folder / "control.json").write_text(json.dumps(told), encoding="utf-8")

    def _spoil(self) -> None:
        self._roll.torn_off()
        part = self._folder / f"{self._next:06}.part"
        if part.exists():
            self._keep(part, f"half-{self._next:06}.escpos")

    def _keep(self, part: Path, name: str) -> None:
        part.rename(self._folder / name)
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        self._next += 1


def read_control(folder: Path) -> dict[str, Any]:
    """How the printer in this folder is to fare; a file that is missing or half written says nothing."""
    try:
        return dict(json.loads((folder / "control.json").read_text("utf-8")))
    except (OSError, ValueError):
        return {}


def kept(folder: Path) -> list[Path]:
    """The whole papers in the order in which they came out."""
    return sorted(folder.glob("paper-??????.escpos"))


def last_picture(folder: Path) -> bytes | None:
    """The last whole paper as a PNG, drawn from its bytes; None before the first."""
    newest = kept(folder)[-1:]
    for path in newest:
        *_, picture = papers(path.read_bytes())
        drawn = BytesIO()
        picture.save(drawn, "PNG", optimize=False)
        return drawn.getvalue()
    return None
