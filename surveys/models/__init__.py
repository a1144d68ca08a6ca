from surveys.models.filing import Filing, Record, Remark, Status
from surveys.models.message import Message
from surveys.models.receipt import Receipt
from surveys.models.round import Round
from surveys.models.upload import Layout, Upload

__all__ = ["Filing", "Layout", "Message", "Receipt", "Record", "Remark", "Round", "Status", "Upload"]
