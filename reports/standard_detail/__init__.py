"""One standard over one area and round.

How values lie around the threshold, who misses it, how it went, what it costs.
"""
