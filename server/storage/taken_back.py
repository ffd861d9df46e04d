"""What was taken back lately: tokens, sessions and roles, for every process that remembers them."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, and_, or_, select, union_all

from server.domain.trail import INSTALLATION
from server.storage.chain import Head
from server.storage.tables import audit, installation, sessions, staff, tokens

LATELY = timedelta(minutes=15)  # longer than any process remembers, and than two machines' clocks are apart
EVERYBODY = "*"
ROLES = "staff_roles:"


@dataclass(frozen=True, slots=True)
class TakenBack:
    """`holders`: ids of tokens and sessions that are worth nothing. `people`: who is something else since the last
    look, or EVERYBODY where nobody can tell."""

    holders: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()


@dataclass(slots=True)
class TakenBackSince:
    """Where one process has got to. It looks again and again, and misses nothing however long it could not."""

    looked_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    trail: int | None = None  # how far the trail of the installation was read

    def look(self, connection: Connection) -> TakenBack:
        now = datetime.now(UTC)
        holders = _holders(connection, self.looked_at - LATELY, now)
        people, trail = self._people(connection)
        self.looked_at, self.trail = now, trail
        return TakenBack(holders, people)

    def _people(self, connection: Connection) -> tuple[frozenset[str], int]:
        """By the trail: whoever changes a role tells it there, in the same commit and in order."""
        head = Head.kept(connection.execute(select(installation.c.trail)).scalar_one_or_none() or "").seq
        if self.trail is None or head == self.trail:
            return frozenset(), head
        if head < self.trail:  # another database stands here: a restore
            return frozenset({EVERYBODY}), head
        new = audit.c.branch_id == INSTALLATION, audit.c.seq > self.trail, audit.c.seq <= head
        found = connection.execute(select(audit.c.subject).where(*new)).scalars()
        rows = (subject.partition(":")[2] for subject in found if subject.startswith(ROLES))
        return frozenset(row.split("/", 1)[0] for row in rows), head


def _holders(connection: Connection, since: datetime, now: datetime) -> frozenset[str]:
    joined = sessions.join(staff, staff.c.id == sessions.c.staff_id)
    over = and_(sessions.c.ends_at > since, sessions.c.ends_at <= now)
    gone = or_(sessions.c.ended_at > since, over, staff.c.left_at > since)
    found = union_all(
        select(tokens.c.id).where(tokens.c.revoked_at > since),
        select(sessions.c.id).select_from(joined).where(gone),
    )
    return frozenset(connection.execute(found).scalars())
