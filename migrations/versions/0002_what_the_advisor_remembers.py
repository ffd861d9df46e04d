"""What the advisor remembers: days that are over, plans, and the whole range of a quoted wait

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "class_days",
        sa.Column("branch_id", sa.String(length=40), nullable=False),
        sa.Column("business_day", sa.Date(), nullable=False),
        sa.Column("counter_class", sa.String(length=20), nullable=False),
        sa.Column("record", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["branch_id"], ["branches.id"], name=op.f("fk_class_days_branch_id")),
        sa.PrimaryKeyConstraint("branch_id", "business_day", "counter_class", name=op.f("pk_class_days")),
    )
    op.create_table(
        "day_plans",
        sa.Column("branch_id", sa.String(length=40), nullable=False),
        sa.Column("business_day", sa.Date(), nullable=False),
        sa.Column("counter_class", sa.String(length=20), nullable=False),
        sa.Column("plan", sa.JSON(), nullable=False),
        sa.Column("by", sa.String(length=120), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["branch_id"], ["branches.id"], name=op.f("fk_day_plans_branch_id")),
        sa.PrimaryKeyConstraint("branch_id", "business_day", "counter_class", name=op.f("pk_day_plans")),
    )
    op.add_column("tickets", sa.Column("quote_p10_s", sa.Float(), nullable=True))
    op.add_column("tickets", sa.Column("quote_by", sa.String(length=20), nullable=True))
    op.create_index(
        "ix_events_scores",
        "events",
        ["branch_id", "seq"],
        sqlite_where=sa.text("kind = 'advice.scored'"),
        postgresql_where=sa.text("kind = 'advice.scored'"),
    )


def downgrade() -> None:
    op.drop_index("ix_events_scores", table_name="events")
    op.drop_column("tickets", "quote_by")
    op.drop_column("tickets", "quote_p10_s")
    op.drop_table("day_plans")
    op.drop_table("class_days")
