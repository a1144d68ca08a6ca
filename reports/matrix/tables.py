"""The matrix as a declared table: every row the filter leaves, for .xlsx and .csv."""

from reports.engine.compliance import Verdict
from reports.matrix.areas import AreaMatrix
from reports.verdict_text import STAGE, YES_NO, format_value
from surveys.actions.opening import period_label
from surveys.export import ColumnKind, Table, TableColumn, TableRow

GAPS = "缺口为离标准还差多少；超过上限的，为超出多少。单位见表头。"
UNKNOWN = "缺数是缺少所需数据，不能判定，不计入达标率。"
RATES = "达标率为达标社区占已判定社区（达标和未达标之和）的比例。"
DECIMALS = {0: ColumnKind.COUNT, 1: ColumnKind.NUMBER, 2: ColumnKind.AREA}


def matrix_table(table):
    """All rows of a matrix, communities or upper units, with its heads and notes."""
    made, notes = (
        (of_areas, (RATES, UNKNOWN))
        if isinstance(table, AreaMatrix)
        else (of_communities, (GAPS, UNKNOWN))
    )
    columns, rows = made(table)
    single = f"“{table.columns.single.name}”" if table.columns.single else ""
    title = f"{table.area.name}{period_label(table.area.round.period)}{single}达标矩阵"
    return Table(title, columns, rows, table.area, table.scope.reading, notes, fixed=1, unknown="—")


def of_communities(table):
    shown = table.columns.shown
    parts = facts if table.columns.single else short
    columns = [TableColumn("社区"), TableColumn("上级", width=12), TableColumn("报送", width=9)]
    columns += [column for s in shown for column in parts(s)[0]]
    return columns, (community_row(line, shown, parts) for line in table.every())


def community_row(line, shown, parts):
    cells = [
        line.filing.name,
        line.filing.parent.name if line.filing.parent else "",
        line.filing.get_status_display(),
    ]
    for standard in shown:
        cells += parts(standard, line.verdicts.get(standard.code))[1]
    return TableRow(cells)


def short(standard, judgment=None):
    """(columns, cells) of a standard among many: verdict and gap."""
    kind, unit = DECIMALS.get(standard.digits, ColumnKind.AREA), measured(standard)
    columns = [
        TableColumn("结论", groups=(standard.name,), width=9),
        TableColumn("缺口", unit, kind, groups=(standard.name,)),
    ]
    return columns, [words(judgment), gap(judgment)]


def facts(standard, judgment=None):
    """The same of the one standard asked for: what there is and what is required beside them."""
    (verdict, lack), cells = short(standard, judgment)
    texts = standard.unit in (STAGE, YES_NO)
    kind = ColumnKind.TEXT if texts else DECIMALS.get(standard.digits, ColumnKind.AREA)
    unit = "" if texts else standard.unit
    numbers = [
        TableColumn(label, unit, kind, groups=(standard.name,), width=11)
        for label in ("实际", "应达")
    ]
    values = [judgment.actual, judgment.required] if judgment else [None, None]
    if texts:
        values = ["" if value is None else format_value(value, standard.unit) for value in values]
    return [*numbers, verdict, lack], [*values, *cells]


def measured(standard):
    return "" if standard.unit in (STAGE, YES_NO) else standard.gap_unit


def words(judgment):
    return judgment.verdict.label if judgment else Verdict.UNKNOWN.label


def gap(judgment):
    return judgment.gap if judgment and judgment.verdict == Verdict.UNMET else ""


def of_areas(table):
    columns = [
        TableColumn("单位"),
        TableColumn("上级", width=12),
        TableColumn("合计达标率", kind=ColumnKind.PERCENT),
    ]
    columns += [column for s in table.columns.shown for column in rate_columns(s)]
    return columns, area_rows(table)


def rate_columns(standard):
    counts = [
        TableColumn(label, "个", ColumnKind.COUNT, groups=(standard.name,))
        for label in ("达标", "未达标", "缺数")
    ]
    rate = TableColumn("达标率", kind=ColumnKind.PERCENT, groups=(standard.name,))
    lack = TableColumn(
        "缺口合计",
        measured(standard),
        DECIMALS.get(standard.digits, ColumnKind.AREA),
        groups=(standard.name,),
    )
    return [*counts, rate, lack]


def area_rows(table):
    lines = list(table.every())
    for line in lines:
        yield TableRow(area_cells(line, line.name))
    if lines:
        yield TableRow(area_cells(table.foot, f"{table.area.name}合计"), rank="sum")


def area_cells(line, name):
    above = line.filing if line.direct else line.filing.parent
    cells = [name, above.name if above else "", line.rate]
    for cell in line.cells:
        counts = [
            float(getattr(cell.tally, part)) if cell.tally else None
            for part in ("met", "unmet", "unknown")
        ]
        cells += [*counts, cell.tally and cell.tally.rate, cell.gap]
    return cells
