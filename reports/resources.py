"""The rule book as a sheet, for the command `load_standards` and for Excel."""

import re
from calendar import monthrange
from collections import defaultdict
from copy import copy
from datetime import date
from decimal import Decimal, InvalidOperation

from import_export.fields import Field
from import_export.resources import ModelResource
from import_export.widgets import Widget

from accounts.audit import audit_entry, write_entries
from accounts.models import AuditSource
from communities.files import text_of_cell
from communities.models import Governance, Kind, Level
from communities.resources import PlainError, SheetResult
from reports.engine.tallies import mark_all_stale
from reports.models import Standard
from reports.models.standard import Force, Topic

REQUIRED = ["标准代码", "名称", "要求", "类别", "来源文件", "效力", "生效日期"]


class TextCell(Widget):
    """Any text, without blanks around it."""

    def clean(self, value, row=None, **kwargs):
        return text_of_cell(value)

    def render(self, value, obj=None, **kwargs):
        return "" if value is None else str(value)


class WordCell(TextCell):
    """One Chinese word of a closed list."""

    def __init__(self, choices):
        self.words = {str(choice.label): choice.value for choice in choices}
        self.labels = {value: label for label, value in self.words.items()}
        super().__init__()

    def clean(self, value, row=None, **kwargs):
        text = text_of_cell(value)
        return self.value(text) if text else ""

    def value(self, text):
        """The value of a word. Raises ValueError for any other."""
        if text not in self.words:
            raise ValueError(f"没有“{text}”这个词，可写：{'、'.join(self.words)}。")
        return self.words[text]

    def render(self, value, obj=None, **kwargs):
        return self.labels.get(value, "")


class WordsCell(WordCell):
    """Several words, separated by 、 or a comma."""

    def clean(self, value, row=None, **kwargs):
        texts = re.split("[、，,]", text_of_cell(value))
        return [self.value(text) for text in texts if text]

    def render(self, value, obj=None, **kwargs):
        return "、".join(self.labels.get(each, each) for each in value or [])


class YesNoCell(TextCell):
    """是 or 否; blank is yes."""

    def clean(self, value, row=None, **kwargs):
        text = text_of_cell(value) or "是"
        if text not in ("是", "否"):
            raise ValueError(f"“{text}”应写成“是”或“否”。")
        return text == "是"

    def render(self, value, obj=None, **kwargs):
        return "是" if value else "否"


class DayCell(TextCell):
    """A date.

    Known to the year or month only it is the first day of it, or the last where `last`.
    """

    def __init__(self, *, last=False):
        self.last = last
        super().__init__()

    def clean(self, value, row=None, **kwargs):
        text = text_of_cell(value)
        if not text:
            return None
        try:
            return self.day_of(*text.split("-")[:3])
        except ValueError:
            raise ValueError(f"日期“{text}”读不懂，应写成 2026-01-01、2026-01 或 2026。") from None

    def day_of(self, year, month="", day=""):
        """The date of these numbers as they are written, those that are not known left out."""
        year, month, day = int(year or 0), int(month or 0), int(day or 0)
        if not month:
            month = 12 if self.last else 1
        if not day:
            _, last_day = monthrange(year, month)
            day = last_day if self.last else 1
        return date(year, month, day)


class NumberCell(TextCell):
    """A number of a kind (int or Decimal); `blank` is what a blank cell means."""

    def __init__(self, kind, blank):
        self.kind, self.blank = kind, blank
        super().__init__()

    def clean(self, value, row=None, **kwargs):
        text = text_of_cell(value)
        if not text:
            return self.blank
        try:
            return self.kind(text)
        except (ValueError, InvalidOperation):
            raise ValueError(f"“{text}”不是数，请只写数字。") from None


class WholeCell(TextCell):
    """The standard this one is a part of, by code.

    Its version of the part's own day, else the latest.
    """

    def clean(self, value, row=None, **kwargs):
        code = text_of_cell(value)
        if not code:
            return None
        versions = list(Standard.objects.filter(code=code).order_by("effective_from"))
        if not versions:
            raise ValueError(f"没有代码为“{code}”的标准；所属的标准请写在它的各项之前。")
        since = DayCell().clean(row.get("生效日期"))
        for version in versions:
            if version.effective_from == since:
                return version
        return versions[-1]

    def render(self, value, obj=None, **kwargs):
        return value.code if value else ""


