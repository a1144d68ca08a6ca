"""The list of units as an Excel sheet of the back room, read by the same rules as `load_units`."""

from import_export.fields import Field
from import_export.resources import ModelResource
from import_export.results import Error, Result
from import_export.widgets import Widget

from accounts.audit import audit_entry, write_entries
from accounts.models import AuditSource
from communities import rows
from communities.files import header_fields, text_of_cell
from communities.models import Kind, Level, Unit
from communities.words import infer_kind

MAX_ROWS = 2_000  # each costs about ten queries; more go through the command


class UnitCell(Widget):
    """A cell read as the unit lists are, so that sheet and command refuse in one wording."""

    def __init__(self, reader, format_value=str):
        super().__init__()
        self.reader, self.format_value = reader, format_value

    def clean(self, value, row=None, **kwargs):
        problems = []
        found = self.reader(text_of_cell(value), problems)
        if problems:
            raise ValueError("".join(problems))
        return found

    def render(self, value, obj=None, **kwargs):
        if value in (None, ""):
            return ""
        return self.format_value(value)


class ParentCell(UnitCell):
    """The unit above, by its code; it may stand higher up in the same sheet."""

    def __init__(self):
        super().__init__(rows.read_parent_code, lambda unit: unit.code or "")

    def clean(self, value, row=None, **kwargs):
        code = super().clean(value, row, **kwargs)
        if not code:
            return None
        parent = Unit.objects.filter(code=code).first()
        if parent is None:
            raise ValueError(f"系统里没有代码为 {code} 的上级；新的上级请写在它的下级之前。")
        return parent


def unit_column(attribute, label, widget):
    """Return a column whose blank cells leave the value as it is."""
    return Field(attribute=attribute, column_name=label, widget=widget, saves_null_values=False)


class PlainError(Error):
    """An error of the whole sheet: the sentence without the program's insides."""

    traceback = ""


class SheetResult(Result):
    """Counts lines as the sheet does: the header is line 1."""

    def append_error_row(self, number, row, errors):
        super().append_error_row(number + 1, row, errors)

    def append_invalid_row(self, number, row, validation_error):
        super().append_invalid_row(number + 1, row, validation_error)


class UnitResource(ModelResource):
    """Units by code; those without one by name below their parent.

    Imported rows are written all or none.
    """

    code = unit_column("code", "区划代码", UnitCell(rows.read_unit_code))
    name = unit_column("name", "名称", UnitCell(rows.read_name))
    level = unit_column(
        "level", "层级", UnitCell(rows.read_level_cell, lambda level: Level(level).label)
    )
    parent_code = unit_column("parent", "上级代码", ParentCell())
    kind = unit_column("kind", "类型", UnitCell(rows.read_kind_cell, lambda kind: Kind(kind).label))
    opened_on = unit_column("opened_on", "设立日期", UnitCell(rows.read_day))
    closed_on = unit_column("closed_on", "撤销日期", UnitCell(rows.read_day))

    class Meta:
        model = Unit
        fields = ["code", "name", "level", "parent_code", "kind", "opened_on", "closed_on"]
        import_id_fields = ["code"]
        clean_model_instances = True
        skip_unchanged = True
        store_instance = True

    def __init__(self, by=None, **kwargs):
        super().__init__(**kwargs)
        self.by = by
        self.lines = []

    def get_queryset(self):
        return Unit.objects.select_related("parent")

    def get_result_class(self):
        return SheetResult

    def get_error_result_class(self):
        return PlainError

    def before_import(self, dataset, **kwargs):
        """Check the header once and first, and drop blank lines at the end.

        Other usual names of the columns become ours.
        """
        found = header_fields([text_of_cell(cell) for cell in dataset.headers or []])
        dataset.headers = [self.header_of(name) for name in found]
        while len(dataset) and not any(dataset[-1]):
            del dataset[-1]
        if len(dataset) > MAX_ROWS:
            raise ValueError(
                f"这里一次最多导入 {MAX_ROWS:,} 行，这个表有 {len(dataset):,} 行；"
                "请分次，或用命令 load_units。"
            )

    def header_of(self, name):
        """Return the header of a field of the unit lists; a column that is not ours has none."""
        if name in self.fields:
            return self.fields[name].column_name
        return name or ""

    def get_instance(self, instance_loader, row):
        """Return the stored unit of the row.

        A cell that cannot be read is refused later, with all others of its row.
        """
        try:
            code = self.fields["code"].clean(row)
            parent = self.fields["parent_code"].clean(row)
        except ValueError:
            return None
        units = self.get_queryset()
        if code:
            return units.filter(code=code).first()
        name = text_of_cell(row["名称"])
        return units.filter(code=None, parent=parent, name=name, closed_on=None).first()

    def import_instance(self, instance, row, **kwargs):
        """Fill in a kind that was not given: it stays while the name stays, else the name tells."""
        name, level, kind = instance.name, instance.level, instance.kind
        try:
            super().import_instance(instance, row, **kwargs)
        finally:
            if instance.level and not instance.kind:
                renamed = (instance.name, instance.level) != (name, level)
                if renamed or not kind:
                    kind = infer_kind(instance.name, instance.level)
                instance.kind = kind

    def after_import_row(self, row, row_result, **kwargs):
        if row_result.import_type in (row_result.IMPORT_TYPE_NEW, row_result.IMPORT_TYPE_UPDATE):
            self.lines.append(self.audit_line(row_result))

    def audit_line(self, row_result):
        """Return the line of the trail about one imported unit."""
        unit, old = row_result.instance, row_result.original
        verb, changes = "新增单位", {}
        if old:
            verb, changes = "变更单位", self.changes_between(old, unit)
        return audit_entry(
            by=self.by,
            verb=verb,
            what=unit.name,
            source=AuditSource.ADMIN,
            path=unit.path,
            target=f"unit:{unit.pk}",
            changes=changes,
        )

    def changes_between(self, old, unit):
        """Return {column: [old text, new text]} where they differ."""
        changes = {}
        for field in self.fields.values():
            before, after = field.export(old), field.export(unit)
            if before != after:
                changes[field.column_name] = [before, after]
        return changes

    def after_import(self, dataset, result, **kwargs):
        super().after_import(dataset, result, **kwargs)
        write_entries(*self.lines)  # taken back with everything else after a dry run or an error
