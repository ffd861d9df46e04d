"""How the rules say no: a stable code, and what the words need to name the case."""

from typing import Any


class Refusal(Exception):
    """A command that the rules do not allow. It changes nothing; `code` never changes its meaning."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params
