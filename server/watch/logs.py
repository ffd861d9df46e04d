"""Lines of log for people or for machines: one JSON object a line where CALLBOARD_LOG_FORMAT says so."""

import logging
import sys
from datetime import UTC, datetime
from typing import Any

import orjson

from server.watch.hops import origin

HUMAN, JSON = "human", "json"
# What every record has; whatever else one carries was given to it as `extra`.
PLAIN = logging.LogRecord("", 0, "", 0, "", (), None)
ALWAYS = frozenset(vars(PLAIN)) | {"message", "asctime", "taskName", "color_message"}


class SettingRefused(ValueError):
    """What an operator has set cannot be; says so in one sentence."""


class Ids(logging.Filter):
    """What is said while a request is answered says for which, wherever it is said."""

    def filter(self, record: logging.LogRecord) -> bool:
        if not hasattr(record, "request") and (found := origin.get()) is not None:
            record.request = str(found)
        return True


def given(record: logging.LogRecord) -> dict[str, Any]:
    return {key: value for key, value in vars(record).items() if key not in ALWAYS and value is not None}


class ForMachines(logging.Formatter):
    """One line of JSON, whatever is in it: a traceback's line ends are written as \\n."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **given(record),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return orjson.dumps(line, default=str, option=orjson.OPT_NON_STR_KEYS).decode()


def on_one_line(value: Any) -> str:
    """A path may carry a line's end in it, and with it a line that nobody has logged."""
    text = str(value)
    return text if text.isprintable() else repr(text)


class ForPeople(logging.Formatter):
    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)-8s %(name)s: %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the library's name
        known = " ".join(f"{key}={on_one_line(value)}" for key, value in given(record).items())
        return super().formatMessage(record) + (f" [{known}]" if known else "")


def set_up_logging(level: str, form: str, stream: Any = None) -> None:
    """For the whole process, the HTTP server's own lines too. SettingRefused for a level or form there is not."""
    known = logging.getLevelNamesMapping().get(level.upper())
    if known is None:
        raise SettingRefused(f"CALLBOARD_LOG_LEVEL is debug, info, warning, error or critical; got {level!r}")
    if form not in {HUMAN, JSON}:
        raise SettingRefused(f"CALLBOARD_LOG_FORMAT is {HUMAN} or {JSON}; got {form!r}")
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(ForMachines() if form == JSON else ForPeople())
    handler.addFilter(Ids())
    root = logging.getLogger()
    for former in list(root.handlers):
        root.removeHandler(former)
    root.addHandler(handler)
    root.setLevel(max(logging.WARNING, known))  # of others' chatter only what is wrong
    for ours in ("server", "uvicorn"):
        logger = logging.getLogger(ours)
        logger.handlers.clear()
        logger.propagate = True
        logger.setLevel(known)
    for part in ("uvicorn.error", "uvicorn.access"):
        logging.getLogger(part).handlers.clear()
        logging.getLogger(part).setLevel(logging.NOTSET)
        logging.getLogger(part).propagate = part == "uvicorn.error"  # requests are told by ourselves, with their ids
