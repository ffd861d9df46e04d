"""The link of a ticket as a QR code for the screen: also where no paper comes out, and while the server is away."""

from functools import lru_cache
from io import BytesIO

from qrcode.image.svg import SvgPathImage
from qrcode.main import QRCode

QUIET_SQUARES = 2  # of white around it; the page gives it more


@lru_cache(maxsize=32)
def drawn(link: str) -> bytes:
    """An SVG of one path on a white ground."""
    code = QRCode(border=QUIET_SQUARES, image_factory=SvgPathImage)
    code.add_data(link)
    found = BytesIO()
    code.make_image().save(found)
    return found.getvalue()
