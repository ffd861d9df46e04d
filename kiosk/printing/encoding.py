"""From a picture to the bytes that make a thermal printer print it, by python-escpos."""

from collections.abc import Iterator

from PIL import Image, ImageChops

from kiosk.printing.library import library

# A profile with a head of 576 dots: without one the library writes a warning to the screen for each picture.
PROFILE = "TM-T20II"
_RESET = b"\x1b@"
# White shorter than this is printed with its band: each command costs some printers a halt.
_SHORTEST_GAP = 12
_TALLEST = 255


def encode(picture: Image.Image) -> bytes:
    """One whole paper: reset, the picture in bands, cut. A band is as wide as its ink; white costs hardly a byte."""
    printer = library().Dummy(profile=PROFILE)
    printer._raw(_RESET)
    printer.set(align="center")
    for band in bands(picture):
        printer.image(band, impl="bitImageRaster")
    printer.cut(feed=False)  # to the blade and no further: six empty lines on each ticket are a roll a week
    return bytes(printer.output)


def bands(picture: Image.Image) -> Iterator[Image.Image]:
    """The picture from top to bottom in strips centred on the paper: what is cut off on both sides is white."""
    ink = ImageChops.invert(picture)
    for top, bottom in _stretches(_rows_with_ink(ink)):
        for start in range(top, bottom, _TALLEST):
            end = min(start + _TALLEST, bottom)
            box = ink.crop((0, start, ink.width, end)).getbbox()
            # Whole bytes on both sides, or the middle of the strip would not be the middle of the paper.
            side = min(box[0], ink.width - box[2]) // 8 * 8 if box else ink.width // 2 - 8
            yield picture.crop((side, start, picture.width - side, end))


def _rows_with_ink(ink: Image.Image) -> list[bool]:
    """Of a picture of one bit a dot, row by row."""
    data, length = ink.tobytes(), (ink.width + 7) // 8
    white = bytes(length)
    return [data[start : start + length] != white for start in range(0, len(data), length)]


def _stretches(dark: list[bool]) -> Iterator[tuple[int, int]]:
    """Rows from..to of ink and of white by turns; short white belongs to the ink about it."""
    start = 0
    while start < len(dark):
        end = start
        blank = _white(dark, start)
        if blank >= _SHORTEST_GAP:
            end = start + blank
        else:
            while end < len(dark) and _white(dark, end) < _SHORTEST_GAP:
                end += 1
        yield start, end
        start = end


def _white(dark: list[bool], row: int) -> int:
    """How many rows are white from here on."""
    end = row
    while end < len(dark) and not dark[end]:
        end += 1
    return end - row
