"""Callboard: the server of a branch, from the rules of the hall to the screens that show it."""

import os

# Before numpy is loaded: its matrices here are small, and threads that share one matrix wait for each other. On two
# busy cores a product of 112 x 112 took seconds instead of a millisecond.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
