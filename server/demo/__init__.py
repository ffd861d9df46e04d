"""A branch to look at: the one of the study, with simulated customers, tellers and machines."""
