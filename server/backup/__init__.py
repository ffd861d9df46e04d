"""All there is in a file and back, on either database; and lines for whoever studies what happened."""
