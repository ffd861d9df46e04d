"""A manager who does what is advised: accepts it, and the teller concerned opens or closes a moment later."""

from datetime import datetime, timedelta

from server.demo.api import Api
from server.demo.duty import Duty
from server.demo.floor import Floor

REACTION = timedelta(seconds=60)  # from the advice to a teller at the counter
LOOK_AGAIN = timedelta(seconds=30)


class FollowingManager:
    """`duties` by counter: whether its teller is to be there."""

    def __init__(self, floor: Floor, api: Api, token: str, duties: dict[str, Duty]) -> None:
        self._floor, self._api, self._token, self._duties = floor, api, token, duties
        self._evening = False

    def stay_open(self) -> None:
        """The doors close: whoever is still there is served to the end, so that no counter closes any more."""
        self._evening = True

    async def work(self) -> None:
        while True:
            now = self._floor.time.now()
            for advice in list(self._floor.advices.values()):
                if advice["state"] == "issued":
                    answer = await self._api.post(self._token, f"advice/{advice['id']}/accept")
                    if answer.done:
                        await self._floor.reached(answer.body["seq"])
                elif now >= datetime.fromisoformat(advice["answered_at"]) + REACTION:
                    self._follow(advice["counter_id"], advice["action"], now)
            await self._floor.change(now + LOOK_AGAIN)

    def _follow(self, counter_id: str | None, action: str, now: datetime) -> None:
        duty = self._duties.get(counter_id or "")
        followed = {"open"} if self._evening else {"open", "close"}
        if duty is not None and action in followed and duty.on != (action == "open"):
            duty.on, duty.since = action == "open", now
            self._floor.rouse()
