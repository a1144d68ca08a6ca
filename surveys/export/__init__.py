"""The one way out for a table: declared once,
shown as a page and written as a file from the same declaration.
"""

from surveys.export.download import download_table, requested_format
from surveys.export.table import ColumnKind, Partial, Table, TableColumn, TableRow

__all__ = [
    "ColumnKind",
    "Partial",
    "Table",
    "TableColumn",
    "TableRow",
    "download_table",
    "requested_format",
]
