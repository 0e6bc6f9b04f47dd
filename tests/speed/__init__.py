"""That `make bench` measures what it says, in its small form; how fast anything is, no test judges."""
