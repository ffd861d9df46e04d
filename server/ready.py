"""`python -m server.ready`: whether the server of this machine can serve. For health checks and upgrades."""

# Asked every few seconds, beside the server and at its cost: so it imports none of it, only what Python brings.
import argparse
import os
import sys
import time
import urllib.request
from collections.abc import Sequence

BETWEEN_S = 0.2
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # whatever proxy the machine uses for others


def main(arguments: Sequence[str] | None = None) -> int:
    """0 as soon as /readyz says yes, 1 if it does not within --wait seconds."""
    parser = argparse.ArgumentParser(prog="python -m server.ready", description=__doc__)
    parser.add_argument("--port", type=int, default=os.environ.get("CALLBOARD_PORT", "8000"))
    parser.add_argument("--wait", type=float, default=0.0, help="seconds to go on asking (default: ask once)")
    asked = parser.parse_args(arguments)
    deadline = time.monotonic() + asked.wait
    while True:
        trouble = _trouble(asked.port)
        if not trouble:
            return 0
        if time.monotonic() >= deadline:
            print(trouble, file=sys.stderr)
            return 1
        time.sleep(BETWEEN_S)


def _trouble(port: int) -> str:
    """Why the server cannot serve; empty if it can."""
    try:
        with DIRECT.open(f"http://127.0.0.1:{port}/readyz", timeout=2):
            return ""
    except OSError as error:  # refused, too slow, or an answer that is not 200
        return f"not ready: {error}"


if __name__ == "__main__":
    sys.exit(main())
