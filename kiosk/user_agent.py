"""What our programs call themselves to the server, so that its list of devices can say which version runs where."""

from importlib.metadata import PackageNotFoundError, version

try:
    _VERSION = version("callboard")
except PackageNotFoundError:  # run from a folder that was copied
    _VERSION = "0"

USER_AGENT = {kind: f"Callboard-{kind.title()}/{_VERSION}" for kind in ("kiosk", "display")}
