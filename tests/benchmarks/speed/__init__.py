"""What `make bench` measures: each workload beside its limit, on data and servers of its own."""
