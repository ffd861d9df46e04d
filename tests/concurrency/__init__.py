"""Many tellers at once, over HTTP, against servers as they ship."""
