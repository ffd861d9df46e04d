"""Reads what the advisor has said and what came of it: scored advice, and the waits that were promised."""

from datetime import date, datetime, timedelta

from sqlalchemy import Connection, String, literal_column, select

from server.advisor.quote_score import QuoteScore
from server.domain.advice import Advice
from server.domain.events import event_from
from server.storage.day_pack import DayPack
from server.storage.tables import events, tickets

MOST = 5000  # advices of any period that is asked for; a branch has a few dozen a day

# Written into the statement: with a parameter SQLite would not see that the partial index holds just these.
SCORED = literal_column("'advice.scored'", String)


def scored_advices(connection: Connection, branch_id: str, since: datetime) -> list[Advice]:
    """Advice that was judged since then, newest first, each with its score; of days that were put away too."""
    rows = connection.execute(
        select(events.c.body)
        .where(events.c.branch_id == branch_id, events.c.kind == SCORED, events.c.at >= since)
        .order_by(events.c.seq.desc())
        .limit(MOST)
    )
    found = [event_from(row.body) for row in rows]
    # What begins a day is written before it, and so put away with the day before.
    for pack in DayPack.since(connection, branch_id, since.date() - timedelta(days=1)):
        found += [event_from(body) for body in reversed(pack.header["scored"])]
    return [event.advice for event in found[:MOST] if event.at >= since and event.advice is not None]


def quotes_since(connection: Connection, branch_id: str, since: date) -> QuoteScore:
    """The waits promised to the customers of all days since `since`, against those found at their first call."""
    score = quote_score(connection, branch_id, since)
    for pack in DayPack.since(connection, branch_id, since):
        score.merge(QuoteScore(**pack.header["quotes"]))
    return score


def quote_score(connection: Connection, branch_id: str, since: date, until: date = date.max) -> QuoteScore:
    """Of the days from `since` to `until` that have not been put away.

    Left out are tickets whose first call is not known any more (missed and put back, sent on), and those to which
    no wait was promised at all: there was nothing to be wrong about.
    """
    t = tickets.c
    rows = connection.execute(
        select(t.issued_at, t.called_at, t.quote_p10_s, t.quote_p50_s, t.quote_p90_s).where(
            t.branch_id == branch_id,
            t.business_day.between(since, until),
            t.called_at.is_not(None),
            t.quote_p50_s.is_not(None),
            t.quote_p90_s > 0,
            t.misses == 0,
            t.due_call.is_(None),
            t.deferred_to.is_(None),
            t.appointment_at.is_(None),
            t.arrived_at == t.issued_at,
        )
    )
    score = QuoteScore()
    for issued_at, called_at, p10, p50, p90 in rows:
        found = (called_at - issued_at).total_seconds() / 60
        score.add(found, None if p10 is None else p10 / 60, p50 / 60, p90 / 60)
    return score
