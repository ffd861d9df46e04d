"""Which processes are alive, days that are over put away in one piece each, and old days and answers found quickly

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

from migrations.online import create_index_online

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

SETUP = sa.text(
    "kind IN ('branch.day_started', 'branch.changed',"
    " 'counter.opened', 'counter.paused', 'counter.closed', 'counter.profiled')"
)


def upgrade() -> None:
    create_index_online("ix_answers_at", "answers", ["at"])
    create_index_online("ix_events_setup", "events", ["branch_id", "seq"], SETUP)
    op.create_table(
        "processes",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("beat", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_processes")),
    )
    op.create_table(
        "archived_days",
        sa.Column("branch_id", sa.String(length=40), nullable=False),
        sa.Column("first_seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("last_seq", sa.BigInteger(), nullable=False),
        sa.Column("business_day", sa.Date(), nullable=False),
        sa.Column("checksum", sa.String(length=64), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["branch_id"], ["branches.id"], name=op.f("fk_archived_days_branch_id")),
        sa.PrimaryKeyConstraint("branch_id", "first_seq", name=op.f("pk_archived_days")),
    )
    # Nobody asked by it, and with the years every event had to write one more page of it, at some place or other.
    op.drop_index("ix_events_ticket_id", table_name="events")


def downgrade() -> None:
    if op.get_bind().execute(sa.text("SELECT count(*) FROM archived_days")).scalar_one():
        raise RuntimeError("archived days hold the only copy of their events: `python -m server migrate --to 0002`")
    create_index_online("ix_events_ticket_id", "events", ["ticket_id"])
    # In the order in which the writer takes them, branches first, or the two wait for each other.
    op.drop_table("archived_days")
    op.drop_table("processes")
    op.drop_index("ix_events_setup", table_name="events")
    op.drop_index("ix_answers_at", table_name="answers")
