"""Every piece of paper: recorded before the printer begins, so that none comes out twice by itself."""

from sqlite3 import Connection

from kiosk.journal.file import JournalFile
from kiosk.journal.rows import PAPER, Paper, paper


def add_original(db: Connection, key: str, at: str) -> None:
    """The ticket's own paper, in the same step as the ticket. There is one, whatever is asked again."""
    db.execute("INSERT INTO paper (key, is_copy, state, at) VALUES (?, 0, 'to_print', ?)", (key, at))


class Papers:
    def __init__(self, file: JournalFile) -> None:
        self._file = file

    def add_copy(self, key: str, at: str) -> None:
        with self._file.writing() as db:
            db.execute("INSERT INTO paper (key, is_copy, state, at) VALUES (?, 1, 'to_print', ?)", (key, at))

    def newest(self, key: str) -> Paper:
        with self._file.reading() as db:
            row = db.execute(f"SELECT {PAPER} FROM paper WHERE key = ? ORDER BY id DESC LIMIT 1", (key,)).fetchone()
        return paper(row)

    def last_original(self) -> str | None:
        """The key of the ticket that was given out last."""
        with self._file.reading() as db:
            row = db.execute("SELECT key FROM paper WHERE is_copy = 0 ORDER BY id DESC LIMIT 1").fetchone()
        return str(row[0]) if row else None

    def to_print(self) -> list[Paper]:
        """In the order in which they were asked for."""
        with self._file.reading() as db:
            rows = db.execute(f"SELECT {PAPER} FROM paper WHERE state = 'to_print' ORDER BY id").fetchall()
        return [paper(row) for row in rows]

    def begin(self, paper_id: int) -> None:
        """From now on it may lie in the tray."""
        self._set(paper_id, "printing")

    def end(self, paper_id: int, state: str, trouble: str = "") -> None:
        """`state`: printed; failed, with the printer's trouble; or unknown."""
        self._set(paper_id, state, trouble)

    def _set(self, paper_id: int, state: str, trouble: str = "") -> None:
        with self._file.writing() as db:
            db.execute("UPDATE paper SET state = ?, trouble = ? WHERE id = ?", (state, trouble, paper_id))

    def recover(self, not_before: str) -> None:
        """After a start: what was being printed may have come out or not; what is old has nobody to take it."""
        with self._file.writing() as db:
            db.execute("UPDATE paper SET state = 'unknown', trouble = 'interrupted' WHERE state = 'printing'")
            db.execute(
                "UPDATE paper SET state = 'failed', trouble = 'late' WHERE state = 'to_print' AND at < ?",
                (not_before,),
            )
