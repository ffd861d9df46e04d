"""Which screens listen, and since when each shows what the log says: a dead display looks like a calm hall."""

import logging
from collections import Counter
from dataclasses import dataclass, field
from time import monotonic

import orjson

from server.watch.hops import place_in_log

log = logging.getLogger(__name__)

DEVICES = frozenset({"display", "kiosk", "machine"})  # the others are people: counted, never named
MOST = 20_000  # devices remembered; there are as many as tokens, so only a mistake comes near it


@dataclass(slots=True, eq=False)
class Screen:
    """One socket's reader. `seq` is what it last said it had; `current_at` when it last had everything there was."""

    branch_id: str
    kind: str
    holder_id: str
    name: str
    seq: int
    current_at: float = field(default_factory=monotonic)
    marked_seq: int = 0  # how far the log was at `marked_at`; whoever has come to it was current then
    marked_at: float = 0.0

    def __post_init__(self) -> None:
        self.marked_seq, self.marked_at = self.seq, self.current_at

    def hear(self, said: str, newest: int) -> None:
        """It says that it lives and how far it is, while the log here is at `newest`. In a busy hall there is
        always one event on its way, so it is held to what there was when it last spoke, not to this very moment."""
        seq = seq_in(said)
        if seq is None:
            return
        now = monotonic()
        moved, self.seq = seq != self.seq, seq
        if seq >= newest:
            self.current_at = now
        elif seq >= self.marked_seq:
            self.current_at = max(self.current_at, self.marked_at)
        if seq >= self.marked_seq:
            self.marked_seq, self.marked_at = newest, now
        if moved and log.isEnabledFor(logging.DEBUG):
            place = place_in_log(self.branch_id, seq)
            log.debug("shown", extra={"branch": self.branch_id, "log": place, "screen": self.holder_id})


def seq_in(said: str) -> int | None:
    """The place in the log that a client names, if that is what it says: anyone may write on a socket."""
    try:
        seq = orjson.loads(said)["seq"]
    except (orjson.JSONDecodeError, KeyError, TypeError, IndexError):
        return None
    return seq if type(seq) is int and seq >= 0 else None


class Screens:
    """Those who listen here now, and the devices that did: one that has gone is behind until it is heard again."""

    def __init__(self) -> None:
        self.here: set[Screen] = set()
        self.devices: dict[tuple[str, str], Screen] = {}  # (branch, holder) -> the last of its sockets
        self.ended: Counter[str] = Counter()  # why the sockets ended

    def join(self, branch_id: str, kind: str, holder_id: str, name: str, seq: int) -> Screen:
        screen = Screen(branch_id, kind, holder_id, name, seq)
        self.here.add(screen)
        if kind in DEVICES and len(self.devices) < MOST:
            self.devices[branch_id, holder_id] = screen
        return screen

    def leave(self, screen: Screen, why: str | None) -> None:
        self.here.discard(screen)
        self.ended[why or "left"] += 1
        if why == "revoked":  # it is not missed: somebody took its token back
            self.devices.pop((screen.branch_id, screen.holder_id), None)
