"""A reader on a serial line: one card a line, whatever noise there is between and within them."""

from functools import reduce
from operator import xor

LONGEST = 256
# A reader sends a card in one go: what is older than this when the next byte comes was cut short.
LONGEST_PAUSE = 1.0
_START, _ENDS = 0x02, (0x03, 0x0A, 0x0D)


class Lines:
    """Cuts bytes into lines: each ends with CR, LF or ETX; STX begins anew. Half, overlong and unclean ones are lost.

    With `checksum` each line must end in `*` and two hexadecimal digits: all bytes before it, by exclusive or.
    """

    def __init__(self, checksum: bool = False) -> None:
        self._checksum = checksum
        self._bytes = bytearray()
        self._is_clean = True
        self._last = float("-inf")

    def feed(self, data: bytes, at: float) -> list[str]:
        """The lines that these bytes, come at this time in seconds, complete."""
        if not 0 <= at - self._last <= LONGEST_PAUSE:
            self._anew()
        self._last = at
        return [line for byte in data if (line := self._next(byte))]

    def _next(self, byte: int) -> str | None:
        line = None
        if byte in _ENDS:
            line = self._checked(bytes(self._bytes)) if self._is_clean else None
        if byte == _START or byte in _ENDS:
            self._anew()
        elif 0x20 <= byte <= 0x7E and len(self._bytes) < LONGEST:
            self._bytes.append(byte)
        else:
            self._is_clean = False
        return line

    def _anew(self) -> None:
        self._bytes.clear()
        self._is_clean = True

    def _checked(self, line: bytes) -> str | None:
        if not self._checksum:
            return line.decode("ascii")
        body, _, told = line.rpartition(b"*")
        return body.decode("ascii") if told.upper() == b"%02X" % reduce(xor, body, 0) else None
