"""What a reviewer works off: the queue, one filing on one screen, outliers."""
