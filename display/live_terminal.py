"""Keeps the terminal's board up to date while the program runs."""

import asyncio
import queue
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

from rich.console import Console, RenderableType
from rich.live import Live

from display.terminal import View, draw

if TYPE_CHECKING:
    from display.program import Program

EVERY_S = 0.25


def view_of(program: "Program") -> View:
    line = program.line
    return View(
        picture=program.picture,
        langs=program.langs,
        silent_s=line.silent_s if line else float("inf"),
        now=line.now if line else None,
        refused=program.refused,
        still_to_say=program.still_to_say,
        troubles=program.health.troubles,
    )


async def show(program: "Program", console: Console | None = None) -> None:
    """Until it is cancelled. Where it is no terminal but a file, only the last is written."""
    screen = console or Console()
    # Written in a thread that nobody waits for: a terminal that was stopped, or whose line is dead, takes
    # nothing any more, and must not hold up the voice.
    pictures: queue.Queue[RenderableType | None] = queue.Queue(1)
    thread = threading.Thread(target=_write, args=(screen, pictures), name="terminal", daemon=True)
    thread.start()
    try:
        while True:
            with suppress(queue.Full):
                pictures.put_nowait(draw(view_of(program)))
            await asyncio.sleep(EVERY_S)
    finally:
        with suppress(queue.Full):
            pictures.put_nowait(None)
        for _ in range(20):
            if thread.is_alive():
                await asyncio.sleep(0.02)


def _write(screen: Console, pictures: "queue.Queue[RenderableType | None]") -> None:
    with Live(console=screen, screen=screen.is_terminal, auto_refresh=False) as live:
        while (picture := pictures.get()) is not None:
            live.update(picture, refresh=screen.is_terminal)
