"""Drop-downs and the sheet 字典 they come from, and what a number should lie between."""

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
        """The range of a list; the same list asked for twice stands there once."""
        column = (title, tuple(words))
        if column not in self.columns:
            self.columns.append(column)
        letter = get_column_letter(self.columns.index(column) + 2)
        return f"'{LISTS}'!${letter}$2:${letter}${max(len(words), 1) + 1}"

    def write(self, book, marker):
        """Column A carries the marker, the lists follow."""
        sheet = book.create_sheet(LISTS)
        sheet.sheet_state = "hidden"
        sheet.protection.sheet = True
        brush = Brush(sheet)
        lines = [[str(marker), *(title for title, _ in self.columns)]]
        longest = max((len(words) for _, words in self.columns), default=0)
        for at in range(longest):
            lines.append(
                [None, *(words[at] if at < len(words) else None for _, words in self.columns)]
            )
        for line in lines:
            sheet.append([brush.cell(value, WORD) for value in line])


def choice_rule(source, words):
    """A drop-down; only its words are accepted."""
    rule = DataValidation(
        type="list", formula1=source, allow_blank=True, errorStyle="stop", showErrorMessage=True
    )
    rule.errorTitle, rule.error = "不在列表中", words
    return rule


def bounds_rule(field):
    """A number outside its bounds is asked about, not refused: the question comes again when the file is read."""
    rule = DataValidation(
        type="whole" if field.get_internal_type() == "IntegerField" else "decimal",
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
    rule.promptTitle, rule.prompt = (
        str(field.verbose_name),
        "写成 2004、2004-08 或 2004-08-15，知道多少写多少。",
    )
    return rule


def rule_for(field, lists):
    """The validation of a column, or None."""
    advice = "请从下拉列表中选择。没有合适的，请留空并在备注中说明。"
    if isinstance(field, YesNoField):
        return choice_rule(lists.add("是否", ("是", "否")), "请选“是”或“否”，不清楚的留空。")
    if getattr(field, "choices", None):
        return choice_rule(
            lists.add(str(field.verbose_name), [str(label) for _, label in field.choices]), advice
        )
    if isinstance(field, Quantity):
        return bounds_rule(field)
    return date_hint(field) if isinstance(field, PartialDateField) else None


def unit_rules(places, lists, first):
    """Drop-downs of street and community for new lines; with several streets, the communities of the one chosen."""
    streets = list(dict.fromkeys(place.street for place in places if place.street))
    rules = {}
    if streets:
        rules["B"] = choice_rule(lists.add("街道", streets), "请从下拉列表中选择街道。")
    names = lists.add(list_title(places), [place.name for place in places])
    if len(streets) > 1:
        of = lists.add(list_title(places) + "所在街道", [place.street for place in places])
        names = chosen_range(names, of, f"$B{first}")
    rules["C"] = choice_rule(names, "请从下拉列表中选择单位；先选街道。")
    return rules


def list_title(places):
    return "街道和社区" if any(place.level == Level.STREET for place in places) else "社区"


def chosen_range(names, of, cell):
    """The part of `names` whose line in `of` says what `cell` says; lines of one street stand together."""
    top = names.split(":")[0]
    return f"OFFSET({top},MATCH({cell},{of},0)-1,0,COUNTIF({of},{cell}),1)"
