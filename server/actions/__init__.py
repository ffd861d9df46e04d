"""What people do, one file per person: each action reads the hall and decides what has happened, or refuses."""
