"""A TCP port in front of a Unix socket: the tests' PostgreSQL has only the one, and a container's needs the other."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


@contextmanager
def bridge(path: str) -> Iterator[int]:
    """A port of this machine, until the block ends; whoever connects speaks to the socket at `path`."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        thread = threading.Thread(target=_let_in, args=(door, path), name="bridge", daemon=True)
        thread.start()
        yield int(door.getsockname()[1])
        door.shutdown(socket.SHUT_RDWR)
        thread.join()


def _let_in(door: socket.socket, path: str) -> None:
    while True:
        try:
            caller, _ = door.accept()
        except OSError:
            return  # the block has ended
        inside = socket.socket(socket.AF_UNIX)
        inside.connect(path)
        for source, target in ((caller, inside), (inside, caller)):
            threading.Thread(target=_carry, args=(source, target), daemon=True).start()


def _carry(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    for end in (source, target):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
    if source.family == socket.AF_UNIX:  # the side that is closed last closes both
        source.close()
        target.close()
