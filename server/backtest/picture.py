"""One SVG of the backtest: a day's load and counters under each policy, and what all days cost beside the best."""

from collections.abc import Callable, Sequence
from html import escape

from server.backtest.contest import CONTROLLERS, believed, simulated
from server.backtest.results import STATIC, Sheet
from server.backtest.scenario import Day

SHOWN = ("lookahead", "so_tang", "mms", "day_plan", STATIC, "all_open")
INK, PALE, LOAD, OWN, CROWD = "#1f2933", "#9aa5b1", "#dde4ec", "#0b69a3", "#c77700"
LEFT, WIDTH, TOP, HEIGHT, GAP = 120, 520, 70, 84, 22
BARS_AT, BAR_WIDTH, BAR = 740, 230, 16

SCALE = 20.0  # customers, erlangs and counters at the top of a panel; longer queues are cut off there

Trace = Sequence[tuple[float, int, int]]


def picture(day: Day, sheets: Sequence[Sheet]) -> str:
    """`day` is played at the first sheet's price of opening; the bars are of every sheet of its scenario."""
    first = sheets[0]
    parts = [_words(LEFT - 100, 30, "One day: load (grey), customers present (orange), counters open (blue)", 15)]
    for place, policy in enumerate(SHOWN):
        controller = first.static if policy == STATIC else CONTROLLERS[policy](first.game, day, believed(day))
        trace = simulated(day, controller, trace=True).trace
        parts.append(_panel(TOP + place * (HEIGHT + GAP), policy, day, trace))
    y = TOP + 10
    parts.append(_words(BARS_AT, 30, "Cost over that with known rates", 15))
    for sheet in (sheet for sheet in sheets if sheet.scenario == first.scenario):
        parts.append(_bars(y, sheet))
        y += 34 + (BAR + 6) * (len(SHOWN) + 1)
    height = TOP + len(SHOWN) * (HEIGHT + GAP) + 20
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="1020" height="{height}" viewBox="0 0 1020 {height}" '
        f'font-family="sans-serif" fill="{INK}">\n<rect width="1020" height="{height}" fill="#fff"/>\n'
        + "\n".join(parts)
        + "\n</svg>\n"
    )


def _panel(top: float, policy: str, day: Day, trace: Trace) -> str:
    def x(minute: float) -> float:
        return LEFT + WIDTH * minute / day.closes

    def y(value: float) -> float:
        return top + HEIGHT * (1 - min(value, SCALE) / SCALE)

    loads = [rate * day.service_min for rate in day.rates]
    area = "".join(
        f"{x(at * day.slot_min):.1f},{y(load):.1f} {x((at + 1) * day.slot_min):.1f},{y(load):.1f} "
        for at, load in enumerate(loads)
    )
    crowd = " ".join(f"{x(now):.1f},{y(present):.1f}" for now, present, _ in trace)
    return "\n".join(
        [
            f'<polygon points="{LEFT},{y(0):.1f} {area}{LEFT + WIDTH},{y(0):.1f}" fill="{LOAD}"/>',
            f'<polyline points="{crowd}" fill="none" stroke="{CROWD}" stroke-width="1"/>',
            f'<polyline points="{_stairs(trace, day.closes, x, y)}" fill="none" stroke="{OWN}" stroke-width="2"/>',
            f'<line x1="{LEFT}" x2="{LEFT + WIDTH}" y1="{y(0):.1f}" y2="{y(0):.1f}" stroke="{PALE}"/>',
            _words(LEFT - 100, top + HEIGHT / 2, policy, 13),
            _words(LEFT + WIDTH + 6, y(SCALE) + 8, f"{SCALE:g}", 10, PALE),
            _words(LEFT + WIDTH + 6, y(0), "0", 10, PALE),
            *(
                _words(x(hour * 60 - day.opens_min) - 8, top + HEIGHT + 14, f"{hour}", 10, PALE)
                for hour in range(int(day.opens_min // 60) + 1, int((day.opens_min + day.closes) // 60) + 1, 2)
            ),
        ]
    )


def _stairs(trace: Trace, closes: float, x: Callable[[float], float], y: Callable[[float], float]) -> str:
    ends = [*(now for now, _, _ in trace[1:]), closes]
    return " ".join(
        f"{x(now):.1f},{y(counters):.1f} {x(end):.1f},{y(counters):.1f}"
        for (now, _, counters), end in zip(trace, ends, strict=True)
    )


def _bars(top: float, sheet: Sheet) -> str:
    rows = [row for row in sheet.rows if row.policy in SHOWN]
    longest = max([0.01, *(row.extra for row in rows)])
    parts = [_words(BARS_AT, top, f"an opening costs {sheet.game.opening:g} counter-minutes", 12)]
    for place, row in enumerate(rows):
        y = top + 12 + place * (BAR + 6)
        width = max(1.0, BAR_WIDTH * 0.6 * row.extra / longest)
        colour = OWN if row.policy == "lookahead" else PALE
        parts += [
            f'<rect x="{BARS_AT + 75}" y="{y:.1f}" width="{width:.1f}" height="{BAR}" fill="{colour}"/>',
            _words(BARS_AT, y + 12, row.policy, 12),
            _words(BARS_AT + 80 + width, y + 12, f"{100 * row.extra:+.1f} %", 12),
        ]
    return "\n".join(parts)


def _words(x: float, y: float, text: str, size: int, colour: str = INK) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{colour}">{escape(text)}</text>'
