"""Figures in, advice out: what the measured rates say about how many counters should be open."""
