"""Runs the program until it is told to stop, and ends it in time whatever hangs: all that counts is on the disk."""

import logging
import os
import signal
import threading
from contextlib import suppress
from types import FrameType

import uvicorn

from kiosk.app import create_app
from kiosk.device import Device

log = logging.getLogger(__name__)

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
    config = uvicorn.Config(
        create_app(device),
        host="127.0.0.1",  # nobody else on the network has any business here
        port=port,
        log_config=None,
        access_log=False,
        ws="websockets-sansio",
        ws_ping_interval=None,  # the server's heartbeats go through
        timeout_graceful_shutdown=1,
        server_header=False,
    )
    server = Server(config)
    server.run()
    return 0 if server.started else 1
