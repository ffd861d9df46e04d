"""The rules of a hall with counters, in plain Python: what a bank manager would recognise, and nothing else."""
