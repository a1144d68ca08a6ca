"""Workbook out: one .xlsx per street (or any unit), a sheet per section,
last known values filled in.

`surveys.workbook.write` is imported by whoever writes one: readers do without openpyxl.
"""

from surveys.workbook.marker import COVER, LISTS, Marker, find_marker, is_ours
from surveys.workbook.masking import mask_number, same_masked

__all__ = [
    "COVER",
    "LISTS",
    "Marker",
    "find_marker",
    "is_ours",
    "mask_number",
    "same_masked",
]
