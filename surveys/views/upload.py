"""One upload: what was understood, would change, was decided, and the button that writes it."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.audit import write_entries
from surveys import marking
from surveys.actions import undo_upload
from surveys.actions.checking import confirm, decide, original_content, upload_entry
from surveys.actions.lengthy import (
    is_large,
    start_applying,
    start_marking,
    start_rechecking,
    start_undoing,
)
from surveys.actions.undo import unpacked
from surveys.models import Filing, Upload
from surveys.pages.downloads import file_response
from surveys.pages.filings import may_upload_for
from surveys.pages.uploads import (
    editable_upload,
    preview_of_waiting,
    upload_context,
    visible_upload,
)
from surveys.uploading.kept import find_kept_preview
from surveys.uploading.preview import tally_by_section
from surveys.worklist.history import history_page

FEW, FEW_ASKED, PER_PAGE, MOST_UNITS = 10, 20, 50, 30
LISTS = {
    "must": "要决定的",
    "ask": "要核实的",
    "changed": "改动",
    "new": "新增",
    "absent": "文件里没有的",
}


@require_safe
def upload_page(request, pk):
    """What was understood of a workbook that waits; what became of one that was applied."""
    return show_upload(request, *visible_upload(request, pk))


def show_upload(request, upload, filing, wrong=(), status=200):
    if upload.status != Upload.Status.CHECKED:
        return show_done_upload(request, upload, filing, wrong, status)
    try:
        preview = preview_of_waiting(upload, filing, may_edit=may_upload_for(request.user, filing))
    except ValidationError as refused:
        context = upload_context(request, upload, filing, wrong=refused.messages)
        return render(request, "surveys/upload_lost.html", context, status=422)
    lists = preview_lists(preview, request)
    context = upload_context(request, upload, filing, wrong=wrong, review=preview, **lists)
    context["is_large"] = is_large(upload)
    context["is_xls"] = upload.name.lower().endswith(".xls")
    return render(request, "surveys/upload.html", context, status=status)


def preview_lists(preview, request):
    """The first lines of every list, or page by page the one that was asked for."""
    which = request.GET.get("list")
    if which in LISTS:
        page = Paginator(getattr(preview, which), PER_PAGE).get_page(request.GET.get("page"))
        return {which: page.object_list, "only": which, "only_label": LISTS[which], "page": page}
    return {
        "must": preview.must[:FEW_ASKED],
        "ask": preview.ask[:FEW_ASKED],
        "changed": preview.changed[:FEW],
        "new": preview.new[:FEW],
        "absent": preview.absent[:FEW],
    }


def show_done_upload(request, upload, filing, wrong, status):
    """Applied or undone: the counts, the filings it wrote to, and the way back."""
    touched = filings_written_to(upload)
    shown = Filing.objects.visible_to(request.user).filter(pk__in=touched[:MOST_UNITS])
    context = upload_context(request, upload, filing, wrong=wrong)
    context["sections"] = tally_by_section(upload)
    context["touched"] = shown.order_by("path")
    context["more"] = max(0, len(touched) - MOST_UNITS)
    context["course"], _ = history_page(f"upload:{upload.pk}")
    context["questions"] = upload.remarks.filter(closed_at=None).count()
    return render(request, "surveys/upload_done.html", context, status=status)


def filings_written_to(upload):
    """The ids of the filings that were written to."""
    kept = {}
    if upload.undo:
        kept = unpacked(upload)
    found = set()
    for section in kept.values():
        for _, filing, *_ in (*section["created"], *section["changed"]):
            found.add(filing)
    return sorted(found)


@require_POST
def decide_upload(request, pk):
    """Take decisions about rows and cells, or take them back; then show the page again.

    The workbook is read anew where that is soon done.
    """
    upload, filing = editable_upload(request, pk)
    try:
        if "outside" in request.POST:
            decisions = leave_out_others_rows(upload, filing)
        else:
            decisions = posted_decisions(request.POST)
        kept = is_large(upload) and find_kept_preview(upload, filing, may_edit=True)
        dropped = request.POST.getlist("drop")
        decide(upload=upload, given=decisions, dropped=dropped, by=request.user, reread=not kept)
    except ValidationError as refused:
        upload, filing = visible_upload(request, pk)
        return show_upload(request, upload, filing, wrong=refused.messages, status=409)
    return redirect("surveys:upload", pk)


def leave_out_others_rows(upload, filing):
    """The decisions to leave out the rows of other areas."""
    preview = preview_of_waiting(upload, filing, may_edit=True)
    decisions = {}
    for item in preview.outside:
        decisions[item.out_place] = {"leave_out": True}
    return decisions


def posted_decisions(post):
    """{cell: decision} of the lines of a form in which something was chosen or typed."""
    decisions = {}
    for at in post.getlist("line"):
        how = post.get(f"how-{at}", "").strip()
        unit = post.get(f"unit-{at}", "").strip()
        value = post.get(f"value-{at}", "").strip()
        place = post.get(f"place-{at}", "")
        value_place = post.get(f"cell-{at}", "")
        if how == "out":
            decisions[place] = {"leave_out": True}
        elif how or unit:
            decisions[place] = {"unit": unit_code_in(how or unit)}
        elif value and value_place:
            decisions[value_place] = {"value": value[:200]}
    return decisions


def unit_code_in(text):
    """`育才社区 130983001016` -> the code; a wrong code is told when the file is read again."""
    return text.split()[-1][:12]


@require_POST
def recheck_upload(request, pk):
    """Have a large workbook read again, with what was decided and saved since."""
    upload, filing = editable_upload(request, pk)
    if upload.status != Upload.Status.CHECKED or not is_large(upload):
        return redirect("surveys:upload", pk)
    job = start_rechecking(upload=upload, filing=filing, by=request.user)
    return redirect("surveys:job", job.pk)


@require_POST
def confirm_upload(request, pk):
    """Write all of a checked upload or nothing; a large one is written by a job."""
    upload, filing = editable_upload(request, pk)
    confirmation = {
        "seen": request.POST.get("seen", ""),
        "leave_out_undecided": request.POST.get("leave_out") == "1",
        "by": request.user,
    }
    try:
        if upload.status == Upload.Status.CHECKED and is_large(upload):
            job = start_applying(upload=upload, filing=filing, **confirmation)
            return redirect("surveys:job", job.pk)
        upload = confirm(upload=upload, **confirmation)
    except ValidationError as refused:
        upload, filing = visible_upload(request, pk)
        if upload.status == Upload.Status.APPLIED:
            return redirect("surveys:upload", pk)  # a second click: the first one did it
        return show_upload(request, upload, filing, wrong=refused.messages, status=409)
    messages.success(request, applied_text(upload))
    return redirect("surveys:upload", pk)


def applied_text(upload):
    """What was written, in a sentence."""
    rows = tally_by_section(upload)
    new = sum(row["new"] for row in rows)
    changed = sum(row["changed"] for row in rows)
    if not new and not changed:
        return "已记下。没有改动任何数据。"
    return f"已入库：新增 {new:,} 条，改动 {changed:,} 条。如有不对，可在本页整批撤销。"


@require_POST
def undo_applied_upload(request, pk):
    """Take an applied upload back as a whole; a large one by a job."""
    upload, filing = editable_upload(request, pk)
    if upload.status == Upload.Status.APPLIED and is_large(upload):
        job = start_undoing(upload=upload, filing=filing, by=request.user)
        return redirect("surveys:job", job.pk)
    try:
        undo_upload(upload=upload, by=request.user)
    except ValidationError as refused:
        upload, filing = visible_upload(request, pk)
        if upload.status == Upload.Status.UNDONE:
            return redirect("surveys:upload", pk)
        return show_upload(request, upload, filing, wrong=refused.messages, status=409)
    messages.success(request, "已撤销：数据回到上传之前的样子。")
    return redirect("surveys:upload", pk)


@require_safe
def download_original(request, pk):
    """The file as it was sent, for those who fill in the area: it may hold telephone numbers."""
    upload, filing = editable_upload(request, pk)
    try:
        content = original_content(upload)
    except ValidationError as refused:
        return show_upload(request, upload, filing, wrong=refused.messages, status=422)
    write_entries(upload_entry(upload, "下载原件", by=request.user))
    return file_response(content, upload.name, "application/octet-stream")


@require_http_methods(["GET", "HEAD", "POST"])
def download_marked(request, pk):
    """The sent workbook with the cells in question coloured; a POST has a job mark a large one."""
    upload, filing = editable_upload(request, pk)
    if is_large(upload):
        if request.method != "POST":
            return redirect("surveys:upload", pk)
        job = start_marking(upload=upload, filing=filing, by=request.user)
        return redirect("surveys:job", job.pk)
    try:
        name, content = marking.marked_original(upload=upload, filing=filing, by=request.user)
    except ValidationError as refused:
        return show_upload(request, upload, filing, wrong=refused.messages, status=422)
    return file_response(content, name)
