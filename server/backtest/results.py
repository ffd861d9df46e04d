"""Many days' scores as the rows of a table: what a policy costs beside the yardstick, and how sure that is."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from server.backtest.contest import COMPARED, KNOWN, Game, Score
from server.backtest.scenario import FIRST_DAY

STATIC = "static"
NORMAL_95 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Row:
    """One policy over all days of a scenario. Money in counter-minutes a day, waits in minutes.

    `extra`: of its cost over the yardstick's, as a share of that; `margin`: half of the 95 % interval of `extra`,
    from the differences day by day, for both met the same customers.
    """

    policy: str
    title: str
    cost: float
    extra: float
    margin: float
    wait: float
    wait_p90: float
    openings: float


@dataclass(frozen=True, slots=True)
class Sheet:
    """One scenario at one price of opening. `static`: the number of counters that is the best if kept."""

    scenario: str
    game: Game
    days: int
    static: int
    rows: tuple[Row, ...]

    def row(self, policy: str) -> Row:
        return next(row for row in self.rows if row.policy == policy)

    def dearer(self, policy: str, than: str = "lookahead") -> float:
        """By which share one policy costs more than another."""
        return self.row(policy).cost / self.row(than).cost - 1


def sheet_of(scenario: str, game: Game, days: Sequence[Mapping[str, Score]]) -> Sheet:
    """The rows in order of cost. Of the constant numbers of counters only the one that would have been the best
    over all these days is shown: more than anybody could have known before."""
    names = list(days[0])
    known = np.array([day[KNOWN].cost for day in days])
    fixed = [name for name in names if name.isdecimal()]
    titles = {"so_tang": f"so_tang ({game.congestion.high:g}, {game.congestion.low:g})"}
    rows = [
        _row(name, titles.get(name, name), [day[name] for day in days], known) for name in names if name not in fixed
    ]
    best = min(fixed, key=lambda name: sum(day[name].cost for day in days))
    title = f"static, {best} counters (best in hindsight)"
    rows.append(_row(STATIC, title, [day[best] for day in days], known))
    return Sheet(scenario, game, len(days), int(best), tuple(sorted(rows, key=lambda row: row.cost)))


def _row(policy: str, title: str, scores: Sequence[Score], known: NDArray[np.float64]) -> Row:
    costs = np.array([score.cost for score in scores])
    extra = (costs - known) / known.mean()
    waits = np.concatenate([np.asarray(score.waits) for score in scores])
    spread = float(extra.std(ddof=1)) if len(extra) > 1 else math.nan
    return Row(
        policy=policy,
        title=title,
        cost=float(costs.mean()),
        extra=float(extra.mean()),
        margin=NORMAL_95 * spread / math.sqrt(len(extra)),
        wait=float(waits.mean()) if waits.size else 0.0,
        wait_p90=float(np.quantile(waits, 0.9)) if waits.size else 0.0,
        openings=sum(score.openings for score in scores) / len(scores),
    )


@dataclass(frozen=True, slots=True)
class Claim:
    """Something the advisor is trusted for, and what was found."""

    text: str
    found: float
    bound: float
    at_most: bool

    @property
    def holds(self) -> bool:
        return self.found <= self.bound if self.at_most else self.found >= self.bound


def claims(sheet: Sheet) -> list[Claim]:
    """What must hold of the sheet: how near the advice is to that of who knows the rates, and how far it is from
    the other policies."""
    if sheet.scenario == FIRST_DAY:
        return []  # nothing is promised of a day that begins with a guess
    near = 0.01 if sheet.scenario == "base" else 0.03
    where = f"{sheet.scenario}, opening {sheet.game.opening:g}"
    found = [Claim(f"{where}: lookahead dearer than with known rates by", sheet.row("lookahead").extra, near, True)]
    if sheet.scenario == "base":
        for policy, least in ((STATIC, 0.15), ("all_open", 0.30), ("mms", 0.08)):
            found.append(Claim(f"{where}: {policy} dearer than lookahead by", sheet.dearer(policy), least, False))
    return found


def policies_of(game: Game, *, more: Sequence[str] = ()) -> list[str]:
    """Everything that is played in a scenario."""
    return [*(str(number) for number in range(1, game.most + 1)), *COMPARED, KNOWN, *more]
