from reports.models.measures import AreaMeasures, Measures, Stale, Tally
from reports.models.standard import Standard

__all__ = ["AreaMeasures", "Measures", "Stale", "Standard", "Tally"]
