"""Whether two revisions answer alike: `python -m benchmarks.unchanged REV` (see `__main__`)."""
