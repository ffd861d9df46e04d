"""The letters of a paper: one typeface with Chinese, in slices as browsers take it, each opened when first needed."""

import json
import logging
import re
from functools import cache, lru_cache
from itertools import groupby
from pathlib import Path

from PIL import ImageFont

FOLDER = Path(__file__).with_name("vendor")
REGULAR, BOLD, BLACK = 500, 700, 900

_SPAN = re.compile(r"U\+([0-9a-fA-F]+)(?:-([0-9a-fA-F]+))?")
PLAIN = "latin"
_MEASURED_AT = 100

log = logging.getLogger(__name__)
Face = ImageFont.FreeTypeFont | ImageFont.ImageFont


@cache
def _slices() -> dict[int, str]:
    """Which slice draws which character; the later name wins, as in a style sheet, so that Latin is Latin's."""
    index = FOLDER / "unicode.json"
    if not index.is_file():
        # A paper with the number and Latin words is worth more than none.
        log.error(
            "no typeface for tickets in %s: install Callboard with its build hook; until then no Chinese", FOLDER
        )
        return dict.fromkeys(range(32, 127), PLAIN)
    table: dict[int, str] = {}
    for name, ranges in json.loads(index.read_text("utf-8")).items():
        for first, last in _SPAN.findall(ranges):
            table.update(dict.fromkeys(range(int(first, 16), int(last or first, 16) + 1), name.strip("[]")))
    return table


# A day's papers use a few dozen slices in some ten sizes; each open one holds about 100 kB.
@lru_cache(maxsize=512)
def _face(name: str, size: int, weight: int) -> Face:
    path = FOLDER / f"noto-sans-sc-{name}-wght-normal.woff2"
    if not path.is_file():
        return ImageFont.load_default(size)
    face = ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC)
    face.set_variation_by_axes([weight])
    return face


def draws(text: str) -> bool:
    """Whether the typeface has every letter of it."""
    return all(ord(character) in _slices() for character in text)


def runs(text: str, size: int, weight: int) -> list[tuple[str, Face]]:
    """The text in pieces that one slice can draw, each with that slice; what none can draw becomes '?'."""
    table = _slices()
    known = "".join(character if ord(character) in table else "?" for character in text)
    return [
        ("".join(piece), _face(name, size, weight))
        for name, piece in groupby(known, key=lambda character: table.get(ord(character), PLAIN))
    ]


@lru_cache(maxsize=4096)
def _advance(character: str, weight: int) -> float:
    """How far it moves the next one, as a part of the size: measured once, as opening a face takes time."""
    ((piece, face),) = runs(character, _MEASURED_AT, weight)
    return float(face.getlength(piece)) / _MEASURED_AT


def width(text: str, size: int, weight: int) -> int:
    """Dots from the first letter's left to the last one's right."""
    return round(sum(_advance(character, weight) for character in text) * size)
