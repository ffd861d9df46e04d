"""What is sealed is opened by who has the key, where it belongs, and by nobody else; and where the key comes from."""

import base64
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from server.storage.data_key import NoDataKey, data_keys, key_file_beside
from server.storage.seal import Seal, SealBroken, WrongKey

OLD, NEW, OTHER = (base64.b64encode(bytes([n]) * 32).decode() for n in (1, 2, 3))
ON_POSTGRESQL = "postgresql+psycopg://nobody@127.0.0.1:1/nowhere"


def test_what_is_sealed_opens_where_it_belongs_and_nowhere_else() -> None:
    seal = Seal(NEW)
    sealed = seal.seal("王小明 O'Brien", "personal:main.1")
    assert seal.open(sealed, "personal:main.1") == "王小明 O'Brien"
    with pytest.raises(SealBroken, match="belongs to something else"):
        seal.open(sealed, "personal:main.2")


def test_the_same_text_is_sealed_otherwise_each_time() -> None:
    seal = Seal(NEW)
    assert len({seal.seal("x", "here") for _ in range(50)}) == 50


def test_whatever_is_changed_of_what_is_sealed_is_noticed() -> None:
    seal = Seal(NEW)
    sealed = seal.seal("0123456789", "here")
    body = sealed.rindex(".") + 1
    for at in range(body, len(sealed)):
        other = "A" if sealed[at] != "A" else "B"
        with pytest.raises(SealBroken):
            seal.open(sealed[:at] + other + sealed[at + 1 :], "here")
    for spoilt in ("", "1", "1..", "2" + sealed[1:], sealed[:-4], sealed[:body], sealed[:body] + "!", sealed + "é"):
        with pytest.raises(SealBroken):
            seal.open(spoilt, "here")


def test_with_several_keys_the_newest_seals_and_all_open_and_find() -> None:
    before, both, other = Seal(OLD), Seal(f"{NEW}, {OLD}"), Seal(OTHER)
    sealed = before.seal("13812345678", "here")
    assert both.open(sealed, "here") == "13812345678"
    assert not both.is_newest(sealed)
    assert Seal(NEW).open(both.seal("x", "here"), "here") == "x"
    assert before.mark("phone", "13812345678") in both.marks("phone", "13812345678")
    assert both.mark("phone", "1") == Seal(NEW).mark("phone", "1")
    with pytest.raises(WrongKey, match="another key"):
        other.open(sealed, "here")


def test_a_mark_depends_on_the_key_and_on_what_kind_of_text_it_is() -> None:
    seal = Seal(NEW)
    assert seal.mark("name", "x") == Seal(NEW).mark("name", "x")
    assert len({seal.mark("name", "x"), seal.mark("phone", "x"), Seal(OLD).mark("name", "x")}) == 3
    assert len(seal.mark("name", "x")) == 64


def test_a_key_is_never_shown_with_what_uses_it() -> None:
    seal = Seal(NEW)
    seal.mark("name", "x")
    assert NEW not in repr(seal._keys)
    assert "2" * 8 not in repr(seal._keys)


@pytest.mark.parametrize("written", [NEW, NEW.replace("+", "-").rstrip("="), f"\n{NEW}\n", f"{NEW} {OLD}"])
def test_a_key_is_read_however_it_is_written(written: str, tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(written)
    assert data_keys(written, "", ON_POSTGRESQL)[0] == bytes([2]) * 32
    assert data_keys("", str(file), ON_POSTGRESQL)[0] == bytes([2]) * 32


@pytest.mark.parametrize("wrong", ["x", "passwordpasswordpasswordpassword", NEW[:-4], NEW + "AAAA", "ключ", "!" * 44])
def test_a_key_that_is_none_is_refused_and_not_repeated(wrong: str, tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(wrong, "utf-8")
    for given, at in ((wrong, ""), ("", str(file))):
        with pytest.raises(NoDataKey, match="32 random bytes") as refused:
            data_keys(given, at, ON_POSTGRESQL)
        assert wrong not in str(refused.value).replace("CALLBOARD_DATA_KEY_FILE", "") or len(wrong) == 1
        assert refused.value.code == "no_data_key"


def test_without_a_key_a_server_on_postgresql_says_what_is_missing_when_it_is_needed() -> None:
    seal = Seal(database_url=ON_POSTGRESQL)
    with pytest.raises(NoDataKey, match="CALLBOARD_DATA_KEY"):
        seal.seal("x", "here")
    with pytest.raises(NoDataKey, match="CALLBOARD_DATA_KEY"):
        seal.mark("name", "x")


def test_a_file_that_is_named_and_not_there_is_never_made(tmp_path: Path) -> None:
    """A mount that failed must not look like a fresh start."""
    with pytest.raises(NoDataKey, match="cannot be read"):
        data_keys("", str(tmp_path / "key"), f"sqlite:///{tmp_path / 'x.sqlite3'}")
    assert list(tmp_path.iterdir()) == []


def test_beside_a_sqlite_database_a_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'callboard.sqlite3'}"
    sealed = Seal(database_url=url).seal("x", "here")
    file = tmp_path / "callboard.key"
    assert key_file_beside(url) == file
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert Seal(database_url=url).open(sealed, "here") == "x"
    assert list(tmp_path.iterdir()) == [file]


def test_of_many_that_start_at_once_all_have_the_same_key(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'callboard.sqlite3'}"
    with ThreadPoolExecutor(16) as pool:
        found = list(pool.map(lambda _: data_keys("", "", url), range(64)))
    assert len(set(found)) == 1
    assert [file.name for file in tmp_path.iterdir()] == ["callboard.key"]


def test_nothing_of_it_is_loaded_before_it_is_needed() -> None:
    """A start must be quick, and most halls note nobody."""
    script = "import sys; from server.storage.seal import Seal; Seal('x'); print('cryptography' in sys.modules)"
    said = subprocess.run(
        [sys.executable, "-c", script], cwd=Path(__file__).parents[2], capture_output=True, text=True, check=True
    )
    assert said.stdout.strip() == "False"
