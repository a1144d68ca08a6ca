"""Drop-downs and the sheet 字典 they come from, and what a number should lie between."""

from itertools import zip_longest

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from communities.models import Level
from surveys.fields import PartialDateField, Quantity, YesNoField
from surveys.workbook.cells import WORD, Brush
from surveys.workbook.marker import LISTS


class Lists:
    """The columns of the hidden sheet 字典, each a list that drop-downs refer to by its range."""

    def __init__(self):
        self.columns = []

    def add(self, title, words):
        """The range of a list; one that was added before is not written again."""
        column = (title, tuple(words))
        if column not in self.columns:
            self.columns.append(column)
        letter = get_column_letter(self.columns.index(column) + 2)
        last = max(len(words), 1) + 1
        return f"'{LISTS}'!${letter}$2:${letter}${last}"

    def write(self, book, marker):
        """Column A carries the marker, the lists follow."""
        sheet = book.create_sheet(LISTS)
        sheet.sheet_state = "hidden"
        sheet.protection.sheet = True
        columns = [[str(marker)]]
        for title, words in self.columns:
            columns.append([title, *words])
        brush = Brush(sheet)
        for line in zip_longest(*columns):
            sheet.append([brush.cell(value, WORD) for value in line])


def choice_rule(source, words):
    """A drop-down; only its words are accepted."""
    rule = DataValidation(
        type="list", formula1=source, allow_blank=True, errorStyle="stop", showErrorMessage=True
    )
    rule.errorTitle, rule.error = "不在列表中", words
    return rule


def bounds_rule(field):
    """A number outside its bounds is asked about, not refused:
    the question comes again when the file is read.
    """
    is_whole = field.get_internal_type() == "IntegerField"
    rule = DataValidation(
        type="whole" if is_whole else "decimal",
        operator="between",
        formula1=str(field.lowest),
        formula2=str(field.highest),
        allow_blank=True,
        errorStyle="warning",
        showErrorMessage=True,
    )
    rule.errorTitle, rule.error = "请核对", field.bounds_sentence
    return rule


def date_hint(field):
    """No check, only a hint beside the cell: how a date is written."""
    rule = DataValidation(type=None, allow_blank=True, showInputMessage=True)
    rule.promptTitle = str(field.verbose_name)
    rule.prompt = "写成 2004、2004-08 或 2004-08-15，知道多少写多少。"
    return rule


def rule_for(field, lists):
    """The validation of a column, or None."""
    advice = "请从下拉列表中选择。没有合适的，请留空并在备注中说明。"
    if isinstance(field, YesNoField):
        return choice_rule(lists.add("是否", ("是", "否")), "请选“是”或“否”，不清楚的留空。")
    if getattr(field, "choices", None):
        labels = [str(label) for _, label in field.choices]
        return choice_rule(lists.add(str(field.verbose_name), labels), advice)
    if isinstance(field, Quantity):
        return bounds_rule(field)
    if isinstance(field, PartialDateField):
        return date_hint(field)
    return None


def unit_rules(units, lists, first):
    """{column letter: drop-down} of street and community for new lines;
    the line `first` is the first of them.

    With several streets, only the communities of the street chosen are offered.
    """
    rules = {}
    streets = list(dict.fromkeys(unit.street for unit in units if unit.street))
    if streets:
        rules["B"] = choice_rule(lists.add("街道", streets), "请从下拉列表中选择街道。")
    title = list_title(units)
    names = lists.add(title, [unit.name for unit in units])
    if len(streets) > 1:
        streets_of_names = lists.add(f"{title}所在街道", [unit.street for unit in units])
        names = chosen_range(names, streets_of_names, f"$B{first}")
    rules["C"] = choice_rule(names, "请从下拉列表中选择单位；先选街道。")
    return rules


def list_title(units):
    if any(unit.level == Level.STREET for unit in units):
        return "街道和社区"
    return "社区"


def chosen_range(names, of, cell):
    """The part of `names` whose line in `of` says what `cell` says;
    lines of one street stand together.
    """
    top = names.split(":")[0]
    return f"OFFSET({top},MATCH({cell},{of},0)-1,0,COUNTIF({of},{cell}),1)"
