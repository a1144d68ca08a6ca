"""Entering a filing in the browser: what a section's page shows, and how its typed cells are read."""
