"""The lobby's programs, against servers that behave badly."""
