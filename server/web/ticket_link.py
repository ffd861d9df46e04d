"""The way from a ticket to its phone page as a QR code, for a kiosk's screen that has no program beside it."""

from io import BytesIO
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from starlette.responses import Response

from server.actions.decision import Actor
from server.web.access import may
from server.web.services import Services, services

router = APIRouter(tags=["tickets"])

TicketId = Annotated[str, Path(max_length=120, pattern=r"^[A-Za-z0-9_.\-]+$")]
DRAWING = {"content": {"image/svg+xml": {"schema": {"type": "string"}}}, "description": "The code."}
QUIET_SQUARES = 2  # of white around it; the page gives it more


@router.get("/tickets/{ticket}/qr.svg", response_class=Response, responses={200: DRAWING})
async def ticket_code(
    request: Request,
    ticket: TicketId,
    actor: Actor = Depends(may("take_ticket")),
    using: Services = Depends(services),
) -> Response:
    """The link that is printed on the ticket, for the screen beside it: one path on a white ground."""
    # Without a name of its own the server is reached as the kiosk reaches it.
    site = using.settings.front if using.settings.site else str(request.base_url).rstrip("/")
    code = drawn(f"{site}/phone/#{ticket}")
    return Response(code, media_type="image/svg+xml", headers={"Cache-Control": "no-store"})


def drawn(link: str) -> bytes:
    from qrcode.image.svg import SvgPathImage  # a start need not wait for it
    from qrcode.main import QRCode

    code = QRCode(border=QUIET_SQUARES, image_factory=SvgPathImage)
    code.add_data(link)
    found = BytesIO()
    code.make_image().save(found)
    return found.getvalue()
