"""`python -m display`: what may be asked for, and what is said where it cannot be done."""

import argparse
import asyncio
import logging
import os
import signal
import sys
from collections.abc import Sequence
from logging.handlers import RotatingFileHandler
from pathlib import Path

from display.alone import CannotStart, alone_in
from display.announcements import Manner
from display.api import Refused, ServerApi
from display.boards.spec import HELP, BoardSpec, board_spec
from display.connecting import by_code
from display.players import NoPlayer, Player, player_for
from display.program import Options, Program
from display.quiet_hours import Hours, Loudness, hours_from

LAST_LOOK_S = 1.0  # a terminal that takes nothing any more does not keep the program
MOST_LOG = 1_000_000  # bytes

EPILOG = """examples:
  python -m display --server http://192.0.2.10:8000 --pair
  python -m display --server http://192.0.2.10:8000 --token TOKEN --voice none --terminal
  python -m display --server http://192.0.2.10:8000 --token TOKEN \\
      --board "serial:/dev/ttyUSB0:9600?counter=3" --board "tcp:192.0.2.21:4001?framing=checked"

With --pair the display says a code, and keeps the token that it is given. A token can also be made on the server:
python -m server token --kind display --name Lobby
A board to try it with: python -m display.boards.emulated --port 4001
The page for a screen is the server's own /display; this program is for sound, LED boards and terminals."""


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        prog="python -m display",
        description="The lobby's voice and boards: announces each call once, in order, and never late.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument("--server", default="http://127.0.0.1:8000", metavar="URL", help="(default: %(default)s)")
    made.add_argument("--branch", default="main", help="(default: %(default)s)")
    made.add_argument(
        "--pair", action="store_true", help="show a code; who enters it in the office gives this display its token"
    )
    made.add_argument("--token", help="the display's token (default: the variable CALLBOARD_TOKEN)")
    made.add_argument(
        "--data", type=Path, metavar="DIR", help="for clips and its place (default: per branch, at home)"
    )
    made.add_argument("--langs", default="", help="in this order, of zh, en, yue (default: the branch's)")
    made.add_argument(
        "--board", action="append", type=_board, default=[], metavar="SPEC", help=f"a LED board: {HELP}"
    )
    made.add_argument("--terminal", action="store_true", help="show the calls in this terminal")
    made.add_argument("--verbose", action="store_true", help="say more about what happens")
    _add_voice(made)
    return made


def _add_voice(made: argparse.ArgumentParser) -> None:
    voice = made.add_argument_group("voice")
    voice.add_argument(
        "--voice",
        default="auto",
        metavar="auto|none|COMMAND",
        help="what plays a sound: found on this machine, nothing, or a command that is given the file,"
        " as 'aplay -D hw:1' (default: auto)",
    )
    voice.add_argument("--volume", type=_share, default=1.0, metavar="0..1", help="(default: 1)")
    voice.add_argument(
        "--quiet", action="append", type=_hours, default=[], metavar="FROM-TO", help="quiet hours, as 12:00-13:30"
    )
    voice.add_argument("--quiet-volume", type=_share, default=0.0, metavar="0..1", help="in them (default: 0)")
    voice.add_argument("--times", type=int, default=2, help="how often each call is spoken (default: %(default)s)")
    voice.add_argument(
        "--limit", type=float, default=90.0, metavar="S", help="no call is spoken later than this (default: 90)"
    )
    voice.add_argument("--merge", type=int, default=3, metavar="N", help="so many waiting are said in one sentence")
    voice.add_argument("--most-in-one", type=int, default=5, metavar="N", help="calls in a sentence (default: 5)")


def _share(text: str) -> float:
    found = float(text)
    if not 0 <= found <= 1:
        raise argparse.ArgumentTypeError(f"{text} is not from 0 to 1")
    return found


def _hours(text: str) -> Hours:
    try:
        return hours_from(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"“{text}” are no hours, as 22:00-07:30") from error


