"""HTTP in, HTTP out: who is asking, what they may do, and how a refusal is said."""
