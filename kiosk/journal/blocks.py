"""The blocks of numbers that this kiosk holds, and those it has asked for."""

from kiosk.journal.file import JournalFile
from kiosk.journal.rows import BLOCK, Block, Json, Lease


class Blocks:
    def __init__(self, file: JournalFile) -> None:
        self._file = file

    def held(self) -> list[Block]:
        """All that were not returned yet, used up or not, the oldest first."""
        return self._all("state = 'open' ORDER BY leased_at, first_serial")

    def done_with(self, today: str | None) -> list[Block]:
        """Used up, or of another day than `today`, and every ticket of theirs is with the server."""
        return self._all(
            "state = 'open' AND (next_serial > last_serial OR business_day IS NOT ?) AND NOT EXISTS"
            " (SELECT 1 FROM ticket WHERE ticket.block_id = block.id AND hand_in = 'waiting')",
            today,
        )

    def _all(self, where: str, *values: str | None) -> list[Block]:
        with self._file.reading() as db:
            return [Block(*row) for row in db.execute(f"SELECT {BLOCK} FROM block WHERE {where}", values)]

    def ask(self, queue_id: str, key: str, size: int) -> Lease:
        """Before the server is asked; one that is under way already is asked for again."""
        with self._file.writing() as db:
            db.execute("INSERT OR IGNORE INTO lease (queue_id, key, size) VALUES (?, ?, ?)", (queue_id, key, size))
            row = db.execute("SELECT queue_id, key, size FROM lease WHERE queue_id = ?", (queue_id,)).fetchone()
        return Lease(*row)

    def asked(self) -> list[Lease]:
        with self._file.reading() as db:
            return [Lease(*row) for row in db.execute("SELECT queue_id, key, size FROM lease")]

    def add(self, lease: Lease, block: Json, seq: int) -> None:
        """What the server gave: in the same step the question is forgotten."""
        known = (block["id"], block["queue_id"], block["prefix"], block["first_serial"], block["last_serial"])
        with self._file.writing() as db:
            db.execute(
                f"INSERT OR IGNORE INTO block ({BLOCK}, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'open')",
                (*known, block["first_serial"], block["business_day"], block["leased_at"], seq),
            )
            db.execute("DELETE FROM lease WHERE key = ?", (lease.key,))

    def forget_lease(self, lease: Lease) -> None:
        with self._file.writing() as db:
            db.execute("DELETE FROM lease WHERE key = ?", (lease.key,))

    def returned(self, block_id: str, note: str = "") -> None:
        with self._file.writing() as db:
            db.execute("UPDATE block SET state = 'returned', note = ? WHERE id = ?", (note, block_id))
