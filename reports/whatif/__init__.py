"""假设: other thresholds, another set of standards, tried on the figures of a round; nothing is
saved.
"""
