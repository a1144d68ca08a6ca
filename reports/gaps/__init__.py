"""The gap list.

What each community lacks, what closing it costs, and in which order to pay for it.
"""

from reports.engine.prices import Prices
from reports.gaps.listing import Gap, GapList, GapOrder
from reports.gaps.plan import Plan, PlanOrder, make_plan
from reports.gaps.sums import GapSum, gap_sums

__all__ = [
    "Gap",
    "GapList",
    "GapOrder",
    "GapSum",
    "Plan",
    "PlanOrder",
    "Prices",
    "gap_sums",
    "make_plan",
]
