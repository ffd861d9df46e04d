"""`python -m server permissions`: the table of who may do what, as server/notes/permissions.md has it."""

import argparse

from server.app import API, create_app
from server.settings import Settings
from server.web.permission_table import as_markdown, permission_rows

HEADING = """# Who may do what

Every route, socket and screen that asks who is there, beside every role and kind of device; `x`: may. Printed by
`python -m server permissions` from the one table in `server/web/access.py`; `tests/web/test_permissions.py` tries
each cell, and that this page is what the command prints. A role counts in its own branch; `phone` is whoever holds a
ticket, for that ticket alone. `all`: who has that role in every branch, and so no token, which is of one.

"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """None: there is one table."""


def run(asked: argparse.Namespace) -> int:
    print(page(), end="")
    return 0


def page() -> str:
    """The whole page."""
    return HEADING + as_markdown(permission_rows(create_app(Settings()), API))
