"""The figures for other programs, such as the city's data platform: read-only JSON, the same scope, the same numbers."""
