"""The devices of the hall over HTTP: numbers ahead of time, how they are, and what they told the lobby."""

from fastapi import APIRouter, Depends
from starlette.responses import Response

from server.actions import device
from server.domain.events import CALL_OUTS
from server.storage.event_log import events_after
from server.web.commands import COMMAND, Press, perform, pressing
from server.web.messages import Announce, Answer, HandIn, LeaseNumbers, Nothing, ReportDevice
from server.web.reads import unless_damaged
from server.web.services import Services
from server.web.tickets import fresh_id

router = APIRouter(tags=["devices"])


@router.post("/branches/{branch}/number-blocks", status_code=201, response_model=Answer, openapi_extra=COMMAND)
async def lease_numbers(
    branch: str,
    asked: LeaseNumbers,
    press: Press = Depends(pressing("lease_numbers")),
) -> Response:
    """The next numbers of a queue, for one kiosk alone: it prints them while the server is away."""
    said = asked.model_dump()
    arguments = {"block_id": f"{branch}.{fresh_id()}", **said}
    return await perform(press, device.lease_numbers, said, arguments, 201)


@router.post("/branches/{branch}/tickets/hand-in", status_code=201, response_model=Answer, openapi_extra=COMMAND)
async def hand_in(
    branch: str,
    asked: HandIn,
    press: Press = Depends(pressing("hand_in")),
) -> Response:
    """A ticket that was printed while the server was away, with its true time: it takes the place that it would
    have had. A time before the lease or in the future is brought inside, and the reason says so."""
    said = asked.model_dump(mode="json")
    return await perform(press, device.hand_in, said, asked.model_dump(exclude={"at_machine"}), 201)


@router.post("/number-blocks/{block}/return", response_model=Answer, openapi_extra=COMMAND)
async def return_numbers(
    block: str,
    asked: Nothing | None = None,
    press: Press = Depends(pressing("return_numbers")),
) -> Response:
    """No more of the block will be handed in; the log names what never was. None of it is given again."""
    return await perform(press, device.return_numbers, {}, {"block_id": block})


@router.post("/branches/{branch}/device-reports", response_model=Answer, openapi_extra=COMMAND)
async def report(
    branch: str,
    asked: ReportDevice,
    press: Press = Depends(pressing("report_device")),
) -> Response:
    """How a device is. Told again unchanged it is no event; each business day begins with nothing known, so a
    device tells of itself every minute or so."""
    said = asked.model_dump(exclude_none=True)
    return await perform(press, device.report, said, said)


@router.post("/branches/{branch}/announcements", response_model=Answer, openapi_extra=COMMAND)
async def announce(
    branch: str,
    asked: Announce,
    press: Press = Depends(pressing("announce")),
) -> Response:
    """What a display made of a call-out: told the lobby, let it go, or failed to."""
    said = asked.model_dump()
    call = await unless_damaged(lambda: _call(press.using, branch, asked.call_seq))
    return await perform(press, device.announce, said, {**said, "call": call})


def _call(using: Services, branch: str, seq: int) -> device.CallOut | None:
    """The call as it was written down: the hall itself forgets whoever has been served meanwhile."""
    with using.reader.begin() as connection:
        found = events_after(connection, branch, seq - 1, 1)
    if not found or found[0].seq != seq or found[0].kind not in CALL_OUTS:
        return None
    ticket = found[0].ticket
    assert ticket is not None
    assert ticket.counter_id is not None
    return device.CallOut(seq, ticket.id, ticket.number, ticket.counter_id)
