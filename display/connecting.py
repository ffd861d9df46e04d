"""A display that is connected by a code: it says it in the terminal, and goes on with the token that it is given."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace

from display.alone import CannotStart
from display.api import Refused, ServerApi
from display.program import Options, Program
from kiosk.big_letters import big
from kiosk.pairing import Connected, Kept, Pairing

log = logging.getLogger(__name__)

KEPT_IN = "token.json"
LOOK_S = 1.0
UNKNOWN = "unauthorized"
STEPS = (
    "Enter this code at {address}: Devices, Connect a device. It changes every ten minutes.",
    "请在 {address} 的“设备”中点击“接入设备”，输入此接入码。接入码每十分钟更换一次。",
)

Work = Callable[[Program, asyncio.Event], Awaitable[None]]


async def by_code(options: Options, stop: asyncio.Event, work: Work) -> None:
    """Runs until `stop`; a token that was taken back is followed by the next code. Raises Refused, CannotStart."""
    pairing = Pairing(
        options.server, "display", Kept(options.data / KEPT_IN), lambda code: show(options.server, code)
    )
    try:
        while (found := await _connected(pairing, stop)) is not None and not stop.is_set():
            await _work(replace(options, token=found.token, branch=found.branch), found, pairing, stop, work)
    except OSError as error:
        raise CannotStart(f"the token cannot be kept in {options.data}: {error}") from error
    finally:
        await pairing.close()


def show(server: str, code: str | None) -> None:
    """For whoever reads the terminal, or the log of the service."""
    if code is not None:
        steps = "\n".join(step.format(address=f"{server}/office") for step in STEPS)
        print(f"\n{big(code)}\n\n{steps}\n", flush=True)


async def _connected(pairing: Pairing, stop: asyncio.Event) -> Connected | None:
    """None where it was stopped meanwhile."""
    asking, stopping = asyncio.create_task(pairing.connected()), asyncio.create_task(stop.wait())
    try:
        await asyncio.wait([asking, stopping], return_when=asyncio.FIRST_COMPLETED)
        return asking.result()[0] if asking.done() else None
    finally:
        for task in (asking, stopping):
            task.cancel()
        await asyncio.wait([asking, stopping])


async def _work(options: Options, found: Connected, pairing: Pairing, stop: asyncio.Event, work: Work) -> None:
    over = asyncio.Event()
    async with ServerApi(options.server, options.branch, options.token) as api:
        program = Program(options, api)
        watching = [asyncio.create_task(_end(over, stop)), asyncio.create_task(_look(program, found, pairing, over))]
        try:
            await work(program, over)
        except Refused as refused:
            if refused.code != UNKNOWN:
                raise
        finally:
            for task in watching:
                task.cancel()
            await asyncio.wait(watching)


async def _end(over: asyncio.Event, stop: asyncio.Event) -> None:
    await stop.wait()
    over.set()


async def _look(program: Program, found: Connected, pairing: Pairing, over: asyncio.Event) -> None:
    while True:
        await asyncio.sleep(LOOK_S)
        if program.line is not None and program.line.refused == UNKNOWN and await pairing.is_over(found):
            log.warning("this display's token was taken back: it is connected anew")
            over.set()
