"""Recordings are used part by part, the longest piece first; a pack with anything wrong in it is left out whole."""

import json
from pathlib import Path

import pytest

from server.voice.choice import choice_from, find_voices
from server.voice.packs import BrokenPack, MissingPart, read_pack
from server.voice.sentences import CallOut, call_sentence
from tests.voice.listening import record

TONES = {
    "please": 300,
    "letter.A": 400,
    "digit.0": 500,
    "digit.1": 600,
    "digit.2": 700,
    "digit.3": 800,
    "number": 900,
    "to": 1000,
    "counter": 1100,
    "to+value.5+counter": 1200,
}


def names(folder: Path, counter: int) -> list[int]:
    """The tones that a call of A012 there is made of."""
    pack = read_pack(folder)
    wanted = [part.name for part in call_sentence("zh", [CallOut("A012", counter)]).parts]
    tones = list(TONES.values())
    return [tones[int(file.stem)] for file in pack.files(wanted)]


def test_a_call_is_put_together_of_its_parts(tmp_path: Path) -> None:
    folder = record(tmp_path / "zh", TONES)
    assert names(folder, 3) == [300, 400, 500, 600, 700, 900, 1000, 800, 1100]


def test_a_longer_piece_is_taken_before_its_parts(tmp_path: Path) -> None:
    folder = record(tmp_path / "zh", TONES)
    assert names(folder, 5) == [300, 400, 500, 600, 700, 900, 1200]


def test_a_part_that_is_missing_is_named(tmp_path: Path) -> None:
    folder = record(tmp_path / "zh", TONES)
    with pytest.raises(MissingPart, match=r"value\.12"):
        names(folder, 12)


def test_the_fingerprint_is_of_what_is_recorded_and_not_of_where_it_lies(tmp_path: Path) -> None:
    first, same = record(tmp_path / "a", TONES), record(tmp_path / "b", TONES)
    assert read_pack(first).fingerprint == read_pack(same).fingerprint
    (same / "0.wav").write_bytes((same / "1.wav").read_bytes())
    assert read_pack(first).fingerprint != read_pack(same).fingerprint


def spoil(folder: Path, **changed: object) -> None:
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    (folder / "manifest.json").write_text(json.dumps(manifest | changed), "utf-8")


@pytest.mark.parametrize(
    "changed",
    [
        {"parts": {}},
        {"parts": {"please": "nowhere.wav"}},
        {"parts": {"please": "../outside.wav"}},
        {"parts": {"please": "/etc/hostname"}},
        {"parts": {"please": None}},
        {"parts": ["please.wav"]},
        {"parts": None},
    ],
)
def test_a_pack_with_anything_wrong_in_it_is_broken(tmp_path: Path, changed: dict[str, object]) -> None:
    (tmp_path / "outside.wav").write_bytes(b"RIFF")
    folder = record(tmp_path / "zh", TONES)
    spoil(folder, **changed)
    with pytest.raises(BrokenPack):
        read_pack(folder)


@pytest.mark.parametrize("content", ["", "{", "[]", "null", '{"name": "x"}', "\x00"])
def test_a_manifest_that_is_none_is_broken(tmp_path: Path, content: str) -> None:
    (tmp_path / "manifest.json").write_text(content)
    with pytest.raises(BrokenPack):
        read_pack(tmp_path)


def test_what_is_broken_is_left_out_and_said(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    whole, broken = record(tmp_path / "zh", TONES), tmp_path / "nowhere"
    piper = f"en={tmp_path}/en.onnx"
    voices = find_voices(choice_from(f"{broken}:{whole}", piper, "zh=cmn en=en"))
    assert [pack.lang for pack in voices.packs] == ["zh"]
    assert voices.piper == {}
    assert voices.fingerprints.keys() == {"zh", "en"}
    said = " ".join(record.getMessage() for record in caplog.records)
    assert "nowhere" in said
    assert "Piper" in said


def test_another_voice_is_another_fingerprint(tmp_path: Path) -> None:
    folder = record(tmp_path / "zh", TONES)
    prints = [
        find_voices(choice_from(packs, "", espeak)).fingerprints["zh"]
        for packs, espeak in [("", "zh=cmn"), ("", "zh=yue"), (str(folder), "zh=cmn"), (str(folder), "")]
    ]
    assert len(set(prints)) == 4
