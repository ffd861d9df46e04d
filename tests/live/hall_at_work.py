"""A branch at work without a server: the hall as the rules run it, and its figures, event by event."""

import secrets
from typing import Any

from server.actions import teller
from server.actions.clock import CLOCK, give_advice, score_advice
from server.actions.decision import Action, Actor
from server.advisor.judgement import judge
from server.advisor.rates import Measurements
from server.domain.advice import Advice
from server.domain.counter import Counter
from server.live.advising import news_of_advice
from server.live.questions import questions
from server.live.scoring import scores
from tests.domain.floor import Floor, Json


class HallAtWork(Floor):
    """The floor, measured, and looked at by the advisor when asked to."""

    def __init__(self, *counters: Counter) -> None:
        super().__init__(*counters)
        self.measurements = Measurements(self.hall.branch, list(self.hall.counters.values()))
        self._measured = 0

    def do(self, actor: Actor, action: Action, **arguments: Any) -> Json:
        try:
            return super().do(actor, action, **arguments)
        finally:
            for event in self.log[self._measured :]:
                self.measurements.apply(event)
            self._measured = len(self.log)

    def serve(self, number: int, minutes: float) -> None:
        """The next customer of this counter, to the end."""
        ticket_id = self.next(number)
        assert ticket_id is not None
        self.press(teller.start, ticket_id, number)
        self.wait(minutes)
        self.press(teller.finish, ticket_id, number)

    def close(self, *numbers: int) -> None:
        for number in numbers:
            self.do(self._of(number), teller.close_counter, counter_id=f"main.{number}")

    def _of(self, number: int) -> Actor:
        return Actor("teller", f"teller-{number}", f"Teller {number}")

    def look(self) -> Json | None:
        """What the advisor has to say that it has not said yet; it is said."""
        asked = questions(self.hall, self.measurements, self.now, {})
        judged = {key: judge(question) for key, question in asked.items()}
        news = news_of_advice(self.hall, judged, self.now, new_id)
        if news:
            self.do(CLOCK, give_advice, **news)
        return news

    def give(self, *given: Advice) -> None:
        self.do(CLOCK, give_advice, withdraw={}, give=list(given))

    def score(self) -> dict[str, Json]:
        """All that is due."""
        found = scores(self.hall, self.measurements, self.now)
        self.do(CLOCK, score_advice, scores=found)
        return found

    def advice(self, key: str = "cash") -> Advice:
        return self.hall.advices[key]


def new_id() -> str:
    return f"main.a{secrets.token_hex(4)}"
