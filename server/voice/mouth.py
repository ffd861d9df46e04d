"""The server's end of the child that speaks: started at the first word, and again after it has died."""

import json
import logging
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

from server.voice.choice import Voices
from server.voice.sentences import Sentence

log = logging.getLogger(__name__)

LONGEST_S = 30.0  # for one sentence, with loading a voice; who takes longer hangs, and is ended
LARGEST = 20_000_000  # bytes of a clip
TRIES = 2


class CannotSpeak(Exception):
    """No clip can be made of it now."""


class Mouth:
    """Blocking, and for one thread at a time."""

    def __init__(self, voices: Voices, longest_s: float = LONGEST_S) -> None:
        self._voices = voices
        self._longest_s = longest_s
        self._child: subprocess.Popen[bytes] | None = None
        self._ended = False

    @property
    def child_id(self) -> int | None:
        return None if self._child is None else self._child.pid

    def chime(self) -> bytes:
        return self._ask({"chime": True})

    def say(self, sentence: Sentence) -> bytes:
        """The sentence as a WAV; CannotSpeak."""
        names = [part.name for part in sentence.parts]
        return self._ask({"lang": sentence.lang, "said": sentence.said, "parts": names})

    def interrupt(self) -> None:
        """From any thread: what is being said is given up, and nothing more is said."""
        self._ended = True
        if self._child is not None:
            self._child.kill()

    def close(self) -> None:
        self._ended = True
        self._tidy()

    def _tidy(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.kill()
            with suppress(OSError):
                child.communicate()

    def _ask(self, job: dict[str, Any]) -> bytes:
        for _ in range(TRIES):
            if self._ended:
                break
            try:
                return self._asked_once(job)
            except (OSError, ValueError) as error:
                self._tidy()
                if not self._ended:
                    log.warning("the speaker has died: %s", error)
        raise CannotSpeak("the speaker has ended, or dies of it")

    def _asked_once(self, job: dict[str, Any]) -> bytes:
        child = self._child = self._child or self._started()
        assert child.stdin is not None
        assert child.stdout is not None
        hanging = threading.Timer(self._longest_s, child.kill)
        hanging.daemon = True
        hanging.start()
        try:
            child.stdin.write(json.dumps(job).encode() + b"\n")
            child.stdin.flush()
            told = json.loads(child.stdout.readline())
            if not 0 <= told["size"] <= LARGEST:
                raise ValueError("no clip is as large as that")
            made = child.stdout.read(told["size"])
        finally:
            hanging.cancel()
        if len(made) != told["size"]:
            raise ValueError("it broke off")
        for note in told["notes"]:
            log.warning("voice: %s", note)
        if not made:
            raise CannotSpeak(told["failed"])
        return made

    def _started(self) -> "subprocess.Popen[bytes]":
        child = subprocess.Popen(
            [sys.executable, "-m", "server.voice.speaker"],
            cwd=Path(__file__).parents[2],  # wherever the server was started, it is this house's speaker
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C is for the server, which ends it in its turn
        )
        packs = [
            (pack.name, pack.lang, {part: str(file) for part, file in pack.parts.items()})
            for pack in self._voices.packs
        ]
        chosen = {
            "packs": packs,
            "piper": {lang: str(Path(file).resolve()) for lang, file in self._voices.piper.items()},
            "espeak": dict(self._voices.espeak),
        }
        assert child.stdin is not None
        child.stdin.write(json.dumps(chosen).encode() + b"\n")
        return child
