"""The pages in a browser of 2018, and as someone meets them who cannot see, point or read small type."""
