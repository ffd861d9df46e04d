"""The page's side of the reader: waits for a card, and passes on what a reader that is a keyboard has typed."""

import asyncio

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from kiosk.cards import Cards
from kiosk.passing import body_of
from kiosk.problems import Problem
from kiosk.wanted import read_keys

WAIT_S = 15.0


def card_routes(cards: Cards | None) -> list[Route]:
    """Without a reader there is nothing here, and the page need not ask again."""
    if cards is None:
        return []

    async def next_card(request: Request) -> Response:
        """`?after=2`: the card after the second; waits for one, and answers with none after a while."""
        after = request.query_params.get("after", "0")
        if not (after.isdecimal() and len(after) < 10):
            raise Problem(422, "invalid")
        coming = asyncio.ensure_future(cards.next_after(int(after), WAIT_S))
        gone = asyncio.ensure_future(_leaves(request))
        await asyncio.wait({coming, gone}, return_when=asyncio.FIRST_COMPLETED)
        gone.cancel()
        if not coming.done():  # a page that was closed must not take the card that its successor waits for
            coming.cancel()
            return Response(status_code=204)
        return JSONResponse(coming.result(), headers={"Cache-Control": "no-store"})

    async def keys(request: Request) -> Response:
        """`{"keys": [["6", 12.031], ...]}`: each key with its time in seconds."""
        return JSONResponse({"card": cards.typed(read_keys(await body_of(request)))})

    return [Route("/local/card", next_card), Route("/local/keys", keys, methods=["POST"])]


async def _leaves(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        continue
