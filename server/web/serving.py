"""Runs the app under uvicorn, so that a stop tells every screen to come back and takes less than a second."""

import asyncio
import socket
from contextlib import suppress

import uvicorn
from fastapi import FastAPI

from server.settings import Settings


class Server(uvicorn.Server):
    def run(self, sockets: list[socket.socket] | None = None) -> None:
        with suppress(KeyboardInterrupt):  # Ctrl-C has stopped it in good order; there is nothing to complain of
            super().run(sockets)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Screens first: uvicorn waits for open sockets, and these would stay for ever."""
        app = self.config.app
        assert isinstance(app, FastAPI)
        if hasattr(app.state, "services"):
            app.state.services.hub.say_goodbye()
            await asyncio.sleep(0.05)  # the goodbye goes out before the line is cut
        await super().shutdown(sockets)


def make_server(app: FastAPI, settings: Settings) -> Server:
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        log_level=settings.log_level,
        access_log=False,
        ws="websockets-sansio",
        ws_per_message_deflate=False,  # small messages, written once and sent to a thousand
        ws_max_size=4096,
        ws_ping_interval=None,  # heartbeats of our own, seen by both sides
        timeout_keep_alive=75,  # longer than clients keep an idle line, or a press meets one that is just being cut
        timeout_graceful_shutdown=1,
        server_header=False,
    )
    return Server(config)
