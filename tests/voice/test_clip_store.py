"""A clip on disk is whole or not there, found by its key alone, and makes room when not heard for longest."""

import os
import time
from pathlib import Path

import pytest

from server.voice.clip_store import KEY, LEFT_OVER_S, ClipStore, key_of

LIMIT = 100_000


def key(name: str) -> str:
    return key_of("zh", name, "voice")


def test_what_is_kept_is_found_again_by_another_process(tmp_path: Path) -> None:
    ClipStore(tmp_path, LIMIT).keep(key("a"), b"x" * (44 + 44_100))
    other = ClipStore(tmp_path, LIMIT)
    found = other.find(key("a"))
    assert found is not None
    assert found.read_bytes() == b"x" * (44 + 44_100)
    assert other.seconds(key("a")) == 1.0
    assert other.find(key("b")) is None
    assert other.seconds(key("b")) is None


def test_nothing_is_left_beside_the_clips(tmp_path: Path) -> None:
    store = ClipStore(tmp_path / "voice", LIMIT)
    assert not (tmp_path / "voice").exists(), "a server that says nothing makes no folder"
    store.keep(key("a"), b"one")
    store.keep(key("a"), b"one")
    assert [path.name for path in (tmp_path / "voice").iterdir()] == [f"{key('a')}.wav"]


@pytest.mark.parametrize(
    "name",
    ["", "..", "../secret", "/etc/passwd", "a" * 63, "A" * 64, "g" * 64, f"../{'a' * 64}", f"{'a' * 64}\n", "\0"],
)
def test_what_is_no_key_never_becomes_a_path(tmp_path: Path, name: str) -> None:
    (tmp_path / "secret.wav").write_bytes(b"secret")
    (tmp_path / f"{'a' * 64}.wav").write_bytes(b"secret")
    (tmp_path / "clips").mkdir()
    assert ClipStore(tmp_path / "clips", LIMIT).find(name) is None


def test_those_not_heard_for_longest_make_room(tmp_path: Path) -> None:
    store = ClipStore(tmp_path, LIMIT)
    for place in range(12):
        store.keep(key(str(place)), b"x" * 10_000)
        os.utime(tmp_path / f"{key(str(place))}.wav", (place, place))
    assert store.find(key("0")) is not None, "heard again: no longer the oldest"
    store.make_room()
    left = [place for place in range(12) if (tmp_path / f"{key(str(place))}.wav").exists()]
    assert left == [0, *range(4, 12)]


def test_the_folder_is_looked_through_without_being_told_to(tmp_path: Path) -> None:
    store = ClipStore(tmp_path, LIMIT)
    for place in range(100):
        store.keep(key(str(place)), b"x" * 10_000)
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) < 5 * LIMIT


def test_the_half_written_file_of_a_process_that_died_is_taken_away(tmp_path: Path) -> None:
    old, new = tmp_path / "1-0.part", tmp_path / "2-0.part"
    for path in (old, new):
        path.write_bytes(b"half")
    os.utime(old, (time.time() - 2 * LEFT_OVER_S,) * 2)
    ClipStore(tmp_path, LIMIT).make_room()
    assert (old.exists(), new.exists()) == (False, True)


def test_where_nothing_can_be_written_another_folder_is_taken_and_said(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("no folder")
    store = ClipStore(tmp_path / "file", LIMIT)
    store.keep(key("a"), b"one")
    found = store.find(key("a"))
    assert found is not None
    assert not found.is_relative_to(tmp_path / "file")
    assert "cannot be kept" in caplog.text
    found.unlink()
    found.parent.rmdir()


def test_keys_are_what_the_store_takes() -> None:
    assert KEY.fullmatch(key("a"))
