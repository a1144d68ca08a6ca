"""对比: units side by side, or models of governance among communities of the same size."""

from reports.comparison.governance import ModelComparison
from reports.comparison.units import UnitComparison

__all__ = ["ModelComparison", "UnitComparison"]
