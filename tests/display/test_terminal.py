"""The terminal shows the calls in both languages, and never passes off old data as new."""

import io
from datetime import UTC, datetime

import pytest
from rich.console import Console

from display.picture import Picture
from display.terminal import View, draw
from display.words import say, words_of

NINE = datetime(2026, 3, 2, 1, tzinfo=UTC)
Json = dict[str, object]


def ticket(number: str, state: str, counter: str | None = None) -> Json:
    return {"number": number, "state": state, "counter_id": counter, "queue_id": "cash"}


def hall() -> Picture:
    picture = Picture()
    queue = {"prefix": "A", "name": {"en": "Cash", "zh": "现金业务"}}
    branch = {
        "name": {"en": "Riverside Branch", "zh": "滨江支行"},
        "time_zone": "Asia/Shanghai",
        "queues": {"cash": queue},
    }
    tickets = [ticket("A012", "called", "main.3"), *(ticket(f"A{n:03d}", "waiting") for n in range(13, 18))]
    call = {"seq": 7, "number": "A012", "counter_number": 3, "queue_id": "cash", "at": NINE.isoformat()}
    told = {"branch": branch, "epoch": "e", "seq": 7, "tickets": tickets, "recent_calls": [call]}
    counters = [{"id": "main.3", "number": 3}, {"id": "main.4", "number": 4}]
    picture.take({"type": "snapshot", "snapshot": {**told, "counters": counters}})
    return picture


def text(view: View) -> str:
    console = Console(file=io.StringIO(), width=110, force_terminal=False)
    console.print(draw(view))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_the_board_shows_calls_and_who_waits_in_both_languages() -> None:
    shown = text(View(hall(), ("zh", "en"), 0.4, NINE, still_to_say=2))
    for words in (
        "滨江支行 · Riverside Branch",
        "A012",
        "09:00",
        "正在叫号 · Now called",
        "现金业务 · Cash",
        "5",
        "实时 · Live",
    ):
        assert words in shown
    assert "still to be announced: 2" in shown
    assert "s old" not in shown


@pytest.mark.parametrize(
    ("silent_s", "sign"), [(2.9, "Live"), (3.0, "the data is 3 s old"), (75.2, "数据已过时 75 秒")]
)
def test_data_older_than_three_seconds_shows_a_sign(silent_s: float, sign: str) -> None:
    shown = text(View(hall(), ("zh", "en"), silent_s, NINE))
    assert sign in shown
    assert ("Live" in shown) is (silent_s < 3)


def test_before_the_server_was_heard_and_when_it_refuses_the_board_says_so() -> None:
    assert "Connecting to the server" in text(View(Picture(), ("en",), float("inf")))
    shown = text(View(hall(), ("en",), 9.0, NINE, refused="The server does not know this token."))
    assert "does not know this token" in shown


def test_troubles_are_shown() -> None:
    view = View(hall(), ("zh", "en"), 0.1, NINE, troubles=["voice: aplay ended with 1"])
    assert "Trouble: voice: aplay ended with 1" in text(view)


def test_every_language_says_the_same_things() -> None:
    assert words_of("en").keys() == words_of("zh").keys()
    assert say(("yue", "zh", "en"), "counter") == "窗口 · Counter"


def test_events_keep_the_picture_up_to_date_and_what_is_known_is_left_out() -> None:
    picture = hall()
    started = {
        "seq": 8,
        "kind": "ticket.started",
        "at": NINE.isoformat(),
        "ticket": ticket("A012", "serving", "main.3"),
    }
    called = {"seq": 9, "kind": "ticket.called", "at": NINE.isoformat(), "ticket": ticket("A013", "called", "main.4")}
    frame: Json = {"type": "events", "after": 6, "seq": 9, "events": [{**called, "seq": 7}, started, called]}
    picture.take(frame)
    assert picture.called_at() == {3: "A012", 4: "A013"}
    assert [call["number"] for call in picture.recent] == ["A013", "A012"]
    assert picture.waiting() == {"cash": 4}
    gone = {"seq": 10, "kind": "ticket.completed", "at": NINE.isoformat(), "ticket": ticket("A012", "completed")}
    picture.take({"type": "events", "after": 9, "seq": 10, "events": [gone]})
    assert not picture.at_counter("A012", 3)
    assert picture.at_counter("A013", 4)


def test_a_picture_kept_for_days_does_not_grow() -> None:
    picture = hall()
    for seq in range(100, 5000):
        number = f"A{seq}"
        for state in ("called", "completed"):
            picture.take(
                {
                    "type": "events",
                    "after": 0,
                    "seq": seq * 2 + (state == "completed"),
                    "events": [
                        {
                            "seq": seq * 2 + (state == "completed"),
                            "kind": f"ticket.{state}",
                            "at": NINE.isoformat(),
                            "ticket": ticket(number, state, "main.3"),
                        }
                    ],
                }
            )
    assert len(picture.tickets) == 6
    assert len(picture.recent) == 12
    assert len(picture._newest) < 20
    assert len(picture._ended) <= 200
