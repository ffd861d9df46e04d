"""The LED boards over and beside the counters, by serial line or TCP."""
