"""Keeping the rule book.

Standards written, corrected, followed by new versions, built of parts, and tried before saved.
"""
