"""The matrix as a declared table: every row the filter leaves, for .xlsx and .csv."""

from reports.engine.compliance import Verdict
from reports.matrix.areas import AreaMatrix
from reports.measure_columns import STAGE, YES_NO
from reports.verdict_text import format_value
from surveys.actions.opening import period_label
from surveys.export import ColumnKind, Table, TableColumn, TableRow

GAPS = "缺口为离标准还差多少；超过上限的，为超出多少。单位见表头。"
UNKNOWN = "缺数是缺少所需数据，不能判定，不计入达标率。"
RATES = "达标率为达标社区占已判定社区（达标和未达标之和）的比例。"
DECIMALS = {0: ColumnKind.COUNT, 1: ColumnKind.NUMBER, 2: ColumnKind.AREA}


def matrix_table(matrix):
    """All rows of a matrix, communities or upper units, with its heads and notes."""
    if isinstance(matrix, AreaMatrix):
        columns, rows, notes = area_columns(matrix), area_table_rows(matrix), (RATES, UNKNOWN)
    else:
        columns, rows = community_columns(matrix), community_table_rows(matrix)
        notes = (GAPS, UNKNOWN)
    filing, single = matrix.area.filing, matrix.columns.single
    subject = f"“{single.name}”" if single else ""
    title = f"{filing.name}{period_label(filing.round.period)}{subject}达标矩阵"
    reading = matrix.area.scope.reading
    return Table(title, columns, rows, filing, reading, notes, fixed=1, unknown="—")


# Communities.


def community_columns(matrix):
    columns = [TableColumn("社区"), TableColumn("上级", width=12), TableColumn("报送", width=9)]
    for standard in matrix.columns.shown:
        if matrix.columns.single:
            columns += value_columns(standard)
        columns += verdict_columns(standard)
    return columns


def community_table_rows(matrix):
    for row in matrix.all_rows():
        filing = row.filing
        above = filing.parent.name if filing.parent else ""
        cells = [filing.name, above, filing.get_status_display()]
        for standard in matrix.columns.shown:
            judgment = row.verdicts.get(standard.code)
            if matrix.columns.single:
                cells += value_cells(standard, judgment)
            cells += verdict_cells(judgment)
        yield TableRow(cells)


def verdict_columns(standard):
    groups = (standard.name,)
    unit, kind = measured_unit(standard), decimal_kind(standard)
    return [
        TableColumn("结论", groups=groups, width=9),
        TableColumn("缺口", unit, kind, groups=groups),
    ]


def verdict_cells(judgment):
    """The verdict in words, and the gap of one that is unmet; without a judgment it is unknown."""
    if judgment is None:
        return [Verdict.UNKNOWN.label, ""]
    gap = judgment.gap if judgment.verdict == Verdict.UNMET else ""
    return [judgment.verdict.label, gap]


def value_columns(standard):
    """What there is and what is required, of the one standard asked for."""
    kind, unit = decimal_kind(standard), standard.unit
    if is_in_words(standard):
        kind, unit = ColumnKind.TEXT, ""
    groups = (standard.name,)
    return [TableColumn(label, unit, kind, groups=groups, width=11) for label in ("实际", "应达")]


def value_cells(standard, judgment):
    values = [None, None]
    if judgment:
        values = [judgment.actual, judgment.required]
    if not is_in_words(standard):
        return values
    return ["" if value is None else format_value(value, standard.unit) for value in values]


def decimal_kind(standard):
    return DECIMALS.get(standard.digits, ColumnKind.AREA)


def is_in_words(standard):
    """Whether its values are words and no numbers: a stage, yes or no."""
    return standard.unit in (STAGE, YES_NO)


def measured_unit(standard):
    if is_in_words(standard):
        return ""
    return standard.gap_unit


# Upper units.


def area_columns(matrix):
    columns = [
        TableColumn("单位"),
        TableColumn("上级", width=12),
        TableColumn("合计达标率", kind=ColumnKind.PERCENT),
    ]
    for standard in matrix.columns.shown:
        columns += rate_columns(standard)
    return columns


def rate_columns(standard):
    groups = (standard.name,)
    columns = []
    for label in ("达标", "未达标", "缺数"):
        columns.append(TableColumn(label, "个", ColumnKind.COUNT, groups=groups))
    columns.append(TableColumn("达标率", kind=ColumnKind.PERCENT, groups=groups))
    unit, kind = measured_unit(standard), decimal_kind(standard)
    columns.append(TableColumn("缺口合计", unit, kind, groups=groups))
    return columns


def area_table_rows(matrix):
    rows = list(matrix.all_rows())
    for row in rows:
        yield TableRow(area_row_cells(row, row.name))
    if rows:
        total = f"{matrix.area.filing.name}合计"
        yield TableRow(area_row_cells(matrix.foot, total), rank="sum")


def area_row_cells(row, name):
    above = row.filing if row.direct else row.filing.parent
    cells = [name, above.name if above else "", row.rate]
    for cell in row.cells:
        cells += rate_cell_values(cell)
    return cells


def rate_cell_values(cell):
    """Met, unmet, unknown, the pass rate and the gap; None where the standard binds nobody."""
    tally = cell.tally
    if tally is None:
        return [None, None, None, None, cell.gap]
    counts = [float(tally.met), float(tally.unmet), float(tally.unknown)]
    return [*counts, tally.rate, cell.gap]