def _board(text: str) -> BoardSpec:
    try:
        return board_spec(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def main(arguments: Sequence[str] | None = None) -> int:
    """0 after a clean stop; 2 where it cannot begin, with words why."""
    asked = parser().parse_args(arguments)
    try:
        options = options_from(asked)
        set_up_logging(options.data if asked.terminal else None, verbose=asked.verbose)
        with alone_in(options.data):
            return asyncio.run(run(options, terminal=asked.terminal, pair=asked.pair))
    except (NoPlayer, Refused, CannotStart) as error:
        print(f"display: {error}", file=sys.stderr)
        return 2


def set_up_logging(folder: Path | None, *, verbose: bool) -> None:
    """Into a file of that folder, or to the standard error: lines would tear the board of a terminal."""
    kept = [RotatingFileHandler(folder / "display.log", maxBytes=MOST_LOG, backupCount=1)] if folder else None
    level = logging.INFO if verbose else logging.WARNING
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(message)s", handlers=kept)
    logging.getLogger("httpx").setLevel(logging.WARNING)


def options_from(asked: argparse.Namespace) -> Options:
    """Raises CannotStart, NoPlayer."""
    token = asked.token or os.environ.get("CALLBOARD_TOKEN", "")
    if not token and not asked.pair:
        raise CannotStart("a token is needed: --pair to be given one, --token, or the variable CALLBOARD_TOKEN.")
    if not asked.server.startswith(("http://", "https://")):
        raise CannotStart(f"“{asked.server}” is no address of a server: it begins with http:// or https://.")
    data = asked.data or _home(asked.branch)
    try:
        (data / "clips").mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotStart(f"the folder {data} cannot be used: {error}. Choose another with --data.") from error
    player, trouble = _player(asked)
    return Options(
        server=asked.server.rstrip("/"),
        branch=asked.branch,
        token=token,
        data=data,
        player=player,
        boards=tuple(asked.board),
        langs=tuple(lang.strip() for lang in asked.langs.split(",") if lang.strip()),
        manner=Manner(
            asked.limit,
            max(1, asked.times),
            merge_from=max(2, asked.merge),
            most_in_one=min(8, max(1, asked.most_in_one)),
        ),
        loudness=Loudness(asked.volume, asked.quiet_volume, tuple(asked.quiet)),
        trouble=trouble,
    )


def _player(asked: argparse.Namespace) -> tuple[Player | None, str]:
    """A machine without a player may still have boards; one that has nothing at all cannot announce."""
    try:
        return player_for(asked.voice), ""
    except NoPlayer as error:
        hint = f"{error} Install one (as alsa-utils), name one with --voice COMMAND, or choose --voice none."
        if asked.voice != "auto" or not (asked.board or asked.terminal):
            raise NoPlayer(hint) from error
        print(f"display: {hint} Until then this display is silent.", file=sys.stderr)
        return None, str(error)


def _home(branch: str) -> Path:
    """systemd names a folder; without it, one of this user."""
    given = os.environ.get("STATE_DIRECTORY", "").split(":")[0]
    kept = Path(given) if given else Path.home() / ".local" / "state" / "callboard-display"
    return kept / "".join(c if c.isalnum() or c in "-_" else "_" for c in branch)


async def run(options: Options, *, terminal: bool, pair: bool = False) -> int:
    """Until SIGTERM or Ctrl-C. Raises Refused; CannotStart where the token of a code cannot be kept."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    work = _with_terminal if terminal else _without
    if pair:
        await by_code(options, stop, work)
        return 0
    async with ServerApi(options.server, options.branch, options.token) as api:
        await work(Program(options, api), stop)
    return 0


async def _without(program: Program, stop: asyncio.Event) -> None:
    await program.run(stop)


async def _with_terminal(program: Program, stop: asyncio.Event) -> None:
    from display.live_terminal import show  # rich is for who looks

    showing = asyncio.create_task(show(program))
    try:
        await program.run(stop)
    finally:
        showing.cancel()
        await asyncio.wait([showing], timeout=LAST_LOOK_S)
