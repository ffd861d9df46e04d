"""Counts in plain integers are what the library would have counted."""

import math

from prometheus_client import CollectorRegistry
from prometheus_client import Histogram as LibraryHistogram

from server.watch.histogram import SECONDS, Histogram, summed

SEEN = (0.0, 0.001, 0.0011, 0.3, 0.25, 5.0, 5.1, 77.0, 0.004)


def test_buckets_are_those_of_the_library() -> None:
    mine, registry = Histogram(), CollectorRegistry()
    theirs = LibraryHistogram("seen", "Seen.", buckets=SECONDS, registry=registry)
    for value in SEEN:
        mine.observe(value)
        theirs.observe(value)
    samples = [sample for family in registry.collect() for sample in family.samples]
    assert mine.buckets() == [(s.labels["le"], s.value) for s in samples if s.name == "seen_bucket"]
    assert math.isclose(mine.total, next(s.value for s in samples if s.name == "seen_sum"))


def test_a_sum_of_histograms_counts_what_all_of_them_did() -> None:
    halves = [Histogram(), Histogram()]
    whole = Histogram()
    for number, value in enumerate(SEEN):
        halves[number % 2].observe(value)
        whole.observe(value)
    assert summed(halves).counts == whole.counts
    assert math.isclose(summed(halves).total, whole.total)
