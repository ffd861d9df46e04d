"""Whether the advisor deserves to be believed: what it said, against what then came."""

from collections.abc import Sequence
from statistics import fmean
from typing import Any

from server.advisor.arguments import count
from server.advisor.quote_score import QuoteScore
from server.advisor.special import beta_quantile
from server.domain.advice import Advice, AdviceState

LEVEL = 0.8  # of every interval here
BINS = 10  # of stated confidence


def share_interval(successes: int, n: int, level: float = LEVEL) -> tuple[float, float]:
    """Between which shares the true one lies with probability `level`, after `successes` of `n`.

    ValueError for more successes than trials and for a level outside 0..1. The ends reach 0 and 1 where all
    or none succeeded: no number of tries makes the border itself improbable.
    Source: Jeffreys interval, Beta(successes + 1/2, failures + 1/2) (Brown, Cai & DasGupta 2001).
    """
    if count(successes, "successes") > count(n, "n") or not 0 < level < 1:
        raise ValueError(f"of n = {n} at most n can succeed, at a level within 0..1; got {successes}, {level!r}")
    alpha, beta = successes + 0.5, n - successes + 0.5
    low = beta_quantile(alpha, beta, (1 - level) / 2) if successes else 0.0
    high = beta_quantile(alpha, beta, (1 + level) / 2) if successes < n else 1.0
    return low, high


def advice_record(advices: Sequence[Advice], quotes: QuoteScore) -> dict[str, Any]:
    """What the advices and the promised waits of some days came to, in plain JSON values.

    Each advice counts once, as it stands now; one without a score waits for its judgement. `right`: with what
    is known afterwards the same program would decide the same. `confidence` has a row for each tenth of stated
    confidence in which there was something to judge; `from` and `to` hold the share found right with
    probability 0.8, `interval` of the waits likewise for each share of customers.
    """
    return {
        "advice": _counts(advices),
        "confidence": _calibration(advices),
        "waits": _waits(quotes),
        "promises": _promises(advices),
    }


def _verdict(advice: Advice) -> str | None:
    return (advice.score or {}).get("verdict")


def _counts(advices: Sequence[Advice]) -> dict[str, Any]:
    verdicts = [_verdict(advice) for advice in advices]
    right, wrong = verdicts.count("right"), verdicts.count("wrong")
    dismissed = sum(advice.state is AdviceState.DISMISSED for advice in advices)
    # Who accepted is remembered, also once the advice has been followed and taken back.
    accepted = sum(bool(advice.answered_by) for advice in advices if advice.state is not AdviceState.DISMISSED)
    low, high = share_interval(right, right + wrong)
    return {
        "given": len(advices),
        "accepted": accepted,
        "dismissed": dismissed,
        "withdrawn": sum(a.state is AdviceState.WITHDRAWN and not a.answered_by for a in advices),
        "judged": right + wrong,
        "right": right,
        "unknown": verdicts.count("unknown"),
        "from": low,
        "to": high,
    }


def _calibration(advices: Sequence[Advice]) -> list[dict[str, Any]]:
    rows: list[list[tuple[float, bool]]] = [[] for _ in range(BINS)]
    for advice in advices:
        verdict, score = _verdict(advice), advice.score or {}
        stated = score.get("confidence", advice.figures.get("confidence"))
        if verdict in ("right", "wrong") and stated is not None:
            rows[min(BINS - 1, int(stated * BINS))].append((stated, verdict == "right"))
    found = []
    for at, row in enumerate(rows):
        if row:
            right = sum(was_right for _, was_right in row)
            low, high = share_interval(right, len(row))
            found.append(
                {
                    "low": at / BINS,
                    "high": (at + 1) / BINS,
                    "n": len(row),
                    "stated": fmean(stated for stated, _ in row),
                    "right": right,
                    "from": low,
                    "to": high,
                }
            )
    return found


def _waits(quotes: QuoteScore) -> dict[str, Any]:
    hits = {
        "p10": (quotes.below_p10, quotes.n_range),
        "p50": (quotes.below_p50, quotes.n),
        "p90": (quotes.below_p90, quotes.n),
        "inside": (quotes.in_range, quotes.n_range),
    }
    shares = {name: share / n if n else None for name, (share, n) in hits.items()}
    return {
        "n": quotes.n,
        **{f"below_{name}": shares[name] for name in ("p10", "p50", "p90")},
        "inside": shares["inside"],
        "interval": {name: share_interval(share, n) if n else None for name, (share, n) in hits.items()},
        "promised_min": quotes.promised_min / quotes.n if quotes.n else None,
        "found_min": quotes.waited_min / quotes.n if quotes.n else None,
    }


def _promises(advices: Sequence[Advice]) -> dict[str, Any]:
    """Of advice that was followed: the wait that was promised with the change, and the wait that came."""
    waits = [
        (score["wait_promised_min"], score["wait_found_min"])
        for score in (advice.score or {} for advice in advices)
        if score.get("followed") and None not in (score.get("wait_promised_min"), score.get("wait_found_min"))
    ]
    return {
        "n": len(waits),
        "wait_promised_min": fmean(promised for promised, _ in waits) if waits else None,
        "wait_found_min": fmean(found for _, found in waits) if waits else None,
    }
