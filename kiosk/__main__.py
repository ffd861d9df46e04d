"""The command line: python -m kiosk, the program on the device in the hall."""

import argparse
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.journal.file import JournalRefused

if TYPE_CHECKING:
    from kiosk.device import Device

TOKEN = "CALLBOARD_KIOSK_TOKEN"
PIN = "CALLBOARD_KIOSK_STAFF_PIN"


def main(arguments: Sequence[str] | None = None) -> int:
    asked = _parser().parse_args(arguments)
    logging.basicConfig(level=asked.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)  # a line for every look at the server says nothing
    token = asked.token or os.environ.get(TOKEN, "")
    if not token and not asked.pair:
        sys.exit(f"a kiosk needs its token: --pair to be given one, --token, or {TOKEN} in the environment")
    from kiosk.serving import serve, serve_by_code

    try:
        if asked.pair:
            asked.data.mkdir(parents=True, exist_ok=True)
            make = lambda found: _device(asked, found.branch, found.token)  # noqa: E731 - for one word
            return serve_by_code(asked.server, asked.data, make, asked.port)
        return serve(_device(asked, asked.branch, token), asked.port)
    except (JournalRefused, ValueError, OSError) as error:
        sys.exit(f"the kiosk cannot start: {error}")


def _device(asked: argparse.Namespace, branch: str, token: str) -> "Device":
    """Raises JournalRefused, ValueError, OSError."""
    from kiosk.cards import open_cards
    from kiosk.device import Device, Settings
    from kiosk.printing.printer import open_printer

    settings = Settings(
        asked.server, branch, token, asked.data, asked.site, asked.block,
        staff_pin=os.environ.get(PIN, ""), speech_key=asked.speech_key,
    )  # fmt: skip
    printer = open_printer(asked.printer, asked.data / "printer")
    return Device(settings, printer, cards=open_cards(asked.reader, asked.card_rules))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m kiosk",
        epilog=f"The PIN of the page's corner for staff is {PIN} in the environment; without one there is no corner.",
        description="Serves the kiosk's page to this device's own browser, prints, and goes on giving out numbers"
        " while the server is away. Open http://127.0.0.1:8080/kiosk on the device.",
    )
    parser.add_argument("--server", required=True, help="the server's address, as http://callboard.example:8000")
    parser.add_argument("--pair", action="store_true", help="shows a code instead of wanting a token: who enters it"
                        " in the office gives the kiosk token and branch, which it keeps in --data")  # fmt: skip
    parser.add_argument("--branch", default="main", help="the branch (default: main)")
    parser.add_argument("--token", default="", help=f"this kiosk's token; better as {TOKEN} in the environment")
    parser.add_argument("--data", type=Path, required=True, help="a folder of its own, which outlives the program")
    parser.add_argument("--printer", default="none", help="usb:VENDOR:PRODUCT, serial:/dev/ttyS0:9600,"
                        " network:HOST:9100, file:PATH, emulated or none (default: none)")  # fmt: skip
    parser.add_argument("--reader", default="", help="a reader of cards: serial:/dev/ttyS1, keyboard or emulated")
    parser.add_argument("--card-rules", type=Path, metavar="FILE", help="what cards mean here: a JSON list of rules")
    parser.add_argument("--port", type=int, default=8080, help="on this device alone (default: 8080)")
    parser.add_argument("--site", default="", help="the server's address as phones know it (default: --server)")
    parser.add_argument("--block", type=_size, default=30, help="numbers leased ahead for each queue (default: 30)")
    parser.add_argument("--speech-key", default="F12", help="turns spoken guidance on and off; F15:F16 where a"
                        " headphone's plug sends one for each (default: F12)")  # fmt: skip
    parser.add_argument("--log-level", default="info", choices=("debug", "info", "warning", "error"))
    return parser


def _size(text: str) -> int:
    size = int(text)
    if not 1 <= size <= 100:
        raise argparse.ArgumentTypeError("a block has 1 to 100 numbers")
    return size


if __name__ == "__main__":
    sys.exit(main())
