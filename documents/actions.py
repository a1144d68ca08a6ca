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
def issue_report(*, by, report, seen):
    """Keep a report as it is now. `seen` is the data version the person looked at; raises ValidationError where it moved on."""
    context = report.context
    if seen != context.facts.version:
        raise ValidationError(MOVED_ON)
    title, figures, data = (
        report.title,
        [report.stored(figure) for figure in report.used],
        report.file(),
    )
    made = IssuedReport(
        filing=context.filing, shape=report.shape, approved=context.approved, title=title, by=by
    )
    made.template, made.figures, made.version = report.template_name, figures, context.facts.version
    made.sha256 = hashlib.sha256(data).hexdigest()
    made.file = ContentFile(data, name="report.docx")
    made.save()
    note(
        by,
        "报告定稿",
        f"{title}（校验值 {made.sha256[:12]}）",
        made.filing.path,
        f"issued:{made.pk}",
    )
    return made


@transaction.atomic
def keep_template(*, by, unit, shape, name, data, context):
    """A template of the unit's own, in place of the one before. Raises ValidationError with what is wrong in it."""
    check_template(data, context)
    found = ReportTemplate.objects.filter(unit=unit, shape=shape).first() or ReportTemplate(
        unit=unit, shape=shape
    )
    found.name, found.by, found.file = name[:200], by, ContentFile(data, name="template.docx")
    found.save()
    note(by, "上传报告模板", f"{Shape(shape).label}：{name}", unit.path, f"template:{found.pk}")
    return found


@transaction.atomic
def drop_template(*, by, template):
    """Back to the shipped template of this shape."""
    note(
        by,
        "停用报告模板",
        f"{template.get_shape_display()}：{template.name}",
        template.unit.path,
        f"unit:{template.unit_id}",
    )
    template.delete()


def note(by, verb, what, path, target):
    write_entries(audit_entry(by=by, verb=verb, what=what, path=path, target=target))
