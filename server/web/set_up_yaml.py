"""A set-up as one YAML file, with words on what each part means; read without anything that YAML could hide in it."""

import re
from typing import Any, ClassVar

from server.domain.refusals import Refusal

Json = dict[str, Any]
DEEPEST = 12  # a document goes down five; a thousand brackets would end the reader
MOST_EVENTS = 20_000  # the largest document has half as many; each costs a moment of the whole server
WIDTH = 110

ABOUT = {
    "callboard": "The set-up of one branch. Import it with: python -m server branch import FILE",
    "branch": "Who the branch is. The id is for good; the time zone is one of the IANA names.",
    "hours": "When the doors are open: as usual, on days of the week with hours of their own, and on single dates\n"
    "(`closed`, or hours).",
    "groups": "First choices at the kiosk, with services behind them; none: all services stand side by side.",
    "queues": "Where people wait. The prefix stands before each number and belongs to one queue alone.\n"
    "Classes: cash, non_cash, vip, self_service.",
    "services": "What people come for, in the order of the kiosk. machine_queue: where a machine can do the same;\n"
    "target_min: the wait that the branch has set itself.",
    "segments": "Who has a queue of their own whatever they came for, and who is counted as having come earlier.",
    "counters": "Each serves its own queues, and helps in others only while its own are empty.",
    "classes": "What an open counter costs an hour, what an hour of a customer's time is worth, what opening one\n"
    "costs once (if not a third of its hour), and what is expected of a day; for the advisor.",
    "rules": "Who comes before whom, and what becomes of numbers that nobody answers.",
    "cards": "What cards mean at the kiosk: the first rule fits whose pattern (RE2) begins the number.",
    "display": "What the lobby shows. Layouts: waiting, calls, notices, counter, overview; themes: night, day, auto.",
    "wording": "How numbers are called, with {number}, {counter} and, if wanted, {place}.",
    "privacy": "For how many days after the visit what is known of a person is kept.",
}

# What is no text though it has no quotes; the writer puts quotes around whatever looks like any of these.
PLAIN = {
    "bool": r"^(?:true|false)$",
    "null": r"^(?:null|~|)$",
    "int": r"^-?(?:0|[1-9]\d{0,15})$",
    "float": r"^-?\d+\.\d+(?:[eE][-+]\d+)?$",
}

HALVES = re.compile(r"[\ud800-\udfff]")  # what only an escape can bring, and nothing can write again


def as_yaml(document: Json) -> str:
    """The file. What is read from it again is the same document."""
    import yaml  # only where somebody asks for a file

    parts = []
    for key, value in document.items():
        about = "".join(f"# {line}\n" for line in ABOUT[key].split("\n"))
        flow = (
            None if isinstance(value, dict | list) and value else False
        )  # None: what has nothing below it: one line
        written = yaml.dump(
            {key: value},
            Dumper=_dumper(yaml),
            sort_keys=False,
            allow_unicode=True,
            width=WIDTH,
            default_flow_style=flow,
        )
        parts.append(about + written)
    return "\n".join(parts)


def _dumper(yaml: Any) -> Any:
    class QuotingDumper(yaml.SafeDumper):  # type: ignore[misc]
        """Times and days all alike in quotes: other programs would take half of them for numbers."""

    def text(dumper: Any, value: str) -> Any:
        style = "'" if value[:1].isdigit() else None
        return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)

    QuotingDumper.add_representer(str, text)
    return QuotingDumper


def read_yaml(text: str) -> Json:
    """The document in the file, whatever it may mean; or a Refusal that names the line."""
    import yaml

    try:
        _look_through(yaml, text)
        found = yaml.load(text, Loader=_loader(yaml))  # noqa: S506 - a safe one, made safer
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise _unreadable(mark.line + 1 if mark else 1, error.problem or "?") from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise _unreadable(1, type(error).__name__) from None
    if not isinstance(found, dict):
        raise _unreadable(1, "it is no set-up")
    return found


def _unreadable(line: int, why: str) -> Refusal:
    return Refusal("set_up_unreadable", line=line, why=why[:120])


def _look_through(yaml: Any, text: str) -> None:
    """Before anything is made of it: no names for other places, no types of other programs, nothing endless."""
    depth = 0
    for count, event in enumerate(yaml.parse(text, Loader=yaml.SafeLoader)):
        line = event.start_mark.line + 1
        if count >= MOST_EVENTS:
            raise _unreadable(line, "too many entries for a set-up")
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            raise _unreadable(line, "anchors and aliases (& *) are not read")
        if isinstance(event, yaml.ScalarEvent) and HALVES.search(event.value):
            raise _unreadable(line, "half a character")
        if getattr(event, "tag", None) is not None:
            raise _unreadable(line, "tags (!) are not read")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > DEEPEST:
            raise _unreadable(line, "too deep")


def _loader(yaml: Any) -> Any:
    """Text is text: plain YAML would take 17:00 for a number of seconds, 2026-10-01 for a day and `no` for a lie."""

    class PlainLoader(yaml.SafeLoader):  # type: ignore[misc]
        yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {}

        def construct_mapping(self, node: Any, deep: bool = False) -> Any:
            keys = [self.construct_object(key, deep=True) for key, _ in node.value]
            seen: set[str] = set()
            for at, key in enumerate(keys):
                if not isinstance(key, str) or key in seen:
                    mark = node.value[at][0].start_mark
                    raise _unreadable(mark.line + 1, f"{str(key)[:40]!r} stands there twice, or is no name")
                seen.add(key)
            return super().construct_mapping(node, deep=True)

    for tag, pattern in PLAIN.items():
        PlainLoader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(pattern), None)
    return PlainLoader
