"""What goes wrong, told in a line: who restores a backup at night needs no traceback."""

import sys
from collections.abc import Callable

from server.backup.backup_file import Damaged
from server.storage.copying import Unfit
from server.storage.database import DatabaseError
from server.storage.migrate import SchemaError


class Refused(Exception):
    """What was asked is not done; the message says why, and the way out."""


def plainly(program: str, work: Callable[[], object]) -> int:
    """Runs it. 0, or 1 with the reason on stderr; 130 where it was broken off by hand."""
    try:
        work()
    except (Damaged, Unfit, Refused, SchemaError) as error:
        reason = str(error)
    except DatabaseError as error:
        reason = f"the database says: {str(getattr(error, 'orig', error) or error).strip()}"
    except BrokenPipeError:
        return 0  # `export | head` has seen enough
    except OSError as error:
        reason = f"{error.filename}: {error.strerror}" if error.filename else str(error.strerror or error)
    except KeyboardInterrupt:
        return 130
    else:
        return 0
    print(f"{program}: {reason}", file=sys.stderr)
    return 1
