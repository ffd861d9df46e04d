"""Services that are more regular than exponential, or less: by how much that shortens or lengthens the wait."""

from dataclasses import dataclass
from typing import Literal

from server.advisor.arguments import rate
from server.advisor.queue_model import mms
from server.advisor.spread_factor import spread_factor

Method = Literal["pollaczek_khinchine", "kimura", "whitt"]


@dataclass(frozen=True, slots=True)
class GeneralService:
    """The M/G/s queue by two moments of the service: `factor` times the waits of M/M/s, found by `method`.

    lq and wq are infinite where the counters cannot keep up; p_wait is Erlang C, which the spread hardly moves.
    """

    cv2: float
    factor: float
    method: Method
    p_wait: float
    lq: float
    wq: float


def general_service_wait(arrival_rate: float, service_rate: float, servers: int, cv2: float) -> GeneralService:
    """Mean wait when services have a squared coefficient of variation `cv2` >= 0: 0 all alike, 1 exponential.

    Rates and `servers` as in `mms`; ValueError for impossible figures. Exact for one counter; relative error about
    1 % where load is half and more (see `spread_factor`).
    """
    cv2 = rate(cv2, "cv2")
    plain = mms(arrival_rate, service_rate, servers)
    factor = spread_factor(servers, plain.rho, cv2)
    method: Method = "pollaczek_khinchine" if servers == 1 else "kimura" if cv2 <= 1 else "whitt"
    return GeneralService(cv2, factor, method, plain.p_wait, plain.lq * factor, plain.wq * factor)
