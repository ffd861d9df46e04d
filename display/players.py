"""What makes a sound on this machine: a player that is installed, or named, or one that only writes it down."""

import asyncio
import json
import os
import shlex
import shutil
import signal
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

from display.clips import Speech

# In the order of preference; each plays the file that it is given last, and ends.
KNOWN = (
    ("aplay", "-q"),
    ("paplay",),
    ("pw-play",),
    ("ffplay", "-nodisp", "-autoexit", "-loglevel", "error"),
    ("afplay",),
)
SPARE_S = 5.0  # a player that takes so much longer than its sound is stuck
EMULATED = "emulated:"


class PlayerTrouble(Exception):
    """The sound was not heard, or not to its end."""


class NoPlayer(Exception):
    """Nothing on this machine can play a sound, or what was named is not there."""


class Player(Protocol):
    async def play(self, speech: Speech) -> None:
        """Returns when it has been heard. Raises PlayerTrouble. Cancelled, it is silent at once."""


class ProgramPlayer:
    """A program that is started once for each sentence. `{file}` in the command is the sound, else it comes last."""

    def __init__(self, command: Sequence[str]) -> None:
        self.command = tuple(command)

    async def play(self, speech: Speech) -> None:
        file = str(speech.wav)
        filled = [part.replace("{file}", file) for part in self.command]
        if filled == list(self.command):
            filled.append(file)
        try:
            process = await asyncio.create_subprocess_exec(
                *filled,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.PIPE,
                start_new_session=True,  # Ctrl-C is for the display, which lets the sentence end
            )
        except OSError as error:
            raise PlayerTrouble(f"{self.command[0]} cannot be started: {error}") from error
        try:
            async with asyncio.timeout(speech.seconds + SPARE_S):
                _, said = await process.communicate()
        except TimeoutError as error:
            raise PlayerTrouble(f"{self.command[0]} does not come to an end") from error
        finally:
            await _end(process)
        if process.returncode:
            last = said.decode(errors="replace").strip().splitlines()[-1:]
            raise PlayerTrouble(f"{self.command[0]} ended with {process.returncode}: {' '.join(last)}"[:200])


async def _end(process: asyncio.subprocess.Process) -> None:
    """With all that it started: a shell that is ended leaves its player playing."""
    if process.returncode is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()


class EmulatedPlayer:
    """Writes a line when a sound begins and one when it ends, with the time; for tests and for looking."""

    def __init__(self, log: Path, speed: float = 1.0) -> None:
        self._log, self._speed = log, speed

    async def play(self, speech: Speech) -> None:
        said = {"keys": speech.keys, "words": speech.words, "seconds": speech.seconds, "volume": speech.volume}
        self._write({"began": time.time(), **said, "bytes": speech.wav.stat().st_size})
        await asyncio.sleep(speech.seconds / self._speed)
        self._write({"ended": time.time()})

    def _write(self, line: dict[str, Any]) -> None:
        with self._log.open("a", encoding="utf-8") as log:
            log.write(json.dumps(line, ensure_ascii=False) + "\n")


def player_for(spec: str) -> Player | None:
    """`auto`, `none`, `emulated:FILE[@SPEED]`, or a command. None for `none`. Raises NoPlayer."""
    if spec == "none":
        return None
    if spec.startswith(EMULATED):
        log, _, speed = spec.removeprefix(EMULATED).partition("@")
        return EmulatedPlayer(Path(log), float(speed or 1.0))
    if spec == "auto":
        for command in KNOWN:
            if shutil.which(command[0]):
                return ProgramPlayer(command)
        names = ", ".join(command[0] for command in KNOWN)
        raise NoPlayer(f"No program that plays sounds was found on this machine (looked for {names}).")
    try:
        command_line = shlex.split(spec)
    except ValueError as error:
        raise NoPlayer(f"“{spec}” is no command: {error}.") from error
    if not command_line or shutil.which(command_line[0]) is None:
        raise NoPlayer(f"The player “{command_line[0] if command_line else spec}” is not on this machine.")
    return ProgramPlayer(command_line)
