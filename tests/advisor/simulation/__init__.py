"""The simulation held against formulas, against another simulator and against the real system."""
