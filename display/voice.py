"""The voice: chime and clips in every language, one sentence after another."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress

from display.announcements import Manner, Sentence
from display.api import Away, Refused
from display.clips import Clips, Speech
from display.output import Kind, Queued, TellHealth, TellNote, now
from display.picture import Picture
from display.place import CallOut
from display.players import Player, PlayerTrouble
from display.sound import NotASound

log = logging.getLogger(__name__)

AGAIN_S = 0.4  # before a clip is asked for again
PAUSE_S = 3.0  # after so long the hall has to be woken by the chime again
QUIET = "quiet_hours"


class Voice(Queued):
    """An output. `volume` is asked before each sentence; at 0 nothing is played and nothing is kept for later."""

    kind: Kind = "voice"
    name = "voice"

    def __init__(
        self,
        clips: Clips,
        player: Player,
        picture: Picture,
        volume: Callable[[], float],
        told: tuple[TellNote, TellHealth],
        manner: Manner | None = None,
    ) -> None:
        super().__init__(manner)
        self._clips, self._player, self._picture, self._volume = clips, player, picture, volume
        self._tell_note, self._tell_health = told
        self._pace_s = 0.0  # to say one call in one language; 0: not known yet
        self._spoke_at = 0.0
        self._preparing: asyncio.Task[None] | None = None

    def concerns(self, call: CallOut) -> bool:
        return True

    async def run(self) -> None:
        try:
            while not self._stopping:
                sentence = self.queue.next(now(), self._picture.why_not)
                self._tell_notes()
                if sentence is not None:
                    await self._say(sentence)
                    self._tell_notes()
                else:
                    await self._bell.wait(self.queue.wait_s(now()))
        finally:
            if self._preparing is not None:
                self._preparing.cancel()

    async def _say(self, sentence: Sentence) -> None:
        try:
            await self._say_it(sentence)
        finally:
            self.queue.put_back(sentence)  # unless the queue was told what became of it: it is said in its turn

    async def _say_it(self, sentence: Sentence) -> None:
        if (volume := self._volume()) <= 0:
            self.queue.put_back(sentence)
            self.queue.drop_all(QUIET)
            return
        # Where the hall calls faster than anyone can speak, what is left out is the chime and the further languages:
        # better each number once, in time, than some in every language and the rest never.
        crowded = self.queue.crowded(now(), self._pace_s * len(self._clips.langs))
        langs = self._clips.langs[:1] if crowded else self._clips.langs
        chime = not crowded or now() - self._spoke_at > PAUSE_S
        speech = await self._speech(sentence, volume, langs, chime)
        if speech is None or not self.queue.stands(now(), self._picture.why_not):
            return  # it is looked at anew: the rest of it may be said
        self._prepare(self.queue.coming(), langs)
        began = now()
        try:
            await self._player.play(speech)
        except PlayerTrouble as trouble:
            self._failed(sentence, str(trouble))
        else:
            self.queue.done(sentence, now())
            self._tell_health(self, "ok", "")
            self._spoke_at = now()
            pace_s = (now() - began) / (len(sentence.calls) * len(langs))
            self._pace_s = pace_s if not self._pace_s else 0.6 * self._pace_s + 0.4 * pace_s

    async def _speech(self, sentence: Sentence, volume: float, langs: Sequence[str], chime: bool) -> Speech | None:
        """None where it cannot be said now, or not at all: the queue has been told which."""
        try:
            return await self._clips.speech(sentence.calls, volume, langs, chime=chime)
        except Away as away:
            self.queue.put_back(sentence, f"no clips: {away}")
            await asyncio.sleep(AGAIN_S)
        except (Refused, NotASound, OSError) as error:
            if len(sentence.calls) > 1:  # one that cannot be said must not silence the others
                self.queue.put_back(sentence, f"no clips: {error}", apart=True)
            else:
                self._failed(sentence, f"no clips: {error}")
        return None

    def _failed(self, sentence: Sentence, why: str) -> None:
        log.warning("not announced: %s: %s", sentence.text, why)
        self.queue.done(sentence, now(), failed=why)

    def _prepare(self, calls: Sequence[CallOut], langs: Sequence[str]) -> None:
        """Gets what comes next ready while this is heard: a cut of the line then costs no pause."""
        if calls and (self._preparing is None or self._preparing.done()):
            self._preparing = asyncio.create_task(self._get_ready(calls, langs), name="next sentence")

    async def _get_ready(self, calls: Sequence[CallOut], langs: Sequence[str]) -> None:
        with suppress(Away, Refused, NotASound, OSError):  # it is tried again in its turn, and told then
            await self._clips.ready(calls, langs)

    def _tell_notes(self) -> None:
        for note in self.queue.take_notes():
            if note.outcome == "failed":
                self._tell_health(self, "error", note.why)
            self._tell_note(self, note)
