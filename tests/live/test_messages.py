"""The AsyncAPI document is kept true: whatever a real socket says is held to the published schemas."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from tests.live.line import Json, listening
from tests.live.whole_day import ALL_KINDS, Day
from tests.running import KINDS, Served
from tests.web.schema import check_document, faults


def wrong(document: Json, frame: Json) -> list[str]:
    """Why the frame is none of those that the document says the server sends; empty where it is one."""
    sent = [part["$ref"].rsplit("/", 1)[1] for part in document["operations"]["send"]["messages"]]
    names = {document["components"]["schemas"][name]["properties"]["type"]["const"]: name for name in sent}
    name = names.get(str(frame.get("type")))
    if name is None:
        return [f"the type {frame.get('type')} is not in the document"]
    return faults(document, document["components"]["messages"][name]["payload"], frame)


@pytest.mark.parametrize("kind", KINDS)
def test_every_frame_of_a_whole_day_is_as_documented(day: Day, kind: str) -> None:
    frames = day.lines[kind].frames
    assert [found for frame in frames if (found := wrong(day.document, frame))] == []
    assert {frame["type"] for frame in frames} == {"snapshot", "events", "heartbeat", "goodbye"}


def test_everything_that_can_happen_was_in_the_frames(day: Day) -> None:
    assert {event["kind"] for event in day.lines["teller"].events} == ALL_KINDS
    not_for_it = ("advice.", "numbers.", "device.", "announcement.")
    for_the_lobby = {kind for kind in ALL_KINDS if not kind.startswith(not_for_it)}
    assert {event["kind"] for event in day.lines["display"].events} == for_the_lobby


SPOILT: dict[str, tuple[str, Callable[[Json], Any]]] = {
    "a type that is not in the document": ("heartbeat", lambda f: f.update(type="news")),
    "no type": ("heartbeat", lambda f: f.pop("type")),
    "a heartbeat without its place": ("heartbeat", lambda f: f.pop("seq")),
    "a heartbeat without a time": ("heartbeat", lambda f: f.update(now="soon")),
    "a heartbeat with something more": ("heartbeat", lambda f: f.update(load=0.5)),
    "events that follow nothing": ("events", lambda f: f.pop("after")),
    "an event without a kind": ("events", lambda f: f["events"][0].pop("kind")),
    "a ticket without its queue": ("events", lambda f: f["events"][0]["ticket"].pop("queue_id")),
    "a ticket in no state": ("events", lambda f: f["events"][0]["ticket"].update(state="lost")),
    "a snapshot without its epoch": ("snapshot", lambda f: f.pop("epoch")),
    "a hall without its tickets": ("snapshot", lambda f: f["snapshot"].pop("tickets")),
    "a hall with something more": ("snapshot", lambda f: f["snapshot"].update(till=100)),
    "a goodbye for no known reason": ("goodbye", lambda f: f.update(reason="tired")),
}


@pytest.mark.parametrize("kind", ["display", "teller"])
@pytest.mark.parametrize(("frame_type", "spoil"), SPOILT.values(), ids=list(SPOILT))
def test_a_frame_that_is_not_as_documented_would_be_noticed(
    day: Day, kind: str, frame_type: str, spoil: Callable[[Json], Any]
) -> None:
    found = next(
        frame
        for frame in day.lines[kind].frames
        if frame["type"] == frame_type and (frame_type != "events" or frame["events"][0]["ticket"])
    )
    frame = copy.deepcopy(found)
    assert wrong(day.document, frame) == []
    spoil(frame)
    assert wrong(day.document, frame) != []


def test_the_document_is_whole(day: Day) -> None:
    assert day.document["asyncapi"].startswith("3.")
    check_document(day.document)
    for part in day.document["components"]["messages"].values():
        assert part["summary"]


async def test_the_document_says_where_the_socket_is_and_how_it_is_opened(day: Day, served: Served) -> None:
    for word in ("callboard.v1", "token.", "after", "epoch"):
        assert word in day.document["info"]["description"]
    assert day.document["channels"]["live"]["address"] == "/api/v1/branches/{branch}/live"
    async with listening(served.url, served.office.tokens["kiosk"]) as line:
        assert (await line.hear())["type"] == "snapshot"
        assert line.socket.subprotocol == "callboard.v1"
        received = day.document["components"]["messages"]["AliveFrame"]["payload"]
        assert faults(day.document, received, {"type": "alive", "seq": line.seq}) == []
