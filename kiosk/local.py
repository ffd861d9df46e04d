"""What only this device knows, for its page and for staff: how it is, and its paper."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from kiosk.clerk import recorded
from kiosk.device import Device
from kiosk.journal.file import CannotRecord
from kiosk.journal.rows import Json, Taken
from kiosk.link_code import drawn
from kiosk.paper_of import phone_link
from kiosk.problems import Problem


def local_routes(device: Device) -> list[Route]:
    async def status(request: Request) -> Response:
        return JSONResponse(await status_of(device), headers={"Cache-Control": "no-store"})

    async def reprint(request: Request) -> Response:
        """`{"ticket_id"}`: the paper once more, marked as a copy. Answers as taking the ticket does."""
        return await again(device, request)

    async def ticket(request: Request) -> Response:
        """What has become of a ticket's paper."""
        taken = await _known(device, request.path_params["ticket"])
        return JSONResponse({"print": await device.desk.outcome(taken.key)}, headers={"Cache-Control": "no-store"})

    async def code(request: Request) -> Response:
        """The link that is printed on the ticket, for the screen: also where nothing comes out of the printer."""
        taken = await _known(device, request.path_params["ticket"])
        link = phone_link(device.settings.site or device.upstream.url, taken.ticket)
        return Response(drawn(link), media_type="image/svg+xml", headers={"Cache-Control": "no-store"})

    async def picture(request: Request) -> Response:
        found = device.printer.picture()
        if found is None:
            raise Problem(404, "no_picture")
        return Response(found, media_type="image/png", headers={"Cache-Control": "no-store"})

    return [
        Route("/local/status", status),
        Route("/local/reprint", reprint, methods=["POST"]),
        Route("/local/tickets/{ticket}", ticket),
        Route("/local/tickets/{ticket}/qr.svg", code),
        Route("/local/printer.png", picture),
    ]


async def status_of(device: Device) -> Json:
    """`left` are the numbers of today that this kiosk could give by itself, of each queue."""
    journal, hall, printer = device.journal, device.publisher.hall, device.health.printer
    today = hall.business_day(device.clock.now()) if hall else None
    left = dict.fromkeys(hall.queues_served(), 0) if hall else {}
    for block in await recorded(journal.blocks.held):
        if block.business_day == today:
            left[block.queue_id] = left.get(block.queue_id, 0) + block.left
    return {
        "server": {"unknown": "away"}.get(device.link.state, device.link.state),
        "since": device.link.since.isoformat(),
        "printer": {"state": printer.state, "note": printer.note},
        "reader": device.health.reader,
        "left": left,
        "waiting_to_hand_in": await recorded(journal.outbox.waiting),
        "disk": device.health.disk,
    }


async def again(device: Device, request: Request) -> Response:
    try:
        ticket_id = str((await request.json())["ticket_id"])
    except (ValueError, KeyError, TypeError) as error:
        raise Problem(422, "invalid") from error
    taken = await _known(device, ticket_id)
    try:
        paper = await device.desk.copy(taken.key)
    except CannotRecord as error:
        raise Problem(507, "disk_full") from error
    return JSONResponse({**(taken.answer or {}), "offline": taken.state == "offline", "print": paper})


async def _known(device: Device, ticket_id: str) -> Taken:
    taken = await recorded(device.journal.tickets.with_id, ticket_id)
    if taken is None or taken.state not in ("online", "offline"):
        raise Problem(404, "ticket_not_found")
    return taken
