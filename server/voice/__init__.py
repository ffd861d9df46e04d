"""What the hall hears: sentences made into sound here, once, without the internet."""
