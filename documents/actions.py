"""Issuing a report, and keeping templates of one's own; each with its line in the trail."""

import hashlib

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction

from accounts.audit import audit_entry, write_entries
from documents.models import IssuedReport, ReportTemplate, Shape
from documents.template_check import check_template

MOVED_ON = "您看过以后数据又有变动，报告还没有存为定稿。请核对现在的内容后再存。"


@transaction.atomic
def issue_report(*, by, report, seen) -> IssuedReport:
    """Keep a report as it is now.

    `seen` is the data version the person looked at; raises ValidationError where it moved on.
    """
    context = report.context
    if seen != context.facts.version:
        raise ValidationError(MOVED_ON)
    title = report.title
    figures = [report.stored(figure) for figure in report.used]
    data = report.file()  # takes the marks out: last
    issued = IssuedReport(
        filing=context.filing,
        shape=report.shape,
        approved=context.approved,
        title=title,
        template=report.template_name,
        figures=figures,
        version=context.facts.version,
        sha256=hashlib.sha256(data).hexdigest(),
        file=ContentFile(data, name="report.docx"),
        by=by,
    )
    issued.save()
    what = f"{title}（校验值 {issued.sha256[:12]}）"
    target, path = f"issued:{issued.pk}", issued.filing.path
    write_entries(audit_entry(by=by, verb="报告定稿", what=what, path=path, target=target))
    return issued


@transaction.atomic
def keep_template(*, by, unit, shape, name, data, context) -> ReportTemplate:
    """Put a template of the unit's own in place of the one before.

    Raises ValidationError with what is wrong in it.
    """
    check_template(data, context)
    own = ReportTemplate.objects.filter(unit=unit, shape=shape).first()
    if own is None:
        own = ReportTemplate(unit=unit, shape=shape)
    own.name, own.by = name[:200], by
    own.file = ContentFile(data, name="template.docx")
    own.save()
    what, target = f"{Shape(shape).label}：{name}", f"template:{own.pk}"
    write_entries(audit_entry(by=by, verb="上传报告模板", what=what, path=unit.path, target=target))
    return own


@transaction.atomic
def drop_template(*, by, template) -> None:
    """Delete a unit's own template, so that the one from above or the shipped one holds again."""
    what = f"{template.get_shape_display()}：{template.name}"
    target, path = f"unit:{template.unit_id}", template.unit.path
    write_entries(audit_entry(by=by, verb="停用报告模板", what=what, path=path, target=target))
    template.delete()
