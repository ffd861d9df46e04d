"""Runs the program until it is told to stop, and ends it in time whatever hangs: all that counts is on the disk."""

import logging
import os
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import FrameType

import uvicorn
from starlette.types import ASGIApp

from kiosk.app import create_app
from kiosk.device import Device
from kiosk.front import Front
from kiosk.pairing import Connected, Kept, Pairing

log = logging.getLogger(__name__)

KEPT_IN = "token.json"
EXIT_S = 8.0  # a paper in the printer, and a last word to the server


class Server(uvicorn.Server):
    def run(self, sockets: object = None) -> None:
        with suppress(KeyboardInterrupt):  # stopped in good order
            super().run()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Whoever asks a second time does not want to wait."""
        if self.should_exit:
            signal.signal(sig, signal.SIG_DFL)
            signal.raise_signal(sig)
        watchdog = threading.Timer(EXIT_S, _end_now)
        watchdog.daemon = True
        watchdog.start()
        super().handle_exit(sig, frame)


def _end_now() -> None:
    log.error("the end takes too long: what was given out is recorded, the rest is given up")
    os._exit(1)


def serve(device: Device, port: int) -> int:
    """Blocks. 0 once it was stopped, 1 where it could not begin."""
    server = Server(_config(create_app(device), port))
    server.run()
    return 0 if server.started else 1


def serve_by_code(address: str, data: Path, make: Callable[[Connected], Device], port: int) -> int:
    """As `serve`, for a kiosk that is connected by a code to the server at `address`. Raises what `make` raises."""

    def stop() -> None:
        server.should_exit = True

    front = Front(address, data, make, stop)
    pairing = Pairing(address, "kiosk", Kept(data / KEPT_IN), front.show)
    server = Server(_config(front.app(pairing), port))
    server.run()
    if front.failure is not None:
        raise front.failure
    return 0 if server.started else 1


def _config(app: ASGIApp, port: int) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        host="127.0.0.1",  # nobody else on the network has any business here
        port=port,
        log_config=None,
        access_log=False,
        ws="websockets-sansio",
        ws_ping_interval=None,  # the server's heartbeats go through
        timeout_graceful_shutdown=1,
        server_header=False,
    )
