"""Units × standards: communities with their gaps, upper units with their pass rates; one filter,
one address.
"""

from reports.matrix.areas import AreaMatrix
from reports.matrix.communities import CommunityMatrix
from reports.matrix.forms import MatrixFilter

__all__ = ["AreaMatrix", "CommunityMatrix", "MatrixFilter"]
