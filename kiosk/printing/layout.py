"""How a ticket looks: a column of blocks, 80 mm wide, at 8 dots to the millimetre, black on white."""

from collections.abc import Iterator

from PIL import Image, ImageDraw

from kiosk.printing import fonts
from kiosk.printing.code import code
from kiosk.printing.lines import BLANK, INK, Line, fitted
from kiosk.printing.paper import Paper
from kiosk.printing.words import FIRST, said, wait, words

WIDTH = 576  # what an 80 mm head prints at 203 dots to the inch
MARGIN = 18
QUIET = 30  # four squares of white about the code
INSIDE = WIDTH - 2 * MARGIN
GUTTER = 10
# Half of full ink: thin strokes of small Chinese stay whole, and neighbours do not run together.
THRESHOLD = 150

Block = Image.Image


def lay_out(paper: Paper) -> Image.Image:
    """The paper as a picture of one bit a dot, WIDTH dots wide and as long as it needs to be."""
    languages = _drawable(paper.languages)
    blocks = list(_blocks(paper, languages))
    page = Image.new("L", (WIDTH, sum(gap + block.height for gap, block in blocks) + 16), BLANK)
    top = 0
    for gap, block in blocks:
        page.paste(block, (0, top + gap))
        top += gap + block.height
    return page.point(lambda tone: 255 if tone > THRESHOLD else 0, mode="1")


def _drawable(languages: tuple[str, ...]) -> tuple[str, ...]:
    """The languages whose letters there are: question marks tell nobody anything."""
    return tuple(name for name in languages if fonts.draws(words(name)["wait_unknown"])) or (FIRST,)


def _blocks(paper: Paper, languages: tuple[str, ...]) -> Iterator[tuple[int, Block]]:
    """Each block with the blank above it."""
    if paper.copy:
        yield 0, _banner("  ".join(words(language)["copy"] for language in languages))
    yield 10, _names(paper.branch, languages, 36, 28)
    yield 16, _rule()
    yield 14, _centred([Line("  ".join(words(language)["your_number"] for language in languages), 28, fonts.REGULAR)])
    yield 14, _number(paper.number)
    yield 18, _names(paper.service, languages, 46, 32)
    yield 18, _rule()
    yield 16, _waits(paper, languages)
    yield 18, _rule()
    yield 20, _foot(paper, languages)


def _blank(height: int) -> tuple[Block, ImageDraw.ImageDraw]:
    block = Image.new("L", (WIDTH, height), BLANK)
    return block, ImageDraw.Draw(block)


def _rule() -> Block:
    block, draw = _blank(3)
    draw.rectangle((MARGIN, 0, WIDTH - MARGIN - 1, 2), fill=INK)
    return block


def _banner(text: str) -> Block:
    """White on black: a second paper with the same number must not pass for the first."""
    block, draw = _blank(60)
    line = Line(text, 38, fonts.BOLD)
    draw.rectangle((0, 0, WIDTH, 60), fill=INK)
    line.draw(draw, (WIDTH - line.width) / 2, 6, fill=BLANK)
    return block


def _centred(lines: list[Line], left: int = 0, right: int = WIDTH) -> Block:
    block, draw = _blank(sum(line.height for line in lines))
    top = 0
    for line in lines:
        line.draw(draw, left + (right - left - line.width) / 2, top)
        top += line.height
    return block


def _names(name: dict[str, str], languages: tuple[str, ...], first: int, other: int) -> Block:
    """A name in each language, the first one larger; the same words are not said twice."""
    lines: list[Line] = []
    told: set[str] = set()
    for language in languages:
        text = said(name, language)
        if text in told:
            continue
        size, weight = (other, fonts.REGULAR) if told else (first, fonts.BOLD)
        lines += fitted(text, INSIDE, size, weight, smallest=26, rows=2)
        told.add(text)
    return _centred(lines)


def _number(number: str) -> Block:
    """As large as the paper is wide, up to 21 mm high: read at arm's length without glasses."""
    line = fitted(number, INSIDE - 12, 224, fonts.BLACK, smallest=60)[0]
    whole, draw = _blank(line.height)
    line.draw(draw, (WIDTH - line.width) / 2, 0)
    # By its ink, not by its letters' boxes: at this size their different side bearings are 2 mm.
    ink = whole.crop(whole.point(lambda tone: BLANK - tone).getbbox())
    block, _ = _blank(ink.height)
    block.paste(ink, ((WIDTH - ink.width) // 2, 0))
    return block


def _waits(paper: Paper, languages: tuple[str, ...]) -> Block:
    """People ahead on the left and the wait on the right; one of them alone is centred."""
    ahead = [] if paper.ahead is None else [_ahead(language, paper.ahead) for language in languages]
    waits = [_wait(language, paper.wait_min) for language in languages]
    if not ahead:
        return _centred(_stack(waits, INSIDE))
    middle = MARGIN + round(INSIDE * _share(ahead, waits))
    left = _centred(_stack(ahead, middle - MARGIN - GUTTER), MARGIN, middle - GUTTER)
    right = _centred(_stack(waits, WIDTH - MARGIN - middle - GUTTER), middle + GUTTER, WIDTH - MARGIN)
    block, draw = _blank(max(left.height, right.height))
    block.paste(left.crop((0, 0, middle, left.height)), (0, (block.height - left.height) // 2))
    block.paste(right.crop((middle, 0, WIDTH, right.height)), (middle, (block.height - right.height) // 2))
    draw.line((middle, 6, middle, block.height - 6), fill=INK, width=2)
    return block


def _share(left: list[str], right: list[str]) -> float:
    """The left column's part of the width, by how much it has to say."""
    needed = [fonts.width(side[0], 40, fonts.BOLD) + 2 * GUTTER for side in (left, right)]
    return min(max(needed[0] / sum(needed), 0.34), 0.5)


def _ahead(language: str, people: int) -> str:
    return words(language)["ahead" if people else "ahead_none"].format(n=people)


def _wait(language: str, minutes: tuple[int, int] | None) -> str:
    return wait(language, minutes) if minutes else words(language)["wait_unknown"]


def _stack(texts: list[str], widest: int) -> list[Line]:
    first, *others = texts
    lines = fitted(first, widest, 42, fonts.BOLD, smallest=26, rows=2)
    for text in others:
        lines += fitted(text, widest, 30, fonts.REGULAR, smallest=22, rows=2)
    return lines


def _foot(paper: Paper, languages: tuple[str, ...]) -> Block:
    """The code on the left, what it is for and the time on the right; without a link the time alone."""
    day, hour = paper.issued_at.strftime("%Y-%m-%d"), paper.issued_at.strftime("%H:%M")
    if not paper.link:
        return _centred([Line(f"{day}  {hour}", 34, fonts.BOLD)])
    picture = code(paper.link)
    left = QUIET + picture.width + QUIET
    lines: list[Line] = []
    for place, language in enumerate(languages):
        size, weight = (28, fonts.REGULAR) if place else (34, fonts.BOLD)
        lines += fitted(words(language)["scan"], WIDTH - MARGIN - left, size, weight, smallest=24, rows=3)
    time = [Line(hour, 46, fonts.BOLD), Line(day, 30, fonts.REGULAR)]
    block, draw = _blank(max(picture.height, sum(line.height for line in [*lines, *time]) + 12))
    block.paste(picture, (QUIET, 0))
    top = 0
    for line in lines:
        line.draw(draw, left, top)
        top += line.height
    top = block.height - sum(line.height for line in time)
    for line in time:
        line.draw(draw, left, top)
        top += line.height
    return block
