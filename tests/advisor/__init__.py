"""The advisor against figures that others have reckoned, and against what must hold whatever the figures."""
