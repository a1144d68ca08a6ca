from reports.models.cost import Cost, Costs, UnitCost
from reports.models.dismissal import Dismissal
from reports.models.document import IssuedReport, ReportTemplate, Shape
from reports.models.measures import AreaMeasures, Measures, Stale, Tally
from reports.models.rating import Scheme, Unknown, Way, Weight
from reports.models.standard import Standard

__all__ = [
    "AreaMeasures",
    "Cost",
    "Costs",
    "Dismissal",
    "IssuedReport",
    "Measures",
    "ReportTemplate",
    "Scheme",
    "Shape",
    "Stale",
    "Standard",
    "Tally",
    "UnitCost",
    "Unknown",
    "Way",
    "Weight",
]
