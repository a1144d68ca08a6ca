"""The reviewer's desk: the queue of what was handed in, and one filing on one screen."""
