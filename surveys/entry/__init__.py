"""Filling in a section in the browser: what its page shows, and how its typed cells are read."""
