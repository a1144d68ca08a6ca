from surveys.models.filing import Filing, Record, Remark, Status
from surveys.models.receipt import Receipt
from surveys.models.round import Round
from surveys.models.upload import Layout, Upload

__all__ = ["Filing", "Layout", "Receipt", "Record", "Remark", "Round", "Status", "Upload"]
