"""What a printer says of itself: the bytes of its real-time status (DLE EOT n), and what they mean to us."""

from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "paper_low", "paper_out", "error"]
Code = Literal["paper_out", "cover_open", "unplugged", "error", "busy"]

# Asked one by one: answers carry no name, and some printers swallow one of several.
PRINTER, OFFLINE_CAUSE, ERROR_CAUSE, ROLL = 1, 2, 3, 4
QUESTIONS = (ROLL, OFFLINE_CAUSE, ERROR_CAUSE, PRINTER)

# "Tell me when you have come to here": answered in turn with what was printed, not at once (GS r 1).
ARE_YOU_DONE = b"\x1dr\x01"
# Forget what you were printing (DLE ENQ 2, then DLE DC4 8): else the rest of a failed paper comes out of a refilled
# printer, and there are two of one number. A printer that knows neither ignores both: no byte of them is printed.
FORGET = b"\x10\x05\x02" + b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"

# And for a printer that knows neither: enough nothing to end any picture it still waits for, or the next paper's
# first bytes are taken for the rest of it. Then, where half a paper hangs out, a cut: else it hangs on the next one.
FILL_UP = bytes(72 * 255) + b"\x1b@"
CUT_OFF = b"\x1dVB\x00"


@dataclass(frozen=True, slots=True)
class PrinterStatus:
    """How the printer is; `note` says more in plain English, for the log and the operator."""

    state: State
    note: str = ""


class PrinterTrouble(Exception):
    """The paper did not come out, or not whole. `code` is for the program, `text` for the operator."""

    def __init__(self, code: Code, text: str) -> None:
        super().__init__(f"{code}: {text}")
        self.code: Code = code
        self.text = text


def question(number: int) -> bytes:
    """DLE EOT n."""
    return bytes((0x10, 0x04, number))


def is_answer(byte: int) -> bool:
    """Whether this is an answer to DLE EOT: two bits are always set and two never."""
    return byte & 0b10010011 == 0b00010010


def is_done(byte: int) -> bool:
    """Whether this is an answer to ARE_YOU_DONE."""
    return byte & 0b10010000 == 0


# Of each question: the bit, what it means, in the order of what to tell first.
_TROUBLES: dict[int, tuple[tuple[int, Code, str], ...]] = {
    ROLL: ((0x60, "paper_out", "the roll is empty"),),
    OFFLINE_CAUSE: ((0x04, "cover_open", "the cover is open"), (0x20, "paper_out", "stopped: the roll is empty")),
    ERROR_CAUSE: (
        (0x08, "error", "the cutter is jammed"),
        (0x20, "error", "a fault that only switching off mends"),
        (0x40, "error", "too hot, or another fault that mends itself"),
    ),
    PRINTER: ((0x08, "error", "offline"),),
}
_NEAR_END = 0x0C


def trouble(answers: dict[int, int]) -> PrinterTrouble | None:
    """What keeps it from printing, by its answers to the questions; a question left out is no trouble."""
    for number in (OFFLINE_CAUSE, ROLL, ERROR_CAUSE, PRINTER):
        for bits, code, text in _TROUBLES[number]:
            if answers.get(number, 0) & bits:
                return PrinterTrouble(code, text)
    return None


def status(answers: dict[int, int]) -> PrinterStatus:
    """The same as a state: a printer that answers nothing is taken to be well."""
    found = trouble(answers)
    if found is not None:
        return PrinterStatus("paper_out" if found.code == "paper_out" else "error", found.text)
    if answers.get(ROLL, 0) & _NEAR_END:
        return PrinterStatus("paper_low", "the roll is near its end")
    return PrinterStatus("ok")
