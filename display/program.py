"""The program on the lobby's hardware: one line to the server, any number of outputs, none in another's way."""

import asyncio
import itertools
import json
import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from display.announcements import Manner, Note
from display.api import Away, Json, ServerApi, words_for
from display.boards.board import Board
from display.boards.spec import BoardSpec
from display.client import LobbyClient, Remembered
from display.clips import Clips
from display.health import Health
from display.ledger import Announcement, Ledger
from display.memory import Memory, recall
from display.output import Output, State
from display.picture import Picture
from display.place import CallOut
from display.players import Player
from display.post import Post, key_of
from display.quiet_hours import Loudness
from display.voice import Voice

log = logging.getLogger(__name__)

PARTS = {"voice": "sound", "board": "board"}
FIRST_RETRY_S, LAST_RETRY_S = 0.3, 5.0
KEEP_EVERY_S = 10.0  # the place in the log; what was announced is kept at once
TELL_EVERY = 6  # of these
LAST_WORDS_S = 6.0  # for a sentence that is being spoken when the program is to end
GOODBYE_S = 3.0
TOO_OLD_S = 600.0  # a call that was learnt of so late: who pressed it has long seen that nobody came
OUTPUT_AGAIN_S = 5.0
LANGS = ("zh", "en")  # of a branch that names none


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line asks for. `player` None: no voice."""

    server: str
    branch: str
    token: str
    data: Path
    player: Player | None = None
    boards: Sequence[BoardSpec] = ()
    langs: Sequence[str] = ()  # none: the branch's
    manner: Manner = field(default_factory=Manner)
    loudness: Loudness = field(default_factory=Loudness)
    trouble: str = ""  # with the sound, known from the start


class Program:
    """`run` until `stop` is set. Raises Refused if the server does not take the token at the start."""

    def __init__(self, options: Options, api: ServerApi) -> None:
        self.options = options
        self.picture = Picture()
        self.line: LobbyClient | None = None
        self._api = api
        self._memory: Memory = recall(options.data / "display.json")
        self.post = Post(api, self._memory.letters)
        self.health = Health(self.post)
        self._ledger = Ledger()
        self._clips: Clips | None = None
        self.outputs: list[Output] = self._make_outputs()
        # Whose word it is that a call need not be announced after a restart.
        self._first = self.outputs[0].name if self.outputs else ""
        self._unsettled: set[int] = set()
        self._keeping: asyncio.Handle | None = None
        self._stopping = False

    def _make_outputs(self) -> list[Output]:
        told = (self._note, self._health)
        made: list[Output] = []
        options = self.options
        if options.player is not None:
            self._clips = Clips(self._api, options.data / "clips", self.langs)
            made.append(Voice(self._clips, options.player, self.picture, self._volume, told, options.manner))
        limit_s = options.manner.limit_s
        made += [Board(spec, self.picture, self._silent_s, told, limit_s) for spec in options.boards]
        return made

    @property
    def langs(self) -> Sequence[str]:
        """Of voice and terminal: those of the command line, else the branch's, in its order."""
        return self.options.langs or tuple(self.picture.branch.get("languages") or LANGS)

    def _take(self, frame: Json) -> None:
        """Languages and the wording of a call may change while the program runs."""
        before = self.picture.branch
        self.picture.take(frame)
        if self.picture.branch is not before and self._clips is not None:
            self._clips.adopt(self.langs, json.dumps(self.picture.branch.get("wording", {}), sort_keys=True))

    async def run(self, stop: asyncio.Event) -> None:
        silent: State = "error" if self.options.trouble else "off"
        self.health.set("sound", "voice", "ok" if self.options.player else silent, self.options.trouble)
        posting = asyncio.create_task(self.post.run(), name="post")
        running = [asyncio.create_task(self._keep_up(output), name=output.name) for output in self.outputs]
        following = asyncio.create_task(self._follow(), name="follow")
        stopping = asyncio.create_task(stop.wait(), name="stop")
        try:
            await asyncio.wait([following, stopping], return_when=asyncio.FIRST_COMPLETED)
            await _ended(following)
            if not following.cancelled() and (error := following.exception()):
                raise error
            await self._end(running)
        finally:
            for task in [posting, stopping, following, *running]:
                await _ended(task)

    async def _end(self, running: Sequence["asyncio.Task[None]"]) -> None:
        """What is being said is said to its end, the server is told, and nothing is forgotten."""
        self._stopping = True
        for output in self.outputs:
            output.stop()
        if running:
            await asyncio.wait(running, timeout=LAST_WORDS_S)
        if self.picture.known:
            self.health.say_goodbye()
            await self.post.empty(GOODBYE_S)
        self._keep()

    async def _keep_up(self, output: Output) -> None:
        """A fault in one output costs a pause there, and nothing elsewhere."""
        while not self._stopping:
            try:
                await output.run()
            except Exception as error:
                log.exception("%s has failed and is started again", output.name)
                self._health(output, "error", f"{type(error).__name__}: {error}")
                await asyncio.sleep(OUTPUT_AGAIN_S)

    async def _follow(self) -> None:
        place = await self._first_place()
        options = self.options
        line = LobbyClient(options.server, options.branch, options.token, on_frame=self._take, place=place)
        keeping = asyncio.create_task(self._keep_now_and_then(), name="keep")
        try:
            async with line:
                self.line = line
                self._keep()
                async for call in line:
                    self._hear(call)
        finally:
            await _ended(keeping)

    async def _first_place(self) -> Remembered:
        """Where to go on from: where the last run was, or here and now. Raises Refused."""
        told = await self._first_snapshot()
        hall = told["snapshot"]
        self._take({"type": "snapshot", **told})
        kept = self._memory.place
        if kept is not None and kept.epoch == hall["epoch"] and kept.seq <= hall["seq"]:
            return kept
        self._memory.settled.clear()
        counters = {counter["id"]: counter["number"] for counter in hall["counters"]}
        return Remembered(hall["seq"], hall["epoch"], counters, datetime.fromisoformat(told["now"]))

    async def _first_snapshot(self) -> Json:
        attempt = 0
        while True:
            try:
                return await self._api.get(self._api.of_branch("snapshot"))
            except Away as away:
                if attempt == 0:
                    log.warning("%s; it is tried again until it does", away)
                attempt += 1
                await asyncio.sleep(min(LAST_RETRY_S, FIRST_RETRY_S * 2.0 ** min(attempt, 10)))

    def _hear(self, call: CallOut) -> None:
        if call.seq in self._memory.settled:
            return
        concerned = [output for output in self.outputs if output.concerns(call)]
        if concerned:
            self._ledger.expect(call, [output.name for output in concerned])
        if self._first in {output.name for output in concerned}:
            self._unsettled.add(call.seq)
        for output in concerned:
            output.announce(call)

    def _note(self, output: Output, note: Note) -> None:
        """An output says what became of a call."""
        if note.outcome != "made":
            log.info(
                "%s: %s to %s %s: %s", output.name, note.call.number, note.call.counter_number, note.outcome, note.why
            )
        if output.name == self._first:
            self._unsettled.discard(note.call.seq)
            self._memory.settle(note.call.seq)
        whole = self._ledger.settle(output.name, output.kind, note)
        if whole is not None and whole.call.age_s < TOO_OLD_S:
            self._acknowledge(whole)
        if self._keeping is None:  # notes come in crowds after a long cut: they are written down together
            self._keeping = asyncio.get_running_loop().call_soon(self._keep)

    def _acknowledge(self, whole: Announcement) -> None:
        call = whole.call
        body = {"call_seq": call.seq, "outcome": whole.outcome, "by": list(whole.by), "note": printable(whole.note)}
        self.post.put("announcements", body, key_of(self.options.token, self.picture.epoch, call.seq))

    def _health(self, output: Output, state: State, note: str) -> None:
        self.health.set(PARTS[output.kind], output.name, state, printable(note))

    def _keep(self) -> None:
        """Calls that were heard and not yet announced are heard again by the next run."""
        self._keeping = place = None
        if self.line is not None and self.line.untaken == 0 and self.line.seq is not None:
            seq = min([self.line.seq, *(seq - 1 for seq in self._unsettled)])
            place = self.line.remembered(seq)
            if place and self._memory.place and place.epoch != self._memory.place.epoch:
                self._memory.settled.clear()
        self._memory.keep(place, self.post.waiting)

    async def _keep_now_and_then(self) -> None:
        """And says how it is: each business day begins with nothing known of any device."""
        for turn in itertools.count(1):
            await asyncio.sleep(KEEP_EVERY_S)
            self._keep()
            if turn % TELL_EVERY == 0:
                self.health.tell()

    def _silent_s(self) -> float:
        return self.line.silent_s if self.line is not None else float("inf")

    def _volume(self) -> float:
        return self.options.loudness.at(self.line.now if self.line else None, self.picture.zone)

    @property
    def still_to_say(self) -> int:
        """Calls that no output has dealt with yet."""
        return len(self._ledger)

    @property
    def refused(self) -> str:
        """Why the server does not let the line in, in words; empty if it does."""
        code = self.line.refused if self.line is not None else None
        return words_for(code, self.options.branch) if code else ""


def printable(text: str) -> str:
    """One line without control characters, short enough for the server."""
    return "".join(c if c.isprintable() else " " for c in text)[:200]


async def _ended(task: "asyncio.Task[object] | asyncio.Task[None] | asyncio.Task[bool]") -> None:
    if not task.done():
        task.cancel()
    with suppress(asyncio.CancelledError):
        await asyncio.wait([task])
