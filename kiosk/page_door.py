"""The page at this device's own address: fresh while the server answers, as last known while it does not."""

import asyncio
from contextlib import suppress
from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from kiosk.device import Device
from kiosk.edition import OURS
from kiosk.journal.rows import Json
from kiosk.passing import passed
from kiosk.problems import Problem, say

NO_STORE = {"Cache-Control": "no-store"}
AGAIN_S = 5
REFUSED_AGAIN_S = 10
FRESH_WITHIN_S = 3.0  # a browser that starts shows nothing until it is answered


async def page(device: Device, request: Request) -> Response:
    publisher = device.publisher
    if device.link.worth_asking:
        with suppress(TimeoutError):
            async with asyncio.timeout(FRESH_WITHIN_S if publisher.edition else None):
                await publisher.renew()
    if publisher.refusal is not None:
        # Not the server's own page: it would ask passers-by for a token, or connect this browser beside the program.
        return HTMLResponse(_plain("unauthorized", REFUSED_AGAIN_S), publisher.refusal, NO_STORE)
    if publisher.edition is None:
        return HTMLResponse(_plain("first_start"), 503, NO_STORE)
    speed = device.clock.speed
    html = publisher.edition.page(device.clock.now().isoformat(), speed, beside(device))
    return HTMLResponse(html, headers=NO_STORE)


def beside(device: Device) -> Json:
    """What the page finds on this device: whether there is a reader, a corner for staff, a key for speech."""
    return {
        "reader": device.cards is not None,
        "staff": device.corner.is_there,
        "speech_key": device.settings.speech_key,
    }


async def file(device: Device, request: Request) -> Response:
    """A file of the edition that the page is of; another file of the screens is the server's to give."""
    edition = device.publisher.edition
    found = edition.files.get(request.url.path) if edition else None
    if found is None:
        if not request.url.path.startswith(OURS):
            raise Problem(404, "not_found")
        return await passed(request, device.upstream)
    headers = {"Cache-Control": "no-cache", "Content-Type": found.content_type}
    if found.etag:
        headers["ETag"] = found.etag
        if request.headers.get("if-none-match") == found.etag:
            return Response(status_code=304, headers=headers)
    return Response(found.body, headers=headers)


def _plain(code: str, again_s: int = AGAIN_S) -> str:
    """A page that needs nothing from anywhere, and looks again by itself."""
    lines = "".join(
        f'<p lang="{lang}">{escape(words)}</p>' for lang, words in sorted(say(code).items(), reverse=True)
    )
    style = "body{font:2rem/1.5 sans-serif;margin:20vh 10vw;text-align:center;color:#1d2733;background:#fff}"
    return (
        f'<!doctype html><html lang="zh"><head><meta charset="utf-8">{_again(again_s)}<title>Callboard</title>'
        f"<style>{style}</style></head><body><main><h1>Callboard</h1>{lines}</main></body></html>"
    )


def _again(seconds: int) -> str:
    return f'<meta http-equiv="refresh" content="{seconds}">'
