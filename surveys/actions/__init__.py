"""What is done to rounds and uploads: each in one transaction with its line in the trail."""

from surveys.actions.hooks import after_move, after_save
from surveys.actions.opening import open_round
from surveys.actions.undo import undo_upload
from surveys.actions.uploads import (
    apply_upload,
    check_workbook,
    import_workbook,
    read_workbook,
)

__all__ = [
    "after_move",
    "after_save",
    "apply_upload",
    "check_workbook",
    "import_workbook",
    "open_round",
    "read_workbook",
    "undo_upload",
]
