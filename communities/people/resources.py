"""A table of people, pasted from Excel or uploaded: all accounts are opened, or none."""

import csv
import io
from itertools import islice

import tablib
from django.core.exceptions import ValidationError
from import_export.fields import Field
from import_export.resources import ModelResource
from import_export.widgets import Widget

from accounts.audit import audit_entry, write_entries
from communities.files import UnreadableFile, uploaded_rows
from communities.models import Person, Workplace
from communities.people.forms import check_username, find_unit, free_username
from communities.resources import PlainError, SheetResult

COLUMNS = {
    "用户名": "用户名 账号 登录名 username",
    "姓名": "姓名 名字 name",
    "单位": "单位 单位名称 所在单位 街道 社区 区划代码 unit",
}
WORDS = {word: column for column, words in COLUMNS.items() for word in words.split()}
MAX_PEOPLE = 1_000


def pasted_table(text):
    """Return the table somebody copied from Excel or WPS: columns apart by tabs."""
    delimiter = "\t" if "\t" in text else ","
    lines = io.StringIO(text.strip("\r\n"))
    return people_table(csv.reader(lines, delimiter=delimiter))


def uploaded_table(file):
    """Return the table in an .xlsx or .csv. Raises UnreadableFile."""
    return people_table(uploaded_rows(file))


def people_table(rows):
    """Return a dataset with our three columns, in our order where there is no header.

    Its title names the other columns, which are left out. Raises UnreadableFile.
    """
    rows = filled_rows(rows)
    if not rows:
        raise UnreadableFile("表里没有内容。请粘贴或上传三列：用户名、姓名、单位。")
    header, others = list(COLUMNS), []
    first = [WORDS.get(cell.lower()) for cell in rows[0]]
    if any(first):
        header = first
        others = [title for title, column in zip(rows[0], first, strict=True) if not column]
        rows = rows[1:]
    missing = [column for column in COLUMNS if header.count(column) != 1]
    if missing:
        raise UnreadableFile(f"第 1 行应有且只有一列叫“{missing[0]}”。三列是：用户名、姓名、单位。")
    if len(rows) > MAX_PEOPLE:
        raise UnreadableFile(f"一次最多开通 {MAX_PEOPLE:,} 人；请分几次。")
    dataset = tablib.Dataset(headers=list(COLUMNS))
    for row in rows:
        cells = dict(zip(header, row, strict=False))
        dataset.append([cells.get(column, "") for column in COLUMNS])
    dataset.title = "、".join([title for title in others if title])
    return dataset


def filled_rows(rows):
    """Return the rows that are not blank, cells stripped, of no more lines than may be taken."""
    filled = []
    for row in islice(rows, MAX_PEOPLE + 2):
        cells = [cell.strip() for cell in row]
        if any(cells):
            filled.append(cells)
    return filled


def pasteable_text(dataset):
    """Return the table as it would be pasted: what the preview sends back to be confirmed."""
    out = io.StringIO()
    csv.writer(out, delimiter="\t", lineterminator="\n").writerows([dataset.headers, *dataset])
    return out.getvalue()


class PersonCell(Widget):
    """A cell that a check of the form reads, so that page and table say the same sentence."""

    def __init__(self, check, missing):
        super().__init__()
        self.check, self.missing = check, missing

    def clean(self, value, row=None, **kwargs):
        if not value:
            raise ValueError(self.missing)
        try:
            return self.check(value)
        except ValidationError as error:
            raise ValueError("".join(error.messages)) from None


def check_new_username(value):
    check_username(value)
    return free_username(value)


class PersonResource(ModelResource):
    """One new account a row, without password or role."""

    username = Field("username", "用户名", PersonCell(check_new_username, "没有写用户名。"))
    name = Field("name", "姓名", PersonCell(str, "没有写姓名。"))
    office = Field("office", "单位", PersonCell(str, "没有写单位。"))

    class Meta:
        model = Person
        fields = ["username", "name", "office"]
        import_id_fields = []
        force_init_instance = True
        use_transactions = True

    def __init__(self, by, **kwargs):
        super().__init__(**kwargs)
        self.by, self.lines, self.units, self.seen = by, [], {}, {}
        self.fields["office"].widget = PersonCell(self.unit, "没有写单位。")

    def get_result_class(self):
        return SheetResult

    def get_error_result_class(self):
        return PlainError

    def unit(self, text):
        """Return the unit of that name, looked up once: most rows name the same few."""
        if text not in self.units:
            self.units[text] = find_unit(text, self.by.admin_area)
        return self.units[text]

    def before_import_row(self, row, row_number=None, **kwargs):
        """Refuse a name that stands in the table a second time."""
        first = self.seen.setdefault(row["用户名"].lower(), row_number)
        if row["用户名"] and first != row_number:
            raise ValueError(f"用户名“{row['用户名']}”与第 {first + 1} 行重复。")

    def before_save_instance(self, instance, row, **kwargs):
        instance.set_unusable_password()

    def after_save_instance(self, instance, row, **kwargs):
        office = instance.office
        Workplace.objects.create(user=instance, unit=office)
        line = audit_entry(
            by=self.by,
            verb="开通账号",
            what=instance.name,
            path=office.path,
            target=f"user:{instance.pk}",
            changes={"用户名": ["", instance.username], "单位": ["", office.name]},
        )
        self.lines.append(line)

    def after_import(self, dataset, result, **kwargs):
        write_entries(*self.lines)  # taken back with everything else after a dry run or an error
