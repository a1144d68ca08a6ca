"""Reading a survey workbook: what it says, for whom, and what is to be asked about."""

from surveys.reading.reader import read
from surveys.reading.result import Finding, Incoming, Kind, Reading, SheetReading

__all__ = ["Finding", "Incoming", "Kind", "Reading", "SheetReading", "read"]
