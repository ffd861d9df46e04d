"""Where in a branch's log a business day may begin, so that a year of days need not be read for the last week."""

from datetime import date

from sqlalchemy import Connection, func, select

from server.storage.tables import archived_days


def seq_before(connection: Connection, branch_id: str, day: date) -> int:
    """A place in the log, as late as is known without reading it, with all of `day` behind it."""
    over = select(func.max(archived_days.c.last_seq)).where(
        archived_days.c.branch_id == branch_id, archived_days.c.business_day < day
    )
    return connection.execute(over).scalar_one() or 0
