"""How a board is named on the command line."""

from dataclasses import dataclass
from urllib.parse import parse_qsl

from display.boards.framing import FRAMINGS, Framing
from display.boards.wire import SerialWire, TcpWire, Wire

HELP = (
    "tcp:HOST:PORT or serial:DEVICE[:BAUD], then any of ?counter=3 (its own counter; default: all),"
    " framing=lines|checked, address=1, blink=8 (seconds), answers=no (a board that never answers)"
)


@dataclass(frozen=True, slots=True)
class BoardSpec:
    """`counters` empty: the hall's board, which shows the calls of all."""

    name: str
    wire: Wire
    framing: Framing
    address: int = 1
    counters: frozenset[int] = frozenset()
    blink_s: int = 8
    answers: bool = True


def board_spec(text: str) -> BoardSpec:
    """ValueError, in words, if it is none."""
    place, _, options = text.partition("?")
    given = dict(parse_qsl(options, keep_blank_values=True, strict_parsing=bool(options)))
    if unknown := given.keys() - {"counter", "framing", "address", "blink", "answers"}:
        raise ValueError(f"“{text}”: a board has no {', '.join(sorted(unknown))}. Give {HELP}.")
    framing = FRAMINGS.get(given.get("framing", "lines"))
    if framing is None:
        raise ValueError(f"“{text}”: the framings are {' and '.join(FRAMINGS)}.")
    try:
        return BoardSpec(
            name=place,
            wire=_wire(place),
            framing=framing(),
            address=_within(given.get("address", "1"), 0, 99),
            counters=frozenset(int(number) for number in given["counter"].split(","))
            if "counter" in given
            else frozenset(),
            blink_s=_within(given.get("blink", "8"), 0, 999),
            answers=given.get("answers", "yes") != "no",
        )
    except ValueError as error:
        raise ValueError(f"“{text}” is no board: {error}. Give {HELP}.") from error


def _wire(place: str) -> Wire:
    kind, _, rest = place.partition(":")
    head, _, tail = rest.rpartition(":")
    if kind == "tcp" and head:
        return TcpWire(head.strip("[]"), _within(tail, 1, 65535))
    if kind == "serial" and rest:
        return SerialWire(head, int(tail)) if head and tail.isdigit() else SerialWire(rest, 9600)
    raise ValueError("it begins with tcp: or serial:")


def _within(text: str, least: int, most: int) -> int:
    number = int(text)
    if not least <= number <= most:
        raise ValueError(f"{number} is not from {least} to {most}")
    return number
