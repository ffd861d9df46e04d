"""A full disk, a token that is not accepted, a page that is none: clear words, and nothing that is not recorded."""

import asyncio
from pathlib import Path

import pytest

from kiosk.edition import Edition, File, NotOurPage, needed, read, taken_apart, write
from kiosk.journal.file import JournalRefused
from kiosk.journal.journal import Journal
from kiosk.problems import WORDS, Problem
from tests.kiosk.bench import Bench
from tests.kiosk.conftest import OnBench
from tests.kiosk.stand_in import StandIn


def fill(bench: Bench) -> None:
    """No page more than the journal has now."""
    with bench.device.journal.file.writing() as db:
        (pages,) = db.execute("PRAGMA page_count").fetchone()
        db.execute(f"PRAGMA max_page_count = {pages}")


def press_until_full(bench: Bench) -> int:
    """How many numbers were given out before the disk was full."""
    given = 0

    def press_on() -> None:
        nonlocal given
        for n in range(500):
            bench.press(f"key-{n:08d}")
            given += 1

    with pytest.raises(Problem, match="disk_full"):
        press_on()
    return given


@pytest.mark.parametrize("mood", ["here", "away"])
def test_a_journal_that_takes_nothing_more_never_holds_less_than_was_printed(
    on_bench: OnBench, stand_in: StandIn, mood: str
) -> None:
    bench = on_bench(block_size=100, left_alone_s=0.0)
    stand_in.mood = mood
    fill(bench)
    given = press_until_full(bench)
    tickets = bench.device.journal.tickets
    assert bench.device.journal.full
    assert all(tickets.find(f"key-{n:08d}") is not None for n in range(given))
    assert len(bench.tray) <= given
    bench.restart()
    stand_in.mood = "here"
    bench.meet()
    bench.meet()
    assert len(stand_in.live()) == given, "what was given out by the server and not recorded here is taken back"


def test_a_wrong_token_is_said_clearly_and_not_tried_at_full_speed(on_bench: OnBench, stand_in: StandIn) -> None:
    stand_in.refuses_token = True
    bench = on_bench(met=False)

    async def a_while() -> None:
        async with bench.device.at_work():
            await asyncio.sleep(1.5)

    bench.run(a_while())
    assert len(stand_in.asked) < 8, stand_in.asked
    assert bench.device.link.state == "refused"
    bench.start()


def test_every_language_says_the_same_things() -> None:
    assert WORDS.keys() >= {"en", "zh"}
    for words in WORDS.values():
        assert words.keys() == WORDS["en"].keys()
        assert all(sentence.strip() for sentence in words.values())


@pytest.mark.parametrize(
    "html", ["<html>502 Bad Gateway</html>", '<script type="application/json" id="boot">{</script>']
)
def test_a_page_that_is_none_of_ours_is_not_kept(html: str) -> None:
    with pytest.raises(NotOurPage):
        taken_apart(html)


def test_what_a_page_needs_is_found_in_pages_scripts_and_sheets() -> None:
    html = (
        '<link href="/kiosk/page/a.css"><script src="/kiosk/page/b.js"></script><a href="http://callboard.example/c">'
    )
    assert needed("/kiosk", html) == {"/kiosk/page/a.css", "/kiosk/page/b.js"}
    script = 'import { x } from "./x.js"; import "/screens/shared/y.js"; const z = import("../page/z.js");'
    assert needed("/kiosk/page/b.js", script) == {"/kiosk/page/x.js", "/screens/shared/y.js", "/kiosk/page/z.js"}
    assert needed("/kiosk/page/a.css", "b { background: url('d.svg') } @import url(/etc/e.css)") == {
        "/kiosk/page/d.svg"
    }


def test_the_kept_page_is_read_back_whole_and_a_damaged_one_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "page.zip"
    edition = Edition("<!--boot-->", {"now": ""}, {"/kiosk/page/a.css": File("text/css", b"b{}", '"1"')})
    assert read(path) is None
    write(path, edition)
    assert read(path) == edition
    path.write_bytes(path.read_bytes()[:100])
    assert read(path) is None


def test_a_journal_that_is_none_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    path.write_bytes(b"this is no journal, and never was one" * 100)
    with pytest.raises(JournalRefused):
        Journal(path)
