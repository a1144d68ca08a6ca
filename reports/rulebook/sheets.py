"""The rule book as an Excel sheet for reviewers: out with everything they see, in for what they keep; all or nothing."""

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


class KeptStandards(StandardResource):
    """The same sheet for a reviewer: rows of the own area only, and none that gives approved rounds other verdicts."""

    def __init__(self, by, **kwargs):
        super().__init__(by, **kwargs)
        area = Unit.objects.filter(lies_inside(by.paths(role=Role.REVIEWER))).exclude(code=None)
        self.area = {*area.values_list("code", flat=True)}

    def validate_instance(self, instance, import_validation_errors=None, validate_unique=True):
        """What the model refuses, and what is not this person's to change."""
        super().validate_instance(instance, import_validation_errors, validate_unique)
        old = Standard.objects.filter(pk=instance.pk).first()
        if {
            instance.region_code,
            (old or instance).region_code,
        } - self.area or not instance.region_known:
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
            line = self.line(
                verb,
                row.instance.name,
                f"standard:{row.instance.pk}",
                self.changes(old, row.instance),
            )
            line.path = region_path(row.instance) or ""
            yield line

    def follow(self, changed):
        old = [row.original for row in changed if row.is_update()]
        actions.follow(*(row.instance for row in changed), *old)


def table(rows, nothing="表里没有内容。"):
    """Rows made as wide as the header; a row that is wider cannot be told apart into columns. Raises UnreadableFile."""
    rows = list(rows)
    if not rows:
        raise UnreadableFile(nothing)
    header = list(rows[0])
    while header and not header[-1]:
        header.pop()
    found = Dataset(headers=header)
    for line, row in enumerate(rows[1:], start=2):
        if len(row) > len(header) and any(row[len(header) :]):
            raise UnreadableFile(
                f"第 {line} 行比表头多 {len(row) - len(header)} 列，请检查逗号和引号。"
            )
        found.append((row + [""] * len(header))[: len(header)])
    return found


def filled(dataset):
    """The table without the blank lines below it. Raises UnreadableFile where it is too long for a page."""
    while len(dataset) and not any(dataset[-1]):
        del dataset[-1]
    if len(dataset) > MAX_ROWS:
        raise UnreadableFile(
            f"一次最多导入 {MAX_ROWS:,} 行，这个表有 {len(dataset):,} 行；请分几次。"
        )
    return dataset


def as_text(dataset):
    """The table as the preview sends it back to be confirmed."""
    out = io.StringIO()
    csv.writer(out, delimiter="\t", lineterminator="\n").writerows([dataset.headers, *dataset])
    return out.getvalue()


def from_text(text):
    return table(csv.reader(io.StringIO(text, newline=""), delimiter="\t"))


def take_in(user, dataset, *, dry_run):
    """(what import-export made of the table, the resource); nothing stays where a row is wrong."""
    resource = KeptStandards(user)
    options = {"use_transactions": True, "rollback_on_validation_errors": True}
    return resource.import_data(dataset, dry_run=dry_run, **options), resource


def sentences(result, resource):
    """Every fault with its line and column."""
    for error in result.base_errors:
        yield str(error.error)
    for row in result.invalid_rows:
        for name, texts in row.error_dict.items():
            label = f" {resource.fields[name].column_name}" if name in resource.fields else ""
            yield f"第 {row.number} 行{label}：{''.join(texts)}"
    for line, errors in result.row_errors():
        yield from (f"第 {line} 行：{error.error}" for error in errors)


def summary(result):
    new, changed, same = (result.totals[kind] for kind in ("new", "update", "skip"))
    if not new and not changed:
        return f"规则库没有变化（{same} 条标准）。"
    return f"新增标准 {new} 条，变更 {changed} 条，没有变化 {same} 条。"


def differences(result, resource):
    """[(standard, is it new, [(label, old, new)])] of what the table would change."""
    for row in result.rows:
        if row.is_new() or row.is_update():
            old = row.original if row.is_update() else Standard()
            yield (
                row.instance,
                row.is_new(),
                [(k, *pair) for k, pair in resource.changes(old, row.instance).items()],
            )


def workbook(user, standards):
    """The standards as an .xlsx that can be changed and sent back, with its line in the trail."""
    dataset = StandardResource().export(standards)
    dataset.title = "标准库"
    content = XLSX().export_data(dataset, escape=True, column_width=18)
    what = f"标准库.xlsx（{len(standards):,} 行）"
    write_entries(audit_entry(by=user, verb="下载表格", what=what, path=user.place))
    return content
