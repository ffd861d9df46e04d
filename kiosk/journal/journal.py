"""The journal as a whole: tickets, papers, blocks, and a few facts that must outlive the program."""

import json
from pathlib import Path

from kiosk.journal.blocks import Blocks
from kiosk.journal.file import JournalFile
from kiosk.journal.papers import Papers
from kiosk.journal.rows import Json
from kiosk.journal.tickets import Outbox, Tickets


class Journal:
    """Every method blocks until the disk has it; those that write raise CannotRecord where it does not take it."""

    def __init__(self, path: Path, file: JournalFile | None = None) -> None:
        self.file = file or JournalFile(path)
        self.tickets = Tickets(self.file)
        self.outbox = Outbox(self.file)
        self.papers = Papers(self.file)
        self.blocks = Blocks(self.file)

    @property
    def full(self) -> bool:
        return self.file.full

    def fact(self, name: str) -> Json | None:
        with self.file.reading() as db:
            row = db.execute("SELECT value FROM fact WHERE name = ?", (name,)).fetchone()
        return dict(json.loads(row[0])) if row else None

    def note_fact(self, name: str, value: Json) -> None:
        with self.file.writing() as db:
            db.execute("INSERT OR REPLACE INTO fact (name, value) VALUES (?, ?)", (name, json.dumps(value)))

    def forget_before(self, day: str) -> None:
        """What is over and done with is not kept: a kiosk runs for years on a small card."""
        done = "doubt = 0 AND state <> 'asking' AND hand_in <> 'waiting' AND cancel <> 'wanted' AND asked_at < ?"
        with self.file.writing() as db:
            db.execute(f"DELETE FROM paper WHERE key IN (SELECT key FROM ticket WHERE {done})", (day,))
            db.execute(f"DELETE FROM ticket WHERE {done}", (day,))
            db.execute(
                "DELETE FROM block WHERE state = 'returned' AND business_day < ? AND NOT EXISTS"
                " (SELECT 1 FROM ticket WHERE ticket.block_id = block.id)",
                (day,),
            )

    def close(self) -> None:
        self.file.close()
