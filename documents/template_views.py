"""Templates of one's own, and the reference of the figures they may say."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from documents.actions import drop_template, keep_template
from documents.builder import shipped_template
from documents.context import ReportContext
from documents.models import ReportTemplate, Shape
from documents.template_check import MAX_FILE
from documents.views import (
    DOCX,
    may_issue_reports,
    require_report_reviewer,
    shape_or_default,
    upper_filing,
)
from documents.vocabulary import vocabulary_groups
from surveys.pages.context import PageContext
from surveys.pages.downloads import file_response


def templates_page(request, pk):
    """The template of each shape that holds here; reviewers put their own in its place."""
    filing = upper_filing(request, pk)
    wrong, status = [], 200
    if request.method == "POST":
        require_report_reviewer(request, filing)
        try:
            kept = keep_received_template(request, filing)
            messages.success(
                request,
                f"“{kept.name}”已启用，{filing.name}及所属单位的{kept.get_shape_display()}按它起草。",
            )
            return redirect("documents:templates", pk)
        except ValidationError as error:
            wrong, status = error.messages, 422
    context = {
        "frame": PageContext(filing, request.user, "draft", here="报告模板"),
        "rows": [template_row(filing, shape) for shape in Shape],
        "wrong": wrong,
        "shape": shape_or_default(request.POST.get("shape", "")),
        "may_change": may_issue_reports(request.user, filing),
    }
    return render(request, "documents/templates.html", context, status=status)


def template_row(filing, shape):
    own = ReportTemplate.objects.nearest(filing, shape)
    return {"shape": shape, "own": own, "here": bool(own) and own.unit_id == filing.unit_id}


def keep_received_template(request, filing):
    """The template that was sent, kept. Raises ValidationError with what is wrong."""
    file = request.FILES.get("file")
    if file is None:
        raise ValidationError("还没有选择文件。请选择修改好的 .docx 模板。")
    data, shape = file.read(MAX_FILE + 1), shape_or_default(request.POST.get("shape", ""))
    return keep_template(
        by=request.user,
        unit=filing.unit,
        shape=shape,
        name=file.name,
        data=data,
        context=ReportContext(filing),
    )


@require_safe
def template_file(request, pk, shape):
    """The template that holds here, to edit in Word; `?shipped=1` the one that came with the system."""
    filing = upper_filing(request, pk)
    if shape not in Shape.values:
        raise Http404
    own = None if request.GET.get("shipped") else ReportTemplate.objects.nearest(filing, shape)
    data = own.read() if own else shipped_template(shape)
    return file_response(data, own.name if own else f"{Shape(shape).label}模板.docx", DOCX)


@require_POST
def drop_own_template(request, pk, shape):
    """Back to the template from above, or to the shipped one."""
    filing = upper_filing(request, pk)
    require_report_reviewer(request, filing)
    own = (
        ReportTemplate.objects.filter(unit=filing.unit, shape=shape).select_related("unit").first()
    )
    if own:
        drop_template(by=request.user, template=own)
        messages.success(request, f"已停用“{own.name}”。")
    return redirect("documents:templates", pk)


@require_safe
def reference_page(request, pk):
    """Every name a template may use, what it means and what it is now."""
    filing = upper_filing(request, pk)
    frame = PageContext(filing, request.user, "draft", here="可用数字")
    return render(
        request,
        "documents/reference.html",
        {"frame": frame, "groups": vocabulary_groups(ReportContext(filing))},
    )
