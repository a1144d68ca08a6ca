"""Reading a survey workbook: what it says, for whom, and what is to be asked about."""

from surveys.reading.reader import read_survey
from surveys.reading.result import Finding, FindingKind, Incoming, Reading, SheetReading

__all__ = ["Finding", "FindingKind", "Incoming", "Reading", "SheetReading", "read_survey"]
