"""A real day sent through a real server: nothing may be lost or doubled, whatever is cut off meanwhile."""
