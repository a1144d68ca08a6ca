"""The one way out for a table: declared once, shown as a page and written as a file from the same declaration."""

from surveys.export.download import download, wanted
from surveys.export.table import Column, Kind, Partial, Row, Table

__all__ = ["Column", "Kind", "Partial", "Row", "Table", "download", "wanted"]
