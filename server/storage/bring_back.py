"""Puts days that were put away back into the log: an older schema has no other place for them."""

from datetime import datetime

import orjson
from sqlalchemy import Connection, Engine, delete, func, insert, select

from server.domain.audience import whole
from server.domain.ticket import Ticket, ticket_from
from server.storage.chain import Head
from server.storage.day_pack import DayPack, Json
from server.storage.tables import archived_days, branches, events, tickets
from server.storage.upsert import insert_into

PIECE = 5000


def bring_back(engine: Engine) -> int:
    """Every day of every branch, each in a transaction of its own, the newest first, so that the log never has a hole
    in it. Gives how many. DamagedDay where one cannot be read."""
    days = 0
    while True:
        with engine.begin() as connection:
            branch_id = connection.execute(select(func.min(archived_days.c.branch_id))).scalar_one()
            if branch_id is None:
                return days
            _bring_newest(connection, branch_id)
        days += 1


def _bring_newest(connection: Connection, branch_id: str) -> None:
    # As for every change of a log: nobody else writes to the branch meanwhile.
    connection.execute(select(branches.c.id).where(branches.c.id == branch_id).with_for_update())
    pack = DayPack.newest(connection, branch_id)
    if pack is None:
        return  # somebody else was quicker
    held: dict[str, Ticket] = {}
    head = Head(pack.first_seq - 1, pack.header.get("head") or "")
    for after in range(pack.first_seq - 1, pack.last_seq, PIECE):
        bodies = pack.bodies(after, PIECE)
        rows = []
        for body in bodies:
            head = head.to(orjson.dumps(body))
            rows.append(_row(body) | {"hash": head.hash if pack.header.get("head") is not None else None})
        connection.execute(insert(events), rows)
        held |= {body["ticket"]["id"]: ticket_from(body["ticket"]) for body in bodies if body.get("ticket")}
    if held:
        # Those that were open then have gone on since, and are there.
        put = insert_into(connection, tickets).on_conflict_do_nothing()
        connection.execute(put, [whole(ticket) for ticket in held.values()])
    connection.execute(
        delete(archived_days).where(
            archived_days.c.branch_id == branch_id, archived_days.c.first_seq == pack.first_seq
        )
    )


def _row(body: Json) -> Json:
    ticket = body.get("ticket")
    fixed = {name: body[name] for name in ("branch_id", "seq", "kind", "actor")}
    return fixed | {
        "at": datetime.fromisoformat(body["at"]),
        "ticket_id": ticket["id"] if ticket else None,
        "body": body,
    }
