"""Runs the migrations on the connection that it is handed; the same history for SQLite and PostgreSQL."""

from alembic import context

from server.storage.tables import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=True,  # SQLite changes a column by making its table anew
    # PostgreSQL: as short as can be, for whoever wants to write waits. SQLite: one, or two that start at once
    # would take turns in the middle.
    transaction_per_migration=connection.dialect.name == "postgresql",
)
with context.begin_transaction():
    context.run_migrations()
