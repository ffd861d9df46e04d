"""Reads the Dockerfile as a builder does: stages, what they copy and run, and what the image is started with."""

import json
import re
import shlex
from dataclasses import dataclass, field

from tests.running import ROOT

DOCKERFILE = ROOT / "deploy" / "Dockerfile"
OF_THE_BASE_IMAGE = {"PATH": "/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin"}


@dataclass(slots=True)
class Stage:
    """One FROM and what follows it."""

    base: str
    steps: list[tuple[str, str]] = field(default_factory=list)  # RUN, COPY and the rest, with what is said

    def said(self, instruction: str) -> list[str]:
        return [words for name, words in self.steps if name == instruction]

    @property
    def environment(self) -> dict[str, str]:
        known = dict(OF_THE_BASE_IMAGE)
        for pair in (pair for words in self.said("ENV") for pair in shlex.split(words)):
            name, _, value = pair.partition("=")
            known[name] = re.sub(r"\$(\w+)", lambda found: known[found[1]], value)
        return known

    @property
    def user(self) -> int:
        return int(self.said("USER")[-1].split(":")[0])

    @property
    def start(self) -> list[str]:
        """The words before those that `docker run` or compose replace, and those."""
        return self.entrypoint + [str(word) for word in json.loads(self.said("CMD")[-1])]

    @property
    def entrypoint(self) -> list[str]:
        return [str(word) for word in json.loads(self.said("ENTRYPOINT")[-1])]

    @property
    def health_check(self) -> list[str]:
        return [str(word) for word in json.loads(self.said("HEALTHCHECK")[-1].partition(" CMD ")[2])]


def stages() -> list[Stage]:
    text = re.sub(r"^\s*#.*\n", "", DOCKERFILE.read_text("utf-8"), flags=re.MULTILINE)
    found: list[Stage] = []
    for line in re.sub(r"\\\n\s*", "", text).splitlines():
        name, _, words = line.partition(" ")
        if name == "FROM":
            found.append(Stage(words.split()[0]))
        elif name:
            found[-1].steps.append((name, words))
    return found
