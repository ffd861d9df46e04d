"""A paper to print, and the reading of one that was printed."""

import json
import re
from dataclasses import replace
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import zxingcpp
from PIL import Image

from kiosk.printing.paper import Paper

LINK = "https://queue.example.com/phone/#k3J9x2QpLmT7vWz0aBcD"
PAPER = Paper(
    branch={"zh": "人民路支行", "en": "People's Road Branch"},
    number="A012",
    service={"zh": "现金业务", "en": "Cash services"},
    ahead=3,
    wait_min=(8, 15),
    issued_at=datetime(2026, 11, 22, 9, 12, tzinfo=ZoneInfo("Asia/Shanghai")),
    link=LINK,
    languages=("zh", "en"),
)


def paper(**changes: Any) -> Paper:
    return replace(PAPER, **changes)


def link_on(picture: Image.Image) -> str:
    """What a phone reads."""
    (code,) = zxingcpp.read_barcodes(picture.convert("L"))
    return str(code.text)


def code_mm(picture: Image.Image) -> float:
    """How wide the code is on paper."""
    (code,) = zxingcpp.read_barcodes(picture.convert("L"))
    left, right = re.findall(r"(\d+)x", str(code.position))[:2]
    return (int(right) - int(left)) / 8


def opened(png: bytes | None) -> Image.Image:
    assert png is not None
    return Image.open(BytesIO(png))


def fare(folder: Path, **control: object) -> None:
    """Tells the emulated printer in this folder how to fare."""
    folder.mkdir(exist_ok=True)
    (folder / "control.json").write_text(json.dumps(control), encoding="utf-8")


def dark(picture: Image.Image, box: tuple[int, int, int, int]) -> int:
    """Dots of ink within left, top, right, bottom."""
    return picture.convert("L").crop(box).histogram()[0]


def bands_of_ink(picture: Image.Image) -> list[tuple[int, int]]:
    """From the top: each stretch of rows with ink in them."""
    grey = picture.convert("L")
    rows = [grey.crop((0, row, grey.width, row + 1)).getextrema()[0] == 0 for row in range(grey.height)]
    starts = [row for row in range(len(rows)) if rows[row] and (row == 0 or not rows[row - 1])]
    return [(start, [*rows, False].index(False, start)) for start in starts]
