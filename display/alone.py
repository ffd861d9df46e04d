"""A folder belongs to one display at a time: two would speak into one another's sentences."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows has no such lock, and its displays look after themselves
    fcntl = None  # type: ignore[assignment]


class CannotStart(Exception):
    """In words for whoever started it."""


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Raises CannotStart while another display uses the folder; one that was killed leaves it free."""
    with (folder / "display.lock").open("w") as lock:
        if fcntl is not None:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise CannotStart(f"another display uses {folder}. Give each its own folder with --data.") from error
        yield
