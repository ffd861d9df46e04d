"""What is said to a board: two line protocols as bytes, and how a board's answer is read."""

from typing import Literal, Protocol

Verdict = Literal["ok", "no"]

STX, ETX, ENQ, ACK, NAK = b"\x02", b"\x03", b"\x05", b"\x06", b"\x15"
LONGEST_NUMBER = 8


class Framing(Protocol):
    """Pure. Each order is answered by the board before the next is sent."""

    def show(self, address: int, number: str, counter: int, blink_s: int) -> bytes:
        """Shows the number and the counter; blinks for so long first, 0 for not at all."""

    def clear(self, address: int) -> bytes:
        """Dark."""

    def ask(self, address: int) -> bytes:
        """Are you there? Changes nothing."""

    def verdict(self, answer: bytes) -> Verdict | None:
        """What the board has answered so far; None while more must come."""


def plain(number: str) -> str:
    """What every board can show: capitals, digits and dashes."""
    return "".join(c for c in number.upper() if c.isascii() and (c.isalnum() or c == "-"))[:LONGEST_NUMBER]


class Lines:
    """Callboard's own: readable lines of ASCII, each ended by CR LF.

    SHOW <address> <number> <counter> <blink seconds>   e.g. SHOW 1 A012 3 8
    CLEAR <address>
    PING <address>

    The board answers each with OK, or with NO and a word why.
    """

    def show(self, address: int, number: str, counter: int, blink_s: int) -> bytes:
        return f"SHOW {address} {plain(number) or '-'} {counter} {blink_s}\r\n".encode("ascii")

    def clear(self, address: int) -> bytes:
        return f"CLEAR {address}\r\n".encode("ascii")

    def ask(self, address: int) -> bytes:
        return f"PING {address}\r\n".encode("ascii")

    def verdict(self, answer: bytes) -> Verdict | None:
        if b"\n" not in answer:
            return "no" if len(answer) > 200 else None
        return "ok" if answer.split(b"\n", 1)[0].strip() == b"OK" else "no"


class Checked:
    """The framing of many industrial displays: STX, text, ETX, and a check byte (XOR of all from the text to ETX).

    The text is two digits of address, a command letter and its data:
    W shows, data are the number in 8 places, the counter in 3 and the seconds to blink in 3, filled up with
    spaces on the left; E makes it dark. A bare ENQ asks whether it is there. The answer is one byte: ACK or NAK.
    """

    def show(self, address: int, number: str, counter: int, blink_s: int) -> bytes:
        return self._frame(f"{address:02d}W{plain(number):>8}{counter:>3}{blink_s:>3}")

    def clear(self, address: int) -> bytes:
        return self._frame(f"{address:02d}E")

    def ask(self, address: int) -> bytes:
        return ENQ

    def verdict(self, answer: bytes) -> Verdict | None:
        if not answer:
            return None
        return "ok" if answer[:1] == ACK else "no"

    @staticmethod
    def _frame(text: str) -> bytes:
        checked = text.encode("ascii") + ETX
        return STX + checked + bytes([check_byte(checked)])


def check_byte(checked: bytes) -> int:
    found = 0
    for byte in checked:
        found ^= byte
    return found


FRAMINGS: dict[str, type[Framing]] = {"lines": Lines, "checked": Checked}
