"""What an operator sets, by a variable or by a file."""

from pathlib import Path

import pytest

from server.settings import Settings


def test_a_secret_may_lie_in_a_file_and_a_variable_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "METRICS_TOKEN"):
        monkeypatch.delenv(f"CALLBOARD_{name}", raising=False)
    (tmp_path / "callboard_database_url").write_text("postgresql+psycopg://somewhere/callboard\n")
    (tmp_path / "callboard_metrics_token").write_text("from the file")
    assert Settings().metrics_token == ""
    monkeypatch.setenv("CALLBOARD_SECRETS", str(tmp_path))
    assert Settings().database_url == "postgresql+psycopg://somewhere/callboard"
    assert Settings().metrics_token == "from the file"
    monkeypatch.setenv("CALLBOARD_METRICS_TOKEN", "from the variable")
    assert Settings().metrics_token == "from the variable"
    assert Settings(metrics_token="said").metrics_token == "said"
