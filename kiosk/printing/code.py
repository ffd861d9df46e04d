"""The QR code of a ticket's link, drawn dot by dot: every printer prints it alike, and a phone reads it at once."""

from functools import lru_cache

from PIL import Image
from qrcode.constants import ERROR_CORRECT_L, ERROR_CORRECT_M
from qrcode.main import QRCode

# 27 to 33 mm; a square of at least half a millimetre, which the camera of an old phone still tells apart.
ABOUT = 240
LEAST = 200
SMALLEST_SQUARE = 4


@lru_cache(maxsize=64)
def code(link: str) -> Image.Image:
    """A square picture of the link without the quiet zone, at least 25 mm wide; the layout leaves it its white."""
    for correction in (ERROR_CORRECT_M, ERROR_CORRECT_L):
        drawn = QRCode(error_correction=correction, border=0)
        drawn.add_data(link)
        drawn.make(fit=True)
        squares = drawn.get_matrix()
        if len(squares) * SMALLEST_SQUARE <= ABOUT + 40:
            break  # a very long link gives up some of its spare squares, not their size
    size = max(SMALLEST_SQUARE, round(ABOUT / len(squares)), -(-LEAST // len(squares)))
    small = Image.new("L", (len(squares), len(squares)))
    small.putdata([0 if dark else 255 for row in squares for dark in row])
    return small.resize((len(squares) * size, len(squares) * size), Image.Resampling.NEAREST)
