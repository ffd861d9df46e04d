"""The bytes for the printer: the picture to the dot, in commands that thermal printers know."""

import random

import pytest
from PIL import Image

from kiosk.printing.encoding import bands, encode
from kiosk.printing.interpreter import NotUnderstood, Roll, papers
from kiosk.printing.layout import WIDTH, lay_out
from tests.kiosk.printing.examples import LINK, link_on, paper

ESC, GS = b"\x1b", b"\x1d"


def speckled(height: int, seed: int) -> Image.Image:
    """Ink anywhere, with stretches of white."""
    dice = random.Random(seed)
    picture = Image.new("1", (WIDTH, height), 255)
    row = 0
    while row < height:
        for _ in range(dice.randrange(40)):
            picture.putpixel((dice.randrange(WIDTH), row), 0)
        row += dice.choice((1, 1, 1, 5, 13, 40))
    return picture


@pytest.mark.parametrize("changes", [{}, {"copy": True}, {"languages": ("en",)}, {"wait_min": None, "link": ""}])
def test_the_printer_prints_the_picture_to_the_dot(changes: dict[str, object]) -> None:
    picture = lay_out(paper(**changes))
    (printed,) = papers(encode(picture))
    assert printed.size == picture.size
    assert printed.tobytes() == picture.tobytes()


@pytest.mark.parametrize("seed", range(5))
def test_any_picture_at_all_is_printed_to_the_dot(seed: int) -> None:
    picture = speckled(700, seed)
    (printed,) = papers(encode(picture))
    assert printed.tobytes() == picture.tobytes()


def test_the_code_is_still_read_from_what_the_bytes_say() -> None:
    (printed,) = papers(encode(lay_out(paper())))
    assert link_on(printed) == LINK


def test_a_paper_begins_with_a_reset_and_ends_with_one_cut() -> None:
    data = encode(lay_out(paper()))
    assert data.startswith(ESC + b"@")
    assert data.endswith(GS + b"VB\x00")
    assert len(list(papers(data * 3))) == 3


def test_white_costs_hardly_a_byte() -> None:
    assert len(encode(Image.new("1", (WIDTH, 800), 255))) < 2000
    assert all(band.height <= 255 for band in bands(speckled(2000, 1)))


def test_bytes_may_come_in_any_pieces() -> None:
    picture = lay_out(paper())
    data, roll = encode(picture), Roll()
    for start in range(0, len(data), 997):
        assert not roll.cut
        roll.feed(data[start : start + 997])
    (printed,) = roll.cut
    assert printed.tobytes() == picture.tobytes()
    assert roll.hanging is None


def test_half_a_paper_hangs_until_it_is_torn_off() -> None:
    data, roll = encode(lay_out(paper())), Roll()
    roll.feed(data[: len(data) // 2])
    assert roll.hanging is not None
    assert not roll.cut
    roll.torn_off()
    roll.feed(data)
    assert len(roll.cut) == 1


def test_what_a_printer_does_not_know_is_no_paper() -> None:
    with pytest.raises(NotUnderstood, match="1f 99"):
        Roll().feed(b"\x1f\x99rubbish")


def test_strips_lie_where_they_are_aligned() -> None:
    strip = GS + b"v0\x00\x01\x00\x01\x00\xff"  # eight dots of ink
    (printed,) = papers(b"".join(ESC + b"a" + bytes((side,)) + strip for side in range(3)) + GS + b"V\x01")
    ink = [[x for x in range(WIDTH) if not printed.getpixel((x, row))] for row in range(3)]
    assert ink == [list(range(8)), list(range(284, 292)), list(range(568, 576))]
