"""The tickets of this kiosk: each intent before it is asked for, each number before it is printed."""

import json
from collections.abc import Callable
from sqlite3 import Connection

from kiosk.journal.file import JournalFile
from kiosk.journal.papers import add_original
from kiosk.journal.rows import BLOCK, TAKEN, Block, Json, Taken, all_taken, taken


class Tickets:
    def __init__(self, file: JournalFile) -> None:
        self._file = file

    def find(self, key: str) -> Taken | None:
        return self._one("key = ?", key)

    def with_id(self, ticket_id: str) -> Taken | None:
        return self._one("ticket_id = ?", ticket_id)

    def _one(self, where: str, value: str) -> Taken | None:
        with self._file.reading() as db:
            row = db.execute(f"SELECT {TAKEN} FROM ticket WHERE {where}", (value,)).fetchone()
        return taken(row) if row else None

    def intend(self, key: str, asked: Json, at: str) -> None:
        """Before the server is asked: from now on it may have carried this out."""
        with self._file.writing() as db:
            _intend(db, key, asked, at, doubt=True)

    def forget(self, key: str) -> None:
        """The server has refused it, which changes nothing; or it certainly never heard of it."""
        with self._file.writing() as db:
            db.execute("DELETE FROM ticket WHERE key = ? AND state = 'asking'", (key,))

    def accept(self, key: str, answer: Json) -> None:
        """The server's own ticket, and its paper, which may now be printed. Its time is the server's: when it was
        asked for, this kiosk may not have known the time yet."""
        ticket = answer["ticket"]
        with self._file.writing() as db:
            db.execute(
                "UPDATE ticket SET state = 'online', doubt = 0, answer = ?, ticket_id = ?, asked_at = ?"
                " WHERE key = ? AND state = 'asking'",
                (json.dumps(answer), ticket["id"], ticket["issued_at"], key),
            )
            add_original(db, key, ticket["issued_at"])

    def issue(
        self, key: str, asked: Json, queue_id: str, day: str, at: str, doubt: bool, make: Callable[[Block], Json]
    ) -> bool:
        """The next number of a block of that queue and day, in one step with its ticket and its paper; False where
        none is left. `make` gives the answer for the block whose next serial it is; `doubt` says whether the server
        may have carried out the same."""
        with self._file.writing() as db:
            row = db.execute(
                f"SELECT {BLOCK} FROM block WHERE queue_id = ? AND business_day = ? AND state = 'open'"
                " AND next_serial <= last_serial ORDER BY first_serial LIMIT 1",
                (queue_id, day),
            ).fetchone()
            if row is None:
                return False
            block = Block(*row)
            answer = make(block)
            _intend(db, key, asked, at, doubt)
            db.execute("UPDATE block SET next_serial = next_serial + 1 WHERE id = ?", (block.id,))
            db.execute(
                "UPDATE ticket SET state = 'offline', doubt = ?, answer = ?, ticket_id = ?, block_id = ?, serial = ?,"
                " hand_in = 'waiting', issue_order = (SELECT COALESCE(MAX(issue_order), 0) + 1 FROM ticket)"
                " WHERE key = ? AND state = 'asking'",
                (doubt, json.dumps(answer), answer["ticket"]["id"], block.id, block.next_serial, key),
            )
            add_original(db, key, at)
        return True

    def given_since(self, at: str) -> dict[str, int]:
        """How many numbers of each queue were given out here since then, whoever numbered them."""
        with self._file.reading() as db:
            rows = db.execute(
                "SELECT json_extract(answer, '$.ticket.queue_id'), COUNT(*) FROM ticket"
                " WHERE answer NOTNULL AND asked_at >= ? GROUP BY 1",
                (at,),
            )
            return dict(rows.fetchall())

    def last_issued_at(self) -> str | None:
        """When the newest ticket out of a block was given out."""
        with self._file.reading() as db:
            row = db.execute(
                "SELECT answer FROM ticket WHERE issue_order NOTNULL ORDER BY issue_order DESC"
            ).fetchone()
        return str(json.loads(row[0])["ticket"]["issued_at"]) if row else None


def _intend(db: Connection, key: str, asked: Json, at: str, doubt: bool) -> None:
    """An older doubt stays: only an answer to this key can end it."""
    db.execute(
        "INSERT INTO ticket (key, asked, asked_at, state, doubt) VALUES (?, ?, ?, 'asking', ?)"
        " ON CONFLICT (key) DO UPDATE SET doubt = doubt OR excluded.doubt",
        (key, json.dumps(asked), at, doubt),
    )


class Outbox:
    """What the server has still to be told of these tickets."""

    def __init__(self, file: JournalFile) -> None:
        self._file = file

    def to_hand_in(self) -> list[Taken]:
        """In order of issue."""
        return self._all("hand_in = 'waiting' ORDER BY issue_order")

    def waiting(self) -> int:
        with self._file.reading() as db:
            return int(db.execute("SELECT COUNT(*) FROM ticket WHERE hand_in = 'waiting'").fetchone()[0])

    def in_doubt(self) -> list[Taken]:
        """Perhaps carried out by the server, though something else was done here, or nothing."""
        return self._all("doubt = 1 AND state IN ('offline', 'given_up') ORDER BY issue_order, key")

    def asking(self) -> list[Taken]:
        """Asked for, and not answered yet; whoever asked may have left."""
        return self._all("state = 'asking'")

    def to_cancel(self) -> list[Taken]:
        """Given back before the server knew of them, which it does now."""
        return self._all("cancel = 'wanted' AND hand_in IN ('done', 'refused') ORDER BY issue_order")

    def _all(self, where: str) -> list[Taken]:
        with self._file.reading() as db:
            return all_taken(db.execute(f"SELECT {TAKEN} FROM ticket WHERE {where}").fetchall())

    def handed_in(self, key: str, state: str, note: str = "") -> None:
        """`state`: done, or refused with the reason as note."""
        self._set(key, "hand_in = ?, note = ?", state, note)

    def give_up(self, key: str) -> None:
        self._set(key, "state = 'given_up'")

    def settle(self, key: str) -> None:
        """No doubt is left of what the server did under this key."""
        self._set(key, "doubt = 0")

    def want_cancelled(self, key: str, cancel_key: str) -> None:
        self._set(key, "cancel = 'wanted', cancel_key = ?", cancel_key)

    def cancelled(self, key: str, state: str) -> None:
        self._set(key, "cancel = ?", state)

    def _set(self, key: str, change: str, *values: str) -> None:
        with self._file.writing() as db:
            db.execute(f"UPDATE ticket SET {change} WHERE key = ?", (*values, key))
