"""The pictures of the four screens in README, taken from a branch with a busy morning behind it."""
