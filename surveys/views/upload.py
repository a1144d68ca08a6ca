"""One upload: what was understood and would change, the decisions, and the one button that writes it."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.audit import write_entries
from surveys import marking
from surveys.actions import undo_upload
from surveys.actions.checking import confirm, content_of, decide, line
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
def upload(request, pk):
    """What was understood of a workbook that waits; what became of one that was applied."""
    return shown(request, *visible_upload(request, pk))


def shown(request, upload, filing, wrong=(), status=200):
    if upload.status != Upload.Status.CHECKED:
        return done(request, upload, filing, wrong, status)
    try:
        review = preview_of_waiting(upload, filing, may_edit=may_upload_for(request.user, filing))
    except ValidationError as refused:
        context = upload_context(request, upload, filing, wrong=refused.messages)
        return render(request, "surveys/upload_lost.html", context, status=422)
    which = request.GET.get("list")
    context = upload_context(
        request, upload, filing, wrong=wrong, review=review, **lists(review, which, request)
    )
    context["is_large"] = is_large(upload)
    context["is_xls"] = upload.name.lower().endswith(".xls")
    return render(request, "surveys/upload.html", context, status=status)


def lists(review, which, request):
    """The first lines of every list, or one of them page by page."""
    if which in LISTS:
        page = Paginator(getattr(review, which), PER_PAGE).get_page(request.GET.get("page"))
        return {which: page.object_list, "only": which, "only_label": LISTS[which], "page": page}
    few = {name: getattr(review, name)[:FEW] for name in ("changed", "new", "absent")}
    return {"must": review.must[:FEW_ASKED], "ask": review.ask[:FEW_ASKED], **few}


def done(request, upload, filing, wrong, status):
    """Applied or undone: the counts, the filings it wrote to, and the way back."""
    touched = touched_by(upload)
    rows = (
        Filing.objects.visible_to(request.user).filter(pk__in=touched[:MOST_UNITS]).order_by("path")
    )
    context = upload_context(
        request, upload, filing, wrong=wrong, sections=tally_by_section(upload), touched=rows
    )
    context["more"] = max(0, len(touched) - MOST_UNITS)
    context["course"], _ = history_page(f"upload:{upload.pk}")
    context["questions"] = upload.remarks.filter(closed_at=None).count()
    return render(request, "surveys/upload_done.html", context, status=status)


def touched_by(upload):
    """The ids of the filings that were written to."""
    kept = unpacked(upload) if upload.undo else {}
    return sorted(
        {row[1] for each in kept.values() for row in (*each["created"], *each["changed"])}
    )


@require_POST
def decisions(request, pk):
    """Decisions about rows and cells, and decisions taken back; then the page again, read anew where that is soon done."""
    upload, filing = editable_upload(request, pk)
    try:
        wanted = (
            given(request.POST) if "outside" not in request.POST else others_rows(upload, filing)
        )
        kept = is_large(upload) and find_kept_preview(upload, filing, may_edit=True)
        dropped = request.POST.getlist("drop")
        decide(upload=upload, given=wanted, dropped=dropped, by=request.user, reread=not kept)
    except ValidationError as refused:
        return shown(request, *visible_upload(request, pk), wrong=refused.messages, status=409)
    return redirect("surveys:upload", pk)


def others_rows(upload, filing):
    """The rows of other areas, all left out."""
    review = preview_of_waiting(upload, filing, may_edit=True)
    return {item.out_place: {"leave_out": True} for item in review.outside}


def given(post):
    """{cell: decision} of the lines of a form in which something was chosen or typed."""
    decided = {}
    for at in post.getlist("line"):
        how, unit, value = (
            post.get(f"{name}-{at}", "").strip() for name in ("how", "unit", "value")
        )
        place, value_place = post.get(f"place-{at}", ""), post.get(f"cell-{at}", "")
        if how == "out":
            decided[place] = {"leave_out": True}
        elif how or unit:
            decided[place] = {"unit": code_in(how or unit)}
        elif value and value_place:
            decided[value_place] = {"value": value[:200]}
    return decided


def code_in(text):
    """`育才社区 130983001016` -> the code; what is none is said when the file is read again."""
    return text.split()[-1][:12]


@require_POST
def recheck_again(request, pk):
    """Have a large workbook read again, with what was decided and saved since."""
    upload, filing = editable_upload(request, pk)
    if upload.status != Upload.Status.CHECKED or not is_large(upload):
        return redirect("surveys:upload", pk)
    return redirect(
        "surveys:job", start_rechecking(upload=upload, filing=filing, by=request.user).pk
    )


@require_POST
def apply(request, pk):
    """The one button: all of it or nothing."""
    upload, filing = editable_upload(request, pk)
    try:
        given = {
            "seen": request.POST.get("seen", ""),
            "leave_out_undecided": request.POST.get("leave_out") == "1",
            "by": request.user,
        }
        if upload.status == Upload.Status.CHECKED and is_large(upload):
            return redirect("surveys:job", start_applying(upload=upload, filing=filing, **given).pk)
        upload = confirm(upload=upload, **given)
    except ValidationError as refused:
        upload, filing = visible_upload(request, pk)
        if upload.status == Upload.Status.APPLIED:
            return redirect("surveys:upload", pk)  # a second click: the first one did it
        return shown(request, upload, filing, wrong=refused.messages, status=409)
    messages.success(request, told(upload))
    return redirect("surveys:upload", pk)


def told(upload):
    """What was written, in a sentence."""
    rows = tally_by_section(upload)
    new, changed = (sum(row[key] for row in rows) for key in ("new", "changed"))
    if not new and not changed:
        return "已记下。没有改动任何数据。"
    return f"已入库：新增 {new:,} 条，改动 {changed:,} 条。如有不对，可在本页整批撤销。"


@require_POST
def undo(request, pk):
    """Take an applied upload back as a whole; a large one by a job."""
    upload, filing = editable_upload(request, pk)
    if upload.status == Upload.Status.APPLIED and is_large(upload):
        return redirect(
            "surveys:job", start_undoing(upload=upload, filing=filing, by=request.user).pk
        )
    try:
        undo_upload(upload=upload, by=request.user)
    except ValidationError as refused:
        upload, filing = visible_upload(request, pk)
        if upload.status == Upload.Status.UNDONE:
            return redirect("surveys:upload", pk)
        return shown(request, upload, filing, wrong=refused.messages, status=409)
    messages.success(request, "已撤销：数据回到上传之前的样子。")
    return redirect("surveys:upload", pk)


@require_safe
def original(request, pk):
    """The file as it was sent, for those who fill in the area: it may hold whole telephone numbers."""
    upload, filing = editable_upload(request, pk)
    try:
        content = content_of(upload)
    except ValidationError as refused:
        return shown(request, upload, filing, wrong=refused.messages, status=422)
    write_entries(line(upload, "下载原件", by=request.user))
    return file_response(content, upload.name, "application/octet-stream")


@require_http_methods(["GET", "HEAD", "POST"])
def marked(request, pk):
    """The same workbook with the cells in question coloured; a large one is made by a job, where one posts."""
    upload, filing = editable_upload(request, pk)
    if is_large(upload):
        if request.method != "POST":
            return redirect("surveys:upload", pk)
        return redirect(
            "surveys:job", start_marking(upload=upload, filing=filing, by=request.user).pk
        )
    try:
        name, content = marking.marked_original(upload=upload, filing=filing, by=request.user)
    except ValidationError as refused:
        return shown(request, upload, filing, wrong=refused.messages, status=422)
    return file_response(content, name)
