"""The figures of a report as a table to go with it, and what changed since a report was issued."""

from typing import NamedTuple

from documents.wording import UNKNOWN, change_text, exact_text
from surveys.export import ColumnKind, Table, TableColumn, TableRow
from surveys.export.table import DataRange

COLUMNS = (
    TableColumn("序号", kind=ColumnKind.COUNT),
    TableColumn("名称", width=24),
    TableColumn("数值", width=20),
    TableColumn("含义", width=50),
    TableColumn("出处", width=36),
    TableColumn("统计社区", "个", ColumnKind.COUNT),
    TableColumn("缺数", "个", ColumnKind.COUNT),
    TableColumn("明细（系统内地址）", width=44),
)


def figures_table(report):
    """Every figure of text, tables and charts, once, in the order of the document."""
    context = report.context
    rows = [
        TableRow(figure_cells(at, figure, report.address(figure)))
        for at, figure in enumerate(report.used, start=1)
    ]
    reading = DataRange.APPROVED if context.approved else DataRange.ALL
    title = f"{context.filing.name}{report.title_word}数字来源表"
    notes = [f"数据时间：{context.names['数据时间'].words}；数据版本：{context.facts.version}。"]
    return Table(title, COLUMNS, rows, context.filing, reading, notes, fixed=2)


def figure_cells(at, figure, address):
    value = exact_text(figure.value, figure.unit, figure.digits)
    counted = "" if figure.counted is None else figure.counted
    return [
        at,
        figure.label,
        value,
        figure.definition,
        figure.query,
        counted,
        figure.missing or "",
        address,
    ]


class FigureDifference(NamedTuple):
    """A figure that is another one today; `change` in words where both are numbers."""

    label: str
    old: str
    new: str
    change: str
    href: str


def figure_differences(kept, today):
    """What an issued report says that it would not say today, in its order; then what it does not say and would."""
    now = {figure.key: figure for figure in today.used}
    old = {figure["key"] for figure in kept.figures}
    changed = [figure_difference(figure, now.get(figure["key"]), today) for figure in kept.figures]
    added = [
        FigureDifference(figure.label, "（没有）", figure.words, "", today.address(figure))
        for figure in today.used
        if figure.key not in old
    ]
    return [difference for difference in changed if difference] + added


def figure_difference(old, new, today):
    if new is None:
        return FigureDifference(old["label"], old["words"], "（不再出现）", "", old["href"])
    if new.value == old["value"]:
        return None
    numbers = isinstance(new.value, float) and isinstance(old["value"], (int, float))
    said = change_text(new.value - old["value"], new.unit) if numbers else ""
    return FigureDifference(new.label, old["words"] or UNKNOWN, new.words, said, today.address(new))
