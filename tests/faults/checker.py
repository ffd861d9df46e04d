"""The independent checker: from the event log and the clients' records alone, what was lost, doubled or missed."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import psycopg

from tests.faults.command_rules import CommandCounts, check_commands
from tests.faults.log_rules import LogRules
from tests.faults.record import Record
from tests.faults.screen_rules import ScreenCounts, check_screens

Json = dict[str, Any]

LOG = "SELECT seq, body FROM events WHERE branch_id = 'main' ORDER BY seq"
COLUMNS = "acknowledged refused unanswered lost doubled events sent seen bridged missed wrong".split()


@dataclass(frozen=True, slots=True)
class Verdict:
    """`faults` is empty where everything is as it should be; `row` is what is printed."""

    log: list[str]
    commands: CommandCounts
    screens: ScreenCounts
    events: int

    @property
    def faults(self) -> list[str]:
        return [*self.log, *self.commands.faults, *self.screens.faults]

    @property
    def row(self) -> dict[str, int]:
        """By the names of COLUMNS; `wrong` are rules broken by the log itself."""
        found = {"events": self.events, "wrong": len(self.log)}
        for name in COLUMNS:
            for counts in (self.commands, self.screens):
                if hasattr(counts, name):
                    found[name] = getattr(counts, name)
        return {name: found[name] for name in COLUMNS}


def check(log: Sequence[Json], record: Record, settled: int | None = None) -> Verdict:
    """`settled` is how far every display must have come; by default to the end of the log."""
    rules = LogRules()
    for event in log:
        rules.read(event)
    end = rules.seq if settled is None else settled
    return Verdict(rules.faults, check_commands(log, record), check_screens(log, record, end), len(log))


def read_log(database_url: str) -> list[Json]:
    """The log as it stands in the database, read with plain SQL past everything that the server is made of."""
    return [{**body, "seq": seq} for seq, body in _rows(database_url)]


def _rows(database_url: str) -> list[tuple[int, Json]]:
    if database_url.startswith("sqlite:///"):
        connection = sqlite3.connect(database_url.removeprefix("sqlite:///"))
        try:
            return [(seq, json.loads(body)) for seq, body in connection.execute(LOG)]
        finally:
            connection.close()
    with psycopg.connect(database_url.replace("+psycopg", "")) as postgres:
        return [(seq, body) for seq, body in postgres.execute(LOG).fetchall()]
