"""The simulated branch: its day, its people, and the demonstration as a whole."""
