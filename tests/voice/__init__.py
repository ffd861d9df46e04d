"""What the hall hears: sentences, sound, recordings, and clips made once."""
