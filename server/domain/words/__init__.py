"""One file a language: every refusal and every reason, in words a customer or a teller would use."""

import json
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

LANGUAGES: dict[str, dict[str, str]] = {
    entry.name.removesuffix(".json"): json.loads(entry.read_text(encoding="utf-8"))
    for entry in sorted(files(__name__).iterdir(), key=lambda e: e.name)
    if entry.name.endswith(".json")
}

KEYED = frozenset({"class", "kind", "move", "pause", "segment", "state"})  # parameters that are keys of the words


def say(key: str, params: Mapping[str, Any] | None = None) -> dict[str, str]:
    """The sentence `key` in every language: {"en": ..., "zh": ...}."""
    return {lang: say_in(lang, key, params) for lang in LANGUAGES}


def say_in(lang: str, key: str, params: Mapping[str, Any] | None = None) -> str:
    """The sentence `key` in one language. A parameter that is a name in several languages, or itself a key of
    the words ("state.waiting"), is told in that language."""
    return LANGUAGES[lang][key].format(**{k: _told(lang, k, v) for k, v in (params or {}).items()})


def _told(lang: str, name: str, value: Any) -> Any:
    if isinstance(value, Mapping):
        return value.get(lang) or next(iter(value.values()), "")
    return LANGUAGES[lang].get(f"{name}.{value}", value) if name in KEYED else value
