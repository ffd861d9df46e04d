"""What each person may do, and what they are told when they may not."""