WIDGETS = {
    "parent": WholeCell(),
    "topic": WordCell(Topic),
    "level": WordCell(Level),
    "kinds": WordsCell(Kind),
    "governance": WordCell(Governance),
    "region_known": YesNoCell(),
    "force": WordCell(Force),
    "effective_from": DayCell(),
    "effective_to": DayCell(last=True),
    "digits": NumberCell(int, 0),
    "cost": NumberCell(Decimal, None),
    "position": NumberCell(int, 0),
}
NAMES = """
    code parent name statement topic level kinds governance region_code region_name region_known
    source number issuer year place force effective_from effective_to successor
    actual lower upper applies_when unit gap_unit digits cost why_not
    definition verification note position
""".split()


def sheet_field(name):
    """The column of the sheet for a field of the standard."""
    label = str(Standard._meta.get_field(name).verbose_name)
    if name == "parent":
        label = "所属标准代码"
    return Field(attribute=name, column_name=label, widget=WIDGETS.get(name) or TextCell())


class StandardResource(ModelResource):
    """Standards by code and the day they come into force; rows are written all or none.

    What is not in the sheet stays: a bureau adds its own rules. `by` is None for the command.
    """

    class Meta:
        model = Standard
        fields = NAMES
        import_id_fields = ["code", "effective_from"]
        clean_model_instances = True
        skip_unchanged = True
        store_instance = True

    def __init__(self, by=None, **kwargs):
        super().__init__(**kwargs)
        self.by = by
        self.fields = {name: sheet_field(name) for name in NAMES}

    def get_queryset(self):
        return Standard.objects.select_related("parent")

    def get_result_class(self):
        return SheetResult

    def get_error_result_class(self):
        return PlainError

    def before_import(self, dataset, **kwargs):
        """Check the header once and first, and read the book. Raises ValueError."""
        self.versions = defaultdict(list)
        for standard in self.get_queryset():
            self.versions[standard.code].append(standard)
        dataset.headers = [text_of_cell(cell) for cell in dataset.headers or []]
        missing = [label for label in REQUIRED if label not in dataset.headers]
        if missing:
            raise ValueError(f"第 1 行没有这些列名：{'、'.join(missing)}。")
        known = sorted(field.column_name for field in self.fields.values())
        for label in dataset.headers:
            if label not in known:
                usable = "、".join(known)
                raise ValueError(f"第 1 行的“{label}”不是规则库的列名，可用：{usable}。")

    def get_instance(self, instance_loader, row):
        """The stored version of the row.

        A date that cannot be read is told with the row's other faults.
        """
        try:
            since = self.fields["effective_from"].widget.clean(row.get("生效日期"))
        except ValueError:
            return None
        code = text_of_cell(row["标准代码"])
        for stored in self.versions[code]:
            if stored.effective_from == since:
                return copy(stored)  # what is stored stays as it is until the row is saved
        return None

    def validate_instance(self, instance, *errors, **kwargs):
        """Hold the row against the versions read at the start and saved since: no query."""
        instance.versions = self.versions[instance.code]
        super().validate_instance(instance, *errors, **kwargs)

    def after_save_instance(self, instance, row, **kwargs):
        """The rows that follow are held against this one too."""
        super().after_save_instance(instance, row, **kwargs)
        instance.versions = None
        versions = self.versions[instance.code]
        others = [each for each in versions if each.pk != instance.pk]
        self.versions[instance.code] = [*others, copy(instance)]

    def after_import(self, dataset, result, **kwargs):
        """The trail, and the roll-ups that follow from other rules now."""
        super().after_import(dataset, result, **kwargs)
        changed = []
        for row in result.rows:
            if row.is_new() or row.is_update():
                changed.append(row)
        if changed:
            write_entries(*self.lines(changed))
            self.follow(changed)

    def follow(self, changed):
        """The whole book may have changed: every round is rolled up anew."""
        mark_all_stale()

    def lines(self, changed):
        """One line for all new rules, and one for each changed rule with the old and new values."""
        number = sum(row.is_new() for row in changed)
        if number:
            yield self.line("新增标准", f"规则库 {number} 条", "", {})
        for row in changed:
            if row.is_update():
                what, target = row.instance.name, f"standard:{row.instance.pk}"
                yield self.line("变更标准", what, target, self.changes(row.original, row.instance))

    def line(self, verb, what, target, changes):
        """A line of the trail, not yet written."""
        source = AuditSource.ADMIN if self.by else AuditSource.COMMAND
        return audit_entry(
            by=self.by, verb=verb, what=what, source=source, target=target, changes=changes
        )

    def changes(self, old, new):
        """{column: [old, new]} of what two versions do not share, as the sheet says it."""
        changes = {}
        for field in self.fields.values():
            before, after = field.export(old), field.export(new)
            if before != after:
                changes[field.column_name] = [before, after]
        return changes
