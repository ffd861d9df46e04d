"""One record, one line: for machines as JSON, for people as text, and nobody can put a line in between."""

import io
import json
import logging
from collections.abc import Iterator

import pytest

from server.watch.hops import origin
from server.watch.logs import SettingRefused, set_up_logging


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """What a test sets up for the whole process is put back."""
    loggers = [logging.getLogger(name) for name in ("", "server", "uvicorn", "uvicorn.error", "uvicorn.access")]
    before = [(one.level, one.propagate, list(one.handlers)) for one in loggers]
    yield
    for one, (level, propagate, handlers) in zip(loggers, before, strict=True):
        one.setLevel(level)
        one.propagate, one.handlers = propagate, handlers


def said(level: str, form: str) -> io.StringIO:
    stream = io.StringIO()
    set_up_logging(level, form, stream)
    return stream


def test_json_has_what_was_given_and_the_request_it_belongs_to() -> None:
    stream = said("info", "json")
    token = origin.set("press-0001")
    logging.getLogger("server.storage.writer").info("written %d", 3, extra={"branch": "main", "batch": "b7"})
    origin.reset(token)
    logging.getLogger("uvicorn.error").info("Started")
    first, second = map(json.loads, stream.getvalue().splitlines())
    assert first.items() >= {"level": "info", "message": "written 3", "branch": "main", "batch": "b7"}.items()
    assert first["request"] == "press-0001"
    assert first["logger"] == "server.storage.writer"
    assert second["message"] == "Started"
    assert "request" not in second


def test_a_traceback_is_one_line_of_json() -> None:
    stream = said("warning", "json")
    try:
        raise ZeroDivisionError("by\nzero")
    except ZeroDivisionError:
        logging.getLogger("server.web").exception("it broke")
    (line,) = stream.getvalue().splitlines()
    assert "ZeroDivisionError: by\nzero" in json.loads(line)["exception"]


@pytest.mark.parametrize("form", ["human", "json"])
def test_a_path_cannot_forge_a_line(form: str) -> None:
    stream = said("info", form)
    logging.getLogger("server.web").info("answered", extra={"branch": "main\n2026-01-01 ERROR all is lost"})
    assert len(stream.getvalue().splitlines()) == 1


def test_below_the_level_nothing_is_said_and_others_only_warn() -> None:
    stream = said("info", "human")
    logging.getLogger("server.web").debug("small talk")
    logging.getLogger("asyncio").info("chatter of a library")
    logging.getLogger("asyncio").warning("a slow callback")
    assert [line.split(": ")[-1] for line in stream.getvalue().splitlines()] == ["a slow callback"]


@pytest.mark.parametrize(("level", "form"), [("loud", "json"), ("info", "xml")])
def test_a_setting_that_cannot_be_is_refused_in_words(level: str, form: str) -> None:
    with pytest.raises(SettingRefused, match=r"CALLBOARD_LOG_(LEVEL|FORMAT) is"):
        set_up_logging(level, form)
