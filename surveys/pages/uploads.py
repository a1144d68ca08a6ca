"""The upload a page is about, and what stands on every page about it."""

from django.http import Http404

from surveys.actions.checking import recheck
from surveys.actions.lengthy import is_large
from surveys.models import Filing, Upload
from surveys.pages.context import PageContext
from surveys.pages.filings import ABOVE, may_upload_for, require_uploader
from surveys.uploading.kept import find_kept_preview
from surveys.uploading.preview import UploadPreview

UPLOAD_STATUS_CSS = {
    Upload.Status.CHECKED: "ask",
    Upload.Status.APPLIED: "met",
    Upload.Status.UNDONE: "",
}


def visible_upload(request, pk):
    """An upload in sight and the filing of its unit. Raises Http404 outside."""
    uploads = Upload.objects.visible_to(request.user).select_related("round", "unit", "by")
    filings = Filing.objects.visible_to(request.user).select_related("round", ABOVE)
    try:
        upload = uploads.get(pk=pk)
        return upload, filings.get(round=upload.round_id, unit=upload.unit_id)
    except (Upload.DoesNotExist, Filing.DoesNotExist):
        raise Http404 from None


def editable_upload(request, pk):
    """An upload and its filing, for who may decide about it; 403 for others inside."""
    upload, filing = visible_upload(request, pk)
    require_uploader(request, filing)
    return upload, filing


def upload_context(request, upload, filing, **more):
    """What every page about an upload needs."""
    return {
        "frame": PageContext(filing, request.user, "uploads", here=upload.name),
        "upload": upload,
        "filing": filing,
        "may_edit": may_upload_for(request.user, filing),
        "css": UPLOAD_STATUS_CSS[upload.status],
        **more,
    }


def preview_of_waiting(upload, filing, *, may_edit):
    """What is shown of a waiting upload: of a large one what was kept, else read anew.

    Raises ValidationError where the original cannot be read any more.
    """
    if is_large(upload):
        kept = find_kept_preview(upload, filing, may_edit=may_edit)
        if kept:
            return kept
    reading, compared = recheck(upload)
    return UploadPreview(upload, filing, reading, compared, may_edit=may_edit)
