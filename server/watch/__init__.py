"""What a server tells those who run it: figures, lines of log, traces. It decides nothing and keeps nothing."""
