"""Keeping the rule book: standards written, corrected, followed by new versions, built of parts, and tried before saved."""
