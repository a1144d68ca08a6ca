from reports.models.measures import Measures, Stale, Tally
from reports.models.standard import Standard

__all__ = ["Measures", "Stale", "Standard", "Tally"]
