"""Which processes are alive, days that are over put away in one piece each, and answers found by their age

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
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
    op.create_index(op.f("ix_answers_branch_id_at"), "answers", ["branch_id", "at"])


def downgrade() -> None:
    op.drop_index(op.f("ix_answers_branch_id_at"), table_name="answers")
    op.drop_table("archived_days")
    op.drop_table("processes")
