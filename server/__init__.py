"""Callboard: the server of a branch, from the rules of the hall to the screens that show it."""

import gc
import os

# Before numpy is loaded: its matrices here are small, and threads that share one matrix wait for each other. On two
# busy cores a product of 112 x 112 took seconds instead of a millisecond.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# What a server loads stays: looking through it again and again for what might go is a fifth of the time of its start.
gc.set_threshold(20_000, 20, 50)  # Python's own is 700, 10, 10
