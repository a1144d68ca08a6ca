"""The rule book as an Excel sheet for reviewers.

Out with everything they see, in for what they keep. A sheet is written as a whole or not at all.
"""

import csv
import io

from django.core.exceptions import ValidationError
from import_export.formats.base_formats import XLSX
from tablib import Dataset

from accounts.audit import audit_entry, write_entries
from accounts.models import AuditSource
from accounts.roles import Role
from communities.files import UnreadableFile
from communities.models import Unit
from communities.tree import lies_inside
from reports.models import Standard
from reports.resources import StandardResource
from reports.rulebook import actions
from reports.rulebook.reach import region_path

MAX_ROWS = 2_000


class ReviewedStandards(StandardResource):
    """The sheet of a reviewer: rows of the own area only.

    None of them may give approved rounds other verdicts.
    """

    def __init__(self, by, **kwargs):
        super().__init__(by, **kwargs)
        area = Unit.objects.filter(lies_inside(by.paths(role=Role.REVIEWER))).exclude(code=None)
        self.area = set(area.values_list("code", flat=True))

    def validate_instance(self, instance, import_validation_errors=None, validate_unique=True):
        """Raise ValidationError for what the model refuses and what is not this person's."""
        super().validate_instance(instance, import_validation_errors, validate_unique)
        old = Standard.objects.filter(pk=instance.pk).first()
        codes = {instance.region_code, (old or instance).region_code}
        if not instance.region_known or not codes <= self.area:
            raise ValidationError(
                f"“{instance.name}”不是您这个地区的标准，不能在这里新增或修改；请删去这一行。"
            )
        if old:
            actions.refuse_settled(old, instance)

    def line(self, verb, what, target, changes):
        return audit_entry(
            by=self.by,
            verb=verb,
            what=what,
            source=AuditSource.WORKBOOK,
            target=target,
            changes=changes,
        )

    def lines(self, changed):
        """A line for each standard, in its region, so that its own page can tell of it."""
        for row in changed:
            verb = "新增标准" if row.is_new() else "变更标准"
            old = row.original if row.is_update() else Standard()
            changes = self.changes(old, row.instance)
            target = f"standard:{row.instance.pk}"
            line = self.line(verb, row.instance.name, target, changes)
            line.path = region_path(row.instance) or ""
            yield line

    def follow(self, changed):
        """Mark the rounds the old and new versions judge to be rolled up anew."""
        old = [row.original for row in changed if row.is_update()]
        new = [row.instance for row in changed]
        actions.roll_up_anew(*new, *old)


def rows_as_dataset(rows, nothing="表里没有内容。"):
    """Rows made as wide as the header; `nothing` is the sentence where there are none.

    Raises UnreadableFile, also where a row is wider, for then its columns cannot be told apart.
    """
    rows = list(rows)
    if not rows:
        raise UnreadableFile(nothing)
    header = list(rows[0])
    while header and not header[-1]:
        header.pop()
    width = len(header)
    dataset = Dataset(headers=header)
    for line, row in enumerate(rows[1:], start=2):
        beyond = row[width:]
        if any(beyond):
            raise UnreadableFile(f"第 {line} 行比表头多 {len(beyond)} 列，请检查逗号和引号。")
        padding = [""] * (width - len(row))
        dataset.append(row[:width] + padding)
    return dataset


def without_blank_end(dataset):
    """The table without the blank lines below it.

    Raises UnreadableFile where it is too long for a page.
    """
    while len(dataset) and not any(dataset[-1]):
        del dataset[-1]
    if len(dataset) > MAX_ROWS:
        number, most = f"{len(dataset):,}", f"{MAX_ROWS:,}"
        raise UnreadableFile(f"一次最多导入 {most} 行，这个表有 {number} 行；请分几次。")
    return dataset


def dataset_as_text(dataset):
    """The table as the preview sends it back to be confirmed."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter="\t", lineterminator="\n")
    writer.writerow(dataset.headers)
    writer.writerows(dataset)
    return out.getvalue()


def dataset_from_text(text):
    """The table that `dataset_as_text` wrote. Raises UnreadableFile."""
    return rows_as_dataset(csv.reader(io.StringIO(text, newline=""), delimiter="\t"))


def import_standards(user, dataset, *, dry_run):
    """(what import-export made of the table, the resource); nothing stays where a row is wrong."""
    resource = ReviewedStandards(user)
    result = resource.import_data(
        dataset, dry_run=dry_run, use_transactions=True, rollback_on_validation_errors=True
    )
    return result, resource


def import_faults(result, resource):
    """A sentence for every fault, with its line and column."""
    for error in result.base_errors:
        yield str(error.error)
    for row in result.invalid_rows:
        for name, texts in row.error_dict.items():
            label = ""
            if name in resource.fields:
                label = f" {resource.fields[name].column_name}"
            yield f"第 {row.number} 行{label}：{''.join(texts)}"
    for line, errors in result.row_errors():
        for error in errors:
            yield f"第 {line} 行：{error.error}"


def import_summary(result):
    """How many standards are new, changed and as they were, in one sentence."""
    totals = result.totals
    new, changed, same = totals["new"], totals["update"], totals["skip"]
    if not new and not changed:
        return f"规则库没有变化（{same} 条标准）。"
    return f"新增标准 {new} 条，变更 {changed} 条，没有变化 {same} 条。"


def import_changes(result, resource):
    """(standard, is it new, [(label, old, new)]) of what the table would change."""
    for row in result.rows:
        if row.is_new() or row.is_update():
            old = row.original if row.is_update() else Standard()
            changes = resource.changes(old, row.instance)
            lines = [(label, *pair) for label, pair in changes.items()]
            yield row.instance, row.is_new(), lines


def standards_workbook(user, standards):
    """The standards as an .xlsx that can be changed and sent back, with its line in the trail."""
    dataset = StandardResource().export(standards)
    dataset.title = "标准库"
    content = XLSX().export_data(dataset, escape=True, column_width=18)
    what = f"标准库.xlsx（{len(standards):,} 行）"
    write_entries(audit_entry(by=user, verb="下载表格", what=what, path=user.place))
    return content
