"""Speed, as ratios within one run: what the tests never assert and `make bench` prints."""
