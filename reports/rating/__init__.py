"""绩效评估.

An overall score and stars for every community, by the scheme of its city, with the arithmetic
shown.
"""
