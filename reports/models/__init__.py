from reports.models.cost import Cost, Costs, UnitCost
from reports.models.measures import AreaMeasures, Measures, Stale, Tally
from reports.models.rating import Scheme, ScoringMethod, Unknown, Weight
from reports.models.recount import MeasureDefinition, Recount
from reports.models.standard import Standard

__all__ = [
    "AreaMeasures",
    "Cost",
    "Costs",
    "MeasureDefinition",
    "Measures",
    "Recount",
    "Scheme",
    "ScoringMethod",
    "Stale",
    "Standard",
    "Tally",
    "UnitCost",
    "Unknown",
    "Weight",
]
