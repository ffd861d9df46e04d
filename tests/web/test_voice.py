"""A call as sound over HTTP: what may be asked, what comes, and that it is kept."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from server.voice.clip_store import KEY
from tests.running import Caller, Office, Served, headers, server_process, serving
from tests.voice.listening import heard, record
from tests.voice.test_packs import TONES
from tests.web.problem import refused

CALL = "branches/main/voice/call"
WORDS = "branches/main/voice/words"


@pytest.fixture(scope="module")
def office(sqlite_office: Office) -> Office:
    """What is spoken has nothing to do with the database: one will do."""
    return sqlite_office


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("voice") / "clips"


@pytest.fixture(scope="module")
def served(office: Office, folder: Path) -> Iterator[Served]:
    with serving(office, voice_folder=str(folder)) as served:
        yield served


def fetched(ask: Caller, clip: dict[str, Any], who: str = "display") -> httpx.Response:
    url = str(ask.http.base_url).removesuffix("/api/v1/") + clip["url"]
    return ask.http.get(url, headers=headers(ask.tokens[who]))


def test_a_call_is_a_chime_and_a_sentence_for_each_language(ask: Caller) -> None:
    answer = ask.get("display", CALL, number="A012", counter=3, langs="zh,en,yue")
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert [(part["lang"], part["text"]) for part in told["parts"]] == [
        ("zh", "请A012号到3号窗口"),
        ("en", "Number A012, please go to counter 3"),
        ("yue", "請A012號到3號窗口"),
    ]
    clips = [told["chime"], *(part["clip"] for part in told["parts"])]
    assert len({clip["key"] for clip in clips}) == 4
    for clip in clips:
        assert KEY.fullmatch(clip["key"])
        assert clip["url"].startswith(f"/api/v1/voice/{clip['key']}.wav")
        sound = fetched(ask, clip)
        assert (sound.status_code, sound.headers["content-type"]) == (200, "audio/wav")
        assert heard(sound.content).form == (1, 2, 22_050)
        assert heard(sound.content).seconds == pytest.approx(clip["seconds"], abs=0.01)
        assert heard(sound.content).loudness_db > -25


def test_several_calls_are_one_sentence_and_a_machine_is_called_one(ask: Caller) -> None:
    told = ask.get("display", CALL, calls="A012:3,S013:8", langs="en,zh").json()
    assert [part["text"] for part in told["parts"]] == [
        "A012 to counter 3, S013 to machine 8",
        "请A012到3号窗口，S013到8号自助设备",
    ]


def test_the_branch_speaks_its_two_languages_unless_told_otherwise(ask: Caller) -> None:
    told = ask.get("kiosk", CALL, number="A012", counter=3).json()
    assert [part["lang"] for part in told["parts"]] == ["zh", "en"]


def test_a_clip_is_kept_for_a_year_and_not_sent_twice(ask: Caller) -> None:
    clip = ask.get("display", CALL, number="A012", counter=3).json()["parts"][0]["clip"]
    sound = fetched(ask, clip)
    assert "max-age=31536000" in sound.headers["cache-control"]
    assert sound.headers["etag"] == f'"{clip["key"]}"'
    known = headers(ask.tokens["display"])
    url = sound.request.url
    again = ask.http.get(url, headers=known | {"If-None-Match": sound.headers["etag"]})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", sound.headers["etag"])
    part = ask.http.get(url, headers=known | {"Range": "bytes=0-43"})
    assert (part.status_code, part.content) == (206, sound.content[:44])


def test_fifty_displays_that_ask_at_once_are_all_told_the_same_clip(ask: Caller, folder: Path) -> None:
    before = len(list(folder.iterdir()))

    def one(_: int) -> Any:
        return ask.get("display", CALL, number="B777", counter=5, langs="zh").json()

    with ThreadPoolExecutor(25) as people:
        told = list(people.map(one, range(50)))
    assert all(answer == told[0] for answer in told)
    assert len(list(folder.iterdir())) == before + 1


def test_what_another_server_has_listed_is_made_here(ask: Caller, folder: Path) -> None:
    """Two servers behind one address, each with a disk of its own."""
    told = ask.get("display", CALL, calls="A021:1,A022:2", langs="yue").json()
    spoken = ask.get("kiosk", WORDS, key="kiosk.closed_hours", lang="zh").json()
    for clip in (told["chime"], told["parts"][0]["clip"], spoken):
        (folder / f"{clip['key']}.wav").unlink()
        sound = fetched(ask, clip)
        assert heard(sound.content).seconds == pytest.approx(clip["seconds"], abs=0.05)


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?branch=main",
        "?branch=main&lang=zh&calls=A012:3",
        "?branch=main&lang=zh&key=kiosk.title",
        "?branch=main&lang=zh&calls=hello:3",
        "?branch=main&lang=fr&calls=A012:3",
        "?branch=north&lang=zh&calls=A012:3",
    ],
)
def test_a_key_that_stands_for_nothing_or_for_something_else_is_not_found(ask: Caller, query: str) -> None:
    refused(ask.get("display", f"voice/{'0' * 64}.wav{query}"), 404, "clip_not_found")


@pytest.mark.parametrize("key", ["..%2f..%2fcallboard", "%2e%2e%2f", "a", "A" * 64, "%00", "x" * 500])
def test_what_is_no_key_is_not_found(ask: Caller, key: str) -> None:
    answer = ask.get("display", f"voice/{key}.wav")
    assert answer.status_code == 404
    assert answer.json()["code"] in {"clip_not_found", "not_found"}


SPOKEN: list[tuple[dict[str, Any], int]] = [
    ({"key": "kiosk.title", "lang": "zh"}, 200),
    ({"key": "kiosk.title", "lang": "yue"}, 200),
    ({"key": "kiosk.still_there_note", "lang": "en", "n": 20}, 200),
    ({"key": "kiosk.ticket.counter", "lang": "zh", "number": "A012"}, 200),
    ({"key": "kiosk.ticket.called", "lang": "en", "counter": 3}, 200),
    ({"key": "kiosk.ticket.then", "lang": "zh", "services": "card,transfer"}, 200),
    ({"key": "kiosk.drop", "lang": "en", "service": "card"}, 200),
    ({"key": "shared.wait_range", "lang": "zh", "low": 5, "high": 10}, 200),
    ({"key": "service.deposit", "lang": "zh"}, 200),
    ({"key": "letter.cash", "lang": "en"}, 200),
    ({"key": "letter.hello", "lang": "en"}, 404),
    ({"key": "kiosk.still_there_note", "lang": "en"}, 422),
    ({"key": "kiosk.still_there_note", "lang": "en", "n": "many"}, 422),
    ({"key": "kiosk.still_there_note", "lang": "en", "n": 10**9}, 422),
    ({"key": "kiosk.ticket.counter", "lang": "zh", "number": "hello"}, 422),
    ({"key": "kiosk.ticket.called", "lang": "en", "counter": 99}, 404),
    ({"key": "kiosk.ticket.then", "lang": "zh", "services": "card,"}, 422),
    ({"key": "kiosk.drop", "lang": "en", "service": "free text"}, 422),
    ({"key": "kiosk.nothing", "lang": "en"}, 404),
    ({"key": "reason.left", "lang": "en"}, 404),
    ({"key": "Hello there", "lang": "en"}, 404),
    ({"key": "service.hello", "lang": "en"}, 422),
    ({"key": "kiosk.title", "lang": "fr"}, 422),
    ({"key": "kiosk.title"}, 422),
    ({"lang": "zh"}, 422),
]


@pytest.mark.parametrize(("asked", "status"), SPOKEN)
def test_the_words_of_the_kiosk_are_spoken_and_nothing_else(ask: Caller, asked: dict[str, Any], status: int) -> None:
    answer = ask.get("kiosk", WORDS, **asked)
    assert answer.status_code == status, answer.text
    if status == 200:
        assert heard(fetched(ask, answer.json(), "kiosk").content).seconds > 0.3
    else:
        assert answer.json()["words"].keys() == {"en", "zh"}


CALLS: list[tuple[dict[str, Any], int, str]] = [
    ({"number": "hello", "counter": 3}, 422, "no_such_number"),
    ({"number": "X012", "counter": 3}, 422, "no_such_number"),
    ({"number": "A1", "counter": 3}, 422, "no_such_number"),
    ({"number": "A0123456", "counter": 3}, 422, "no_such_number"),
    ({"number": "A٠١٢", "counter": 3}, 422, "no_such_number"),
    ({"number": "A012 free text", "counter": 3}, 422, "invalid"),
    ({"number": "A012", "counter": 99}, 404, "counter_not_found"),
    ({"number": "A012", "counter": "x"}, 422, "invalid"),
    ({"number": "A012"}, 422, "invalid"),
    ({}, 422, "invalid"),
    ({"calls": "A012"}, 404, "counter_not_found"),
    ({"calls": "A012:03"}, 404, "counter_not_found"),
    ({"calls": ",".join(["A012:3"] * 9)}, 422, "invalid"),
    ({"calls": "A012:3,B001:"}, 404, "counter_not_found"),
    ({"number": "A012", "counter": 3, "langs": "zh,fr"}, 422, "language_not_spoken"),
    ({"number": "A012", "counter": 3, "langs": ""}, 422, "language_not_spoken"),
]


@pytest.mark.parametrize(("asked", "status", "code"), CALLS)
def test_a_call_that_cannot_be_is_refused(
    ask: Caller, folder: Path, asked: dict[str, Any], status: int, code: str
) -> None:
    before = set(folder.glob("*"))
    refused(ask.get("display", CALL, **asked), status, code)
    assert set(folder.glob("*")) == before


def test_a_server_that_is_started_again_finds_its_clips(
    office: Office, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """With recordings that lack a part: that is said, and it is spoken all the same. The second is a process."""
    clips, packs = tmp_path / "clips", f"{tmp_path / 'nowhere'}:{record(tmp_path / 'zh', TONES)}"
    with (
        serving(office, voice_folder=str(clips), voice_packs=packs) as served,
        Caller(served.url, office.tokens) as ask,
    ):
        first = ask.get("display", CALL, number="A012", counter=3, langs="zh,en").json()
        assert ask.get("display", CALL, number="A012", counter=9, langs="zh").status_code == 200
    assert "left out" in caplog.text
    assert "no part value.9" in caplog.text
    made = {path.name: path.stat().st_mtime_ns for path in clips.iterdir()}
    assert len(made) == 4
    with (
        server_process(office, tmp_path, voice_folder=str(clips), voice_packs=packs) as server,
        Caller(server.url, office.tokens) as ask,
    ):
        assert ask.get("display", CALL, number="A012", counter=3, langs="zh,en").json() == first
        assert fetched(ask, first["parts"][0]["clip"]).status_code == 200
    assert {path.name: path.stat().st_mtime_ns for path in clips.iterdir()} == made


def test_a_server_without_a_voice_says_so(office: Office, tmp_path: Path) -> None:
    with (
        serving(office, voice_folder=str(tmp_path), voice_espeak="") as served,
        Caller(served.url, office.tokens) as ask,
    ):
        answer = ask.get("display", CALL, number="A012", counter=3, langs="zh")
        assert refused(answer, 422, "language_not_spoken")["params"] == {"tongue": "zh"}


def test_a_voice_that_does_not_work_is_no_fault_of_the_server(office: Office, tmp_path: Path) -> None:
    with (
        serving(office, voice_folder=str(tmp_path), voice_espeak="zh=of-nobody") as served,
        Caller(served.url, office.tokens) as ask,
    ):
        answer = ask.get("display", CALL, number="A012", counter=3, langs="zh")
        refused(answer, 503, "voice_failed")
        assert answer.headers["retry-after"]
        assert ask.get("display", "clock").status_code == 200
