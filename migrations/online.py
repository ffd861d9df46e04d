"""Indexes on tables that are large and in use, made without stopping whoever writes to them."""

from alembic import op
from sqlalchemy import TextClause


def create_index_online(name: str, table: str, columns: list[str], where: TextClause | None = None) -> None:
    """The first things in its migration: on PostgreSQL it ends the transaction it stands in, and is made outside of
    any. Broken off and run again, it begins anew. SQLite makes it inside, and servers wait: about 1 s a million rows.
    """
    context = op.get_context()
    if context.dialect.name != "postgresql":
        op.create_index(name, table, columns, sqlite_where=where)
        return
    with context.autocommit_block():
        patience = op.get_bind().exec_driver_sql("SHOW lock_timeout").scalar_one()
        # It waits for older transactions, a backup even, but nobody waits for it: so it may take its time.
        op.execute("SET lock_timeout = '1h'")
        # An attempt that was broken off has left an index that has its name and is never used.
        op.drop_index(name, table_name=table, if_exists=True, postgresql_concurrently=True)
        op.create_index(name, table, columns, postgresql_where=where, postgresql_concurrently=True)
        op.execute(f"SET lock_timeout = '{patience}'")
