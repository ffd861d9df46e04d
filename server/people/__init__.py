"""People from the command line: who may sign in, as what, and the links by which they choose a password."""
