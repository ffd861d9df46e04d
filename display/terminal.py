"""The board in a terminal: the last calls, who waits, and the truth about its own age."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from rich import box
from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from display.picture import Picture
from display.words import say

STALE_S = 3.0  # after so long without a word from the server it says so
MOST_ROWS = 8


@dataclass(frozen=True, slots=True)
class View:
    """All that is shown, at one moment. `silent_s` is infinite before the server was first heard."""

    picture: Picture
    langs: Sequence[str]
    silent_s: float
    now: datetime | None = None  # the server's time
    refused: str = ""
    still_to_say: int = 0
    troubles: Sequence[str] = field(default=())


def draw(view: View) -> RenderableType:
    """The whole board."""
    if not view.picture.known:
        return Panel(sign(view), title="Callboard")
    zone = ZoneInfo(view.picture.zone)
    clock = view.now.astimezone(zone).strftime("%H:%M:%S") if view.now else "--:--"
    rows = [calls_table(view, zone), waiting_table(view), sign(view), *trouble_lines(view)]
    return Panel(Group(*rows), title=names(view, view.picture.branch["name"]), subtitle=clock)


def calls_table(view: View, zone: ZoneInfo) -> RenderableType:
    """Each number once, newest first; bright while the customer is still expected."""
    table = Table(title=say(view.langs, "calls"), box=box.SIMPLE_HEAD, expand=True)
    for key in ("number", "counter", "time"):
        table.add_column(say(view.langs, key), justify="center")
    seen: set[str] = set()
    for call in view.picture.recent:
        number = str(call["number"])
        if number in seen or len(seen) == MOST_ROWS:
            continue
        seen.add(number)
        expected = view.picture.tickets.get(number, {}).get("state") == "called"
        at = datetime.fromisoformat(call["at"]).astimezone(zone).strftime("%H:%M")
        table.add_row(number, str(call["counter_number"]), at, style="bold yellow" if expected else "dim")
    return table if seen else Text(say(view.langs, "nobody"), justify="center")


def waiting_table(view: View) -> Table:
    table = Table(title=say(view.langs, "waiting"), box=box.SIMPLE_HEAD, expand=True)
    table.add_column("")
    table.add_column(say(view.langs, "people"), justify="right")
    queues = view.picture.branch.get("queues", {})
    for queue_id, count in view.picture.waiting().items():
        queue = queues.get(queue_id, {})
        table.add_row(f"{queue.get('prefix', '')}  {names(view, queue.get('name', {}))}", str(count))
    return table


def sign(view: View) -> Text:
    """Fresh, stale by how much, or not there at all."""
    if view.refused:
        return Text(f"{say(view.langs, 'refused')} ({view.refused})", style="bold white on red")
    if view.silent_s == float("inf"):
        return Text(say(view.langs, "connecting"), style="bold black on yellow")
    if view.silent_s >= STALE_S:
        return Text(say(view.langs, "stale", n=int(view.silent_s)), style="bold white on red")
    said = say(view.langs, "fresh")
    if view.still_to_say:
        said += "   " + say(view.langs, "speaking", n=view.still_to_say)
    return Text(said, style="green")


def trouble_lines(view: View) -> list[Text]:
    return [Text(f"{say(view.langs, 'trouble')}: {trouble}", style="bold red") for trouble in view.troubles]


def names(view: View, told: dict[str, str]) -> str:
    """A name in the languages shown, as far as it has them."""
    found = [told[lang] for lang in view.langs if lang in told] or list(told.values())[:1]
    return " · ".join(dict.fromkeys(found))
