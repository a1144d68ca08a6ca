"""The gap list: what each community lacks of each standard, what closing it costs, and in which order to pay for it."""

from reports.gaps.listing import Gap, GapList, Order
from reports.gaps.plan import First, Plan, make_plan
from reports.gaps.prices import Prices
from reports.gaps.sums import Sum, by_standard, by_unit, listed

__all__ = [
    "First",
    "Gap",
    "GapList",
    "Plan",
    "make_plan",
    "Order",
    "Prices",
    "Sum",
    "by_standard",
    "by_unit",
    "listed",
]
