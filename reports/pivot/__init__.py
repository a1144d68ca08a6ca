"""透视表: measures grouped by what the reader chooses, in one query however large the area."""

from reports.pivot.dimensions import DIMENSIONS
from reports.pivot.table import Pivot, PivotMethod

__all__ = ["DIMENSIONS", "Pivot", "PivotMethod"]
