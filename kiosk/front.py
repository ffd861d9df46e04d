"""A kiosk that is connected by a code: one address for its browser, with the code on it until there is a token."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from html import escape
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Mount
from starlette.types import ASGIApp, Receive, Scope, Send

from kiosk import problems
from kiosk.app import create_app
from kiosk.big_letters import big
from kiosk.device import Device
from kiosk.guard import Guard
from kiosk.pairing import Connected, Pairing
from kiosk.problems import Problem, say

log = logging.getLogger(__name__)

LOOK_S = 2.0
AGAIN_S = 3
JOURNAL = ("journal.db", "journal.db-wal", "journal.db-shm")
STYLE = (
    "body{font:2.9vmin/1.5 'Noto Sans CJK SC','Noto Sans SC','Microsoft YaHei',sans-serif;margin:0 6vmin;"
    "text-align:center;color:#10201f;background:#f4f5f2}"
    "main{display:flex;flex-direction:column;justify-content:center;min-height:100vh}"
    "h1{margin:0;font-size:4.4vmin}h1+h1{font-weight:500;font-size:3.2vmin;color:#455350}"
    "strong{align-self:center;margin:3vmin 0;padding:.05em .3em;border:.3vmin solid #79837f;border-radius:2vmin;"
    "background:#fff;font:700 14vmin/1.3 'DejaVu Sans Mono','Noto Sans Mono',Consolas,monospace;white-space:nowrap}"
    "ol{box-sizing:border-box;width:100%;max-width:30em;margin:0 auto 1vmin;padding:2vmin 0 0 1.5em;"
    "border-top:.15vmin solid #d3d7d2;text-align:left}"
    "li{margin-bottom:.3em}"
)


class Front:
    """`make` builds the device of a token; what it raises ends the program, and is in `failure` then."""

    def __init__(
        self, server: str, data: Path, make: Callable[[Connected], Device], stop: Callable[[], None]
    ) -> None:
        self.code: str | None = None
        self.failure: BaseException | None = None
        self._server = server.rstrip("/")
        self._data = data
        self._make = make
        self._stop = stop
        self._app: ASGIApp = Guard(self._without_token)

    def show(self, code: str | None) -> None:
        """On the page, and in the terminal or the log of whoever started the program."""
        self.code = code
        if code is not None:
            words = say("pair_short", {"address": f"{self._server}/office"})
            print(f"\n{big(code)}\n\n" + "\n".join(words.values()) + "\n", flush=True)

    def app(self, pairing: Pairing) -> Starlette:
        @asynccontextmanager
        async def living(_: Starlette) -> AsyncIterator[None]:
            working = asyncio.create_task(self._work(pairing))
            try:
                yield
            finally:
                working.cancel()
                await asyncio.gather(working, return_exceptions=True)
                await pairing.close()

        async def whichever(scope: Scope, receive: Receive, send: Send) -> None:
            await self._app(scope, receive, send)

        return Starlette(routes=[Mount("/", app=whichever)], lifespan=living)

    async def _work(self, pairing: Pairing) -> None:
        try:
            while True:
                found, is_new = await pairing.connected()
                self.code = None
                if is_new:
                    await asyncio.to_thread(set_aside, self._data)
                device = self._make(found)
                async with device.at_work():
                    self._app = create_app(device)
                    await self._while_accepted(device, found, pairing)
                    self._app = Guard(self._without_token)
        except Exception as error:
            self.failure = error
            self._stop()

    async def _while_accepted(self, device: Device, found: Connected, pairing: Pairing) -> None:
        while True:
            await asyncio.sleep(LOOK_S)
            if device.link.state == "refused" and await pairing.is_over(found):
                break
        log.warning("this kiosk's token was taken back: it is connected anew")

    async def _without_token(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1013})
            return
        await self._page(Request(scope))(scope, receive, send)

    def _page(self, request: Request) -> Response:
        if request.url.path not in ("/", "/kiosk"):
            return problems.answer(Problem(401, "unauthorized"))
        html = code_page(self.code, f"{self._server}/office")
        return HTMLResponse(html, 401, {"Cache-Control": "no-store"})


def set_aside(data: Path) -> None:
    """Another token is another device to the server: the numbers and tickets of the one before are not its own. They
    are kept in a folder beside, for whoever wants to know what was printed."""
    found = [data / name for name in JOURNAL if (data / name).exists()]
    if not found:
        return
    aside = data / f"before-{datetime.now(UTC):%Y%m%d-%H%M%S}"
    aside.mkdir()
    for file in found:
        file.replace(aside / file.name)
    log.warning("the journal of the device that this was before is in %s", aside)


def code_page(code: str | None, address: str) -> str:
    """It looks again by itself: once the kiosk is connected, its own page stands at the same address."""
    titles = "".join(f'<h1 lang="{lang}">{escape(text)}</h1>' for lang, text in _in_order(say("pair_title")))
    steps = [say(name, {"address": address}) for name in ("pair_office", "pair_code", "pair_wait")]
    lists = "".join(
        f'<ol lang="{lang}">' + "".join(f"<li>{escape(step[lang])}</li>" for step in steps) + "</ol>"
        for lang, _ in _in_order(steps[0])
    )
    away = "".join(f'<p lang="{lang}">{escape(text)}</p>' for lang, text in _in_order(say("unreachable")))
    return (
        f'<!doctype html><html lang="zh"><head><meta charset="utf-8">'
        f'<meta http-equiv="refresh" content="{AGAIN_S}"><title>Callboard</title><style>{STYLE}</style></head>'
        f"<body><main>{titles}"
        + (f"<strong>{escape(code)}</strong>{lists}" if code else away)
        + "</main></body></html>"
    )


def _in_order(words: dict[str, str]) -> list[tuple[str, str]]:
    return sorted(words.items(), reverse=True)
