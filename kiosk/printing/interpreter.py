"""Reads ESC/POS as a printer does and draws what it would print: the judge of what our bytes say."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from PIL import Image

WIDTH = 576
_BLANK = 255

_LINE = 30  # dots
_PLAIN = (b"\n", b"\0")
_FEEDS = {b"\x1bJ": 1, b"\x1bd": _LINE}

# What follows a two-byte command that only sets something up: how many bytes to pass over.
_PASSED_OVER = {b"\x1bM": 1, b"\x1bE": 1, b"\x1b-": 1, b"\x1bG": 1, b"\x1bt": 1, b"\x1bR": 1, b"\x1b3": 1}
_PASSED_OVER |= {b"\x1b2": 0, b"\x1dB": 1, b"\x1d!": 1, b"\x1db": 1, b"\x1dP": 2, b"\x10\x04": 1, b"\x10\x05": 1}


class NotUnderstood(ValueError):
    """Bytes that this printer has no meaning for: they would come out as rubbish."""


@dataclass
class Roll:
    """Paper as it comes out: strips since the last cut, and what was cut off.

    `feed` takes bytes in any pieces; a command that is not whole yet waits for its rest.
    """

    cut: list[Image.Image] = field(default_factory=list)
    asked: int = 0  # how often it was asked whether it is done, and has come to there
    _strips: list[Image.Image] = field(default_factory=list)
    _align: int = 0
    _waiting: bytes = b""

    def feed(self, data: bytes) -> None:
        """Prints what the bytes say. Raises NotUnderstood."""
        data = self._waiting + data
        position = 0
        while position < len(data):
            used = self._command(data[position:])
            if not used:
                break
            position += used
        self._waiting = data[position:]

    @property
    def hanging(self) -> Image.Image | None:
        """What is printed and not cut off."""
        return _joined(self._strips) if self._strips else None

    @property
    def is_midway(self) -> bool:
        """Whether a paper has begun and is not cut, be it by half a command."""
        return bool(self._strips or self._waiting)

    def torn_off(self) -> None:
        """Somebody takes away what hangs out; the rest of a command is forgotten too."""
        self._strips, self._waiting = [], b""

    def _command(self, data: bytes) -> int:
        """Carries out the first command and returns its length; 0 when it is not all there yet."""
        if data[:1] in _PLAIN:
            return self._plain(data)
        name = data[:2]
        if name == b"\x1b@":
            return self._with(data, 2, lambda: setattr(self, "_align", 0))
        if name == b"\x1ba":
            return self._with(data, 3, lambda: setattr(self, "_align", data[2] & 3))
        if name in _FEEDS:
            return self._with(data, 3, lambda: self._feed(data[2] * _FEEDS[name]))
        if name == b"\x1dr":
            return self._with(data, 3, lambda: setattr(self, "asked", self.asked + 1))
        if name in _PASSED_OVER:
            return self._with(data, 2 + _PASSED_OVER[name], lambda: None)
        if name in (b"\x1dv", b"\x1dV"):
            return self._raster(data) if name == b"\x1dv" else self._cut(data)
        if name in (b"\x1b", b"\x1d", b"\x10"):
            return 0
        raise NotUnderstood(f"{data[:8].hex(' ')}")

    def _plain(self, data: bytes) -> int:
        """Bytes that stand for themselves: line feeds, and zeros, which are nothing."""
        length = len(data) - len(data.lstrip(data[:1]))
        if data[:1] == b"\n":
            self._feed(length * _LINE)
        return length

    @staticmethod
    def _with(data: bytes, length: int, act: Callable[[], None]) -> int:
        if len(data) < length:
            return 0
        act()
        return length

    def _feed(self, rows: int) -> None:
        if rows:
            self._strips.append(Image.new("1", (WIDTH, rows), _BLANK))

    def _raster(self, data: bytes) -> int:
        """GS v 0: eight dots a byte, a set bit is ink, in its place across the paper."""
        if len(data) < 8:
            return 0
        if data[2:4] not in (b"0\x00", b"\x00\x00"):
            raise NotUnderstood(f"raster in another density: {data[2:4].hex(' ')}")
        across, rows = int.from_bytes(data[4:6], "little"), int.from_bytes(data[6:8], "little")
        length = 8 + across * rows
        if len(data) < length:
            return 0
        picture = Image.frombytes("1", (across * 8, rows), bytes(byte ^ 0xFF for byte in data[8:length]))
        strip = Image.new("1", (WIDTH, rows), _BLANK)
        strip.paste(picture, ((0, (WIDTH - picture.width) // 2, WIDTH - picture.width)[self._align], 0))
        self._strips.append(strip)
        return length

    def _cut(self, data: bytes) -> int:
        """GS V: the plain cuts are one byte, those that feed first have the feed as a second."""
        if len(data) < 3 or (data[2] in (65, 66) and len(data) < 4):
            return 0
        if data[2] not in (0, 1, 48, 49, 65, 66):
            raise NotUnderstood(f"cut {data[2]}")
        if self._strips:
            self.cut.append(_joined(self._strips))
            self._strips = []
        return 4 if data[2] in (65, 66) else 3


def _joined(strips: list[Image.Image]) -> Image.Image:
    paper = Image.new("1", (WIDTH, sum(strip.height for strip in strips)), _BLANK)
    top = 0
    for strip in strips:
        paper.paste(strip, (0, top))
        top += strip.height
    return paper


def papers(data: bytes) -> Iterator[Image.Image]:
    """Each whole paper that these bytes print, in one bit a dot."""
    roll = Roll()
    roll.feed(data)
    yield from roll.cut
