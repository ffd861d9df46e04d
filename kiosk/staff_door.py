"""What staff may do at the device itself once they have said the PIN: a trial paper, and the last ticket's again."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from kiosk.clerk import recorded
from kiosk.device import Device
from kiosk.journal.file import CannotRecord
from kiosk.journal.rows import Json
from kiosk.passing import body_of
from kiosk.problems import Problem
from kiosk.wanted import read_pin

KEY = "callboard-staff"


def staff_routes(device: Device) -> list[Route]:
    """Without a PIN in the settings there is nothing here, and the page shows no corner."""
    corner = device.corner
    if not corner.is_there:
        return []

    async def enter(request: Request) -> Response:
        """`{"pin"}`: gives the key that all the rest here asks for in its Callboard-Staff header."""
        return JSONResponse({"staff": corner.enter(read_pin(await body_of(request)))})

    async def leave(request: Request) -> Response:
        corner.check(request.headers.get(KEY, ""))
        corner.leave()
        return JSONResponse({})

    def staff(work: Callable[[Device], Awaitable[Json]]) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            corner.check(request.headers.get(KEY, ""))
            return JSONResponse(await work(device))

        return endpoint

    return [
        Route("/local/staff", enter, methods=["POST"]),
        Route("/local/staff/leave", leave, methods=["POST"]),
        Route("/local/staff/last", staff(last), methods=["POST"]),
        Route("/local/staff/reprint", staff(reprint), methods=["POST"]),
        Route("/local/staff/trial", staff(trial), methods=["POST"]),
    ]


async def last(device: Device) -> Json:
    """The newest number given out here, and what became of its paper; null before the first."""
    key = await recorded(device.journal.papers.last_original)
    if key is None:
        return {"number": None, "print": None}
    return {"number": await _number(device, key), "print": await device.desk.outcome(key)}


async def reprint(device: Device) -> Json:
    """The last ticket's paper once more, as a copy."""
    key = await recorded(device.journal.papers.last_original)
    if key is None:
        raise Problem(404, "ticket_not_found")
    try:
        return {"number": await _number(device, key), "print": await device.desk.copy(key)}
    except CannotRecord as error:
        raise Problem(507, "disk_full") from error


async def trial(device: Device) -> Json:
    """A paper that is no ticket."""
    return {"print": await device.desk.trial()}


async def _number(device: Device, key: str) -> str:
    taken = await recorded(device.journal.tickets.find, key)
    assert taken is not None, "a paper without a ticket"
    return str(taken.ticket["number"])
