"""Runs the app under uvicorn, and ends it in order: nobody is cut off, and nobody who dawdles is waited for."""

import asyncio
import logging
import os
import resource
import signal
import socket
import threading
import time
from contextlib import suppress
from functools import partial
from types import FrameType
from typing import cast

import uvicorn
from fastapi import FastAPI

from server.settings import Settings
from server.web.doorway import Doorway
from server.web.http_lines import MOST_ASKING, REQUEST_S, STUCK_S, HttpLine, Patience
from server.web.sockets import SocketProtocol

log = logging.getLogger(__name__)

EXIT_S = 4.7  # from the signal to the end, whatever hangs
LONGEST_DRAIN_S = 2.0
GOODBYE_S = 1.0  # for screens to answer the goodbye
MOST_FILES = 1_048_576
OTHER_FILES = 256  # descriptors that are no screens: the database, requests, the log


class Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, app: FastAPI, drain_s: float) -> None:
        super().__init__(config)
        self._app = app
        self._drain_s = min(drain_s, LONGEST_DRAIN_S)

    def run(self, sockets: list[socket.socket] | None = None) -> None:
        with suppress(KeyboardInterrupt):  # Ctrl-C has stopped it in good order; there is nothing to complain of
            super().run(sockets)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Whoever asks a second time does not want to wait."""
        if self.should_exit:
            signal.signal(sig, signal.SIG_DFL)
            signal.raise_signal(sig)
        self._app.state.draining = True
        watchdog = threading.Timer(EXIT_S, _end_now)
        watchdog.daemon = True
        watchdog.start()
        super().handle_exit(sig, frame)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Not ready first, then the screens: uvicorn waits for open sockets, and these would stay for ever."""
        self._app.state.draining = True
        await asyncio.sleep(self._drain_s)
        if hasattr(self._app.state, "services"):
            self._app.state.services.hub.say_goodbye()
            await self._until_gone()
        await super().shutdown(sockets)

    async def _until_gone(self) -> None:
        deadline = time.monotonic() + GOODBYE_S
        while (left := self._screens()) and time.monotonic() < deadline:  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.01)
        for screen in left:
            screen.transport.abort()

    def _screens(self) -> list[SocketProtocol]:
        return [one for one in self.server_state.connections if isinstance(one, SocketProtocol)]


def _end_now() -> None:
    log.error("the end takes too long: what was answered is safe, the rest is given up")
    os._exit(1)


def make_server(app: FastAPI, settings: Settings) -> Server:
    settings.max_sockets = min(settings.max_sockets, _most_files() - OTHER_FILES)
    asking = Patience(REQUEST_S, min(MOST_ASKING, _most_files() // 4))
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        log_level=settings.log_level,
        log_config=None,  # its lines go the way of ours
        access_log=False,
        http=cast(type[asyncio.Protocol], partial(HttpLine, asking=asking, stuck=Patience(STUCK_S))),
        ws=cast(type[asyncio.Protocol], partial(SocketProtocol, doorway=Doorway())),
        ws_per_message_deflate=False,  # small messages, written once and sent to a thousand
        ws_max_size=4096,
        ws_ping_interval=None,  # heartbeats of our own, seen by both sides
        timeout_keep_alive=75,  # longer than clients keep an idle line, or a press meets one that is just being cut
        timeout_graceful_shutdown=1,
        server_header=False,
    )
    return Server(config, app, settings.drain_s)


def _most_files() -> int:
    """How many descriptors this process may have: raised as far as the system lets it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    found = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return MOST_FILES if found == resource.RLIM_INFINITY else found
