"""趋势: measures and pass rates of one unit over its rounds, as lines and as a table."""

from reports.trend.series import Series, Trend

__all__ = ["Series", "Trend"]
