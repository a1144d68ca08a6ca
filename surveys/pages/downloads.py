"""Files a page sends to its reader."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def file_response(content, name, kind=XLSX):
    """A download under its Chinese name."""
    return HttpResponse(
        content, kind, headers={"Content-Disposition": content_disposition_header(True, name)}
    )
