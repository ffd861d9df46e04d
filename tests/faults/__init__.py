"""Faults are injected into real processes; after each, an independent checker reads the log and what clients saw."""
