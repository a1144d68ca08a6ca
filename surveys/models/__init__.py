from surveys.models.extra import Extra, ExtraRecord
from surveys.models.filing import Filing, Record, Remark, Status
from surveys.models.job import Job
from surveys.models.message import Message
from surveys.models.receipt import Receipt
from surveys.models.reminder import Reminder
from surveys.models.round import LeftOut, Round
from surveys.models.upload import Layout, Preview, Upload

__all__ = [
    "Extra",
    "ExtraRecord",
    "Filing",
    "Job",
    "Layout",
    "LeftOut",
    "Message",
    "Preview",
    "Receipt",
    "Record",
    "Remark",
    "Reminder",
    "Round",
    "Status",
    "Upload",
]
