"""Lines of text on a strip of paper: broken where the language allows, made smaller, and cut short only at last."""

import re
from dataclasses import dataclass

from PIL import ImageDraw

from kiosk.printing import fonts

INK, BLANK = 0, 255
# Letters are measured large and drawn small, each moved to a whole dot: a line may come out a little longer.
_ROOM = 0.98
# A Latin word holds together; Chinese may break after any character, but no line begins with a closing mark.
_PIECE = re.compile(r"[!-~À-ÿ]+[，。、）：；！？」』》”’]*|\s+|.[，。、）：；！？」』》”’]*")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of letters, standing alone: its size in dots and its weight (100 to 900)."""

    text: str
    size: int
    weight: int

    @property
    def width(self) -> int:
        return fonts.width(self.text, self.size, self.weight)

    @property
    def height(self) -> int:
        """Ascent and descent; Chinese fills it, Latin has air in it."""
        return round(self.size * 1.25)

    def draw(self, on: ImageDraw.ImageDraw, x: float, top: int, fill: int = INK) -> None:
        """Draws it with its left edge at x, its box beginning at `top`."""
        baseline = top + round(self.size * 1.02)
        for piece, face in fonts.runs(self.text, self.size, self.weight):
            on.text((x, baseline), piece, font=face, fill=fill, anchor="ls")
            x += face.getlength(piece)


def fitted(text: str, widest: int, size: int, weight: int, smallest: int, rows: int = 1) -> list[Line]:
    """The text in at most so many lines, of even length; what does not fit at the smallest size is cut short

    One line a little smaller reads better than two, of which the second is a single word.
    """
    widest = int(widest * _ROOM)
    whole = max(smallest, round(size * 0.78)) if rows > 1 else smallest
    for allowed, least in ((1, whole), (rows, smallest)):
        for tried in range(size, least - 1, -2):
            broken = _broken(text, widest, tried, weight)
            if len(broken) <= allowed and all(line.width <= widest for line in broken):
                return _evened(text, broken)
    kept = _broken(text, widest, smallest, weight)[:rows]
    last, tail = kept[-1].text, "..." if kept[-1].text.isascii() else "…"  # a Chinese … stands at half height
    while len(last) > 1 and fonts.width(last + tail, smallest, weight) > widest:
        last = last[:-1].rstrip()
    return [*kept[:-1], Line(last + tail, smallest, weight)]


def _evened(text: str, broken: list[Line]) -> list[Line]:
    """The same text in as many lines on the narrowest strip that holds them: no single word at the end."""
    narrow, wide = max(line.width for line in broken) // 2, max(line.width for line in broken)
    while len(broken) > 1 and wide - narrow > 8:
        middle = (narrow + wide) // 2
        tried = _broken(text, middle, broken[0].size, broken[0].weight)
        if len(tried) == len(broken) and all(line.width <= middle for line in tried):
            broken, wide = tried, middle
        else:
            narrow = middle
    return broken


def _broken(text: str, widest: int, size: int, weight: int) -> list[Line]:
    rows = [""]
    for piece in _PIECE.findall(text):
        if rows[-1] and fonts.width((rows[-1] + piece).rstrip(), size, weight) > widest:
            rows.append("")
        rows[-1] += piece if rows[-1] else piece.lstrip()
    return [Line(row.rstrip(), size, weight) for row in rows if row.strip()] or [Line("", size, weight)]
