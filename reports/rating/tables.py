"""Rankings, averages and the arithmetic of one community as declared tables, for page and file."""

from django.urls import reverse

from reports.engine.compliance import Verdict
from reports.models import ScoringMethod
from reports.verdict_text import exceeds_limit, format_value, required_text
from surveys.export import ColumnKind, Table, TableColumn, TableRow
from surveys.models import Status

NUMERALS = "零一二三四五"
UNRATED, NO_STAR = "数据不足", "无星级"
POINTS = ColumnKind.AREA  # two decimals


def stars_word(number):
    """五星, 无星级; None is where too little is known."""
    if number is None:
        return UNRATED
    if number == 0:
        return NO_STAR
    return f"{NUMERALS[number]}星"


def method_sentences(scheme):
    """How scores come about; on every page and file that shows some."""
    yield f"按{scheme.unit.name}“{scheme.name}”（自 {scheme.effective_from} 起有效）评分。"
    unknown = "缺数的标准不计入满分" if scheme.leaves_out else "缺数的标准按 0 分计"
    yield f"得分 = 得到的分 ÷ 计入的满分 × 100；不适用的标准不计入满分，{unknown}。"
    if scheme.least_known:
        yield f"有数据的分值不足 {scheme.least_known}% 的社区不排名、不定星。"
    thresholds = [f"{stars_word(n)} {least} 分" for n, least in enumerate(scheme.stars, start=1)]
    yield f"星级起点：{'，'.join(thresholds)}。"


RANKING = (
    TableColumn("社区"),
    TableColumn("上级", width=12),
    TableColumn("名次", kind=ColumnKind.COUNT, width=6),
    TableColumn("得分", kind=POINTS),
    TableColumn("星级", width=10),
    TableColumn("得到的分", kind=POINTS),
    TableColumn("计入的满分", kind=POINTS),
    TableColumn("有数据的分值", kind=ColumnKind.PERCENT),
    TableColumn("缺数标准", "项", ColumnKind.COUNT, width=9),
    TableColumn("填报状态", width=10),
)


def ranking_table(area, rating, rows, uppers, *, reading):
    """A line a community in the order of the ranking; `uppers` are {pk.

    Name} of the filings above.
    """
    lines = (ranking_row(row, uppers) for row in rows)
    notes = list(method_sentences(rating.scheme))
    return Table(f"{area.name}社区绩效评估", RANKING, lines, area, reading, notes)


def ranking_row(row, uppers):
    """One community of the ranking."""
    score = row.score
    cells = [
        row.name,
        uppers.get(row.parent, ""),
        row.place or "",
        ranked_value(row),
        stars_word(row.stars),
        score.earned / 100,
        score.counted / 100,
        score.known_share,
        score.lacking,
        Status(row.status).label,
    ]
    return TableRow(cells, href=reverse("rating:rating", args=[row.pk]))


def ranked_value(row):
    """The score of a community that has a place, else ""."""
    return row.score.value if row.place else ""


def points_table(area, rating, uppers, *, reading):
    """Every community with its points of every standard: what a bureau checks a ranking by."""
    columns = [
        TableColumn("社区"),
        TableColumn("上级", width=12),
        TableColumn("得分", kind=POINTS),
        TableColumn("星级", width=10),
    ]
    for item in rating.counted:
        most = f"满分 {item.points:g}"
        columns.append(TableColumn(item.standard.name, most, POINTS, groups=("各项标准得分",)))
    lines = (points_row(row, uppers) for row in rating.rows)
    notes = list(method_sentences(rating.scheme))
    title = f"{area.name}社区绩效评估逐项得分"
    return Table(title, columns, lines, area, reading, notes, fixed=2)


def points_row(row, uppers):
    """One community with its points of each standard."""
    above = uppers.get(row.parent, "")
    marks = [earned_cell(mark) for mark in row.score.marks]
    return TableRow([row.name, above, ranked_value(row), stars_word(row.stars), *marks])


def earned_cell(mark):
    """Points of a standard; "" where it does not bind, None where nothing of it is known."""
    if mark is None:
        return ""
    if not mark.known:
        return None
    return mark.earned / 100


def average_table(area, averages, scheme, *, reading):
    """A line a unit: how its communities score and how many have which stars.

    All of the area last.
    """
    stars = range(len(scheme.stars), -1, -1)
    columns = [
        TableColumn("单位", width=16),
        TableColumn("评分社区", "个", ColumnKind.COUNT),
        TableColumn("平均分", kind=POINTS),
        TableColumn("最高", kind=POINTS),
        TableColumn("最低", kind=POINTS),
    ]
    for number in stars:
        columns.append(TableColumn(stars_word(number), "个", ColumnKind.COUNT, width=9))
    columns.append(TableColumn(UNRATED, "个", ColumnKind.COUNT))
    rows = [average_row(average, stars, area) for average in averages]
    if len(rows) > 1:
        rows[-1] = rows[-1]._replace(rank="sum")
    notes = ["平均分是参加排名的社区得分的算术平均。"]
    return Table(f"{area.name}各单位绩效评估", columns, rows, area, reading, notes)


def average_row(average, stars, area):
    """One unit; its name leads to its own ranking, where it has one besides this page."""
    cells = [average.name, len(average.scores)]
    for value in (average.mean, average.best, average.worst):
        cells.append("" if value is None else value)
    cells += [average.by_stars[number] for number in stars]
    cells.append(average.unranked)
    filing = average.filing
    if filing is None or filing.pk == area.pk:
        return TableRow(cells)
    return TableRow(cells, href=reverse("rating:rating", args=[filing.pk]))


ARITHMETIC = (
    TableColumn("标准", width=24),
    TableColumn("要求", width=18),
    TableColumn("实际", width=14),
    TableColumn("达到", kind=ColumnKind.PERCENT),
    TableColumn("计分方式", width=11),
    TableColumn("分值", kind=POINTS, width=8),
    TableColumn("得分", kind=POINTS, width=8),
    TableColumn("说明", width=24),
)


def arithmetic_table(filing, rating, row, judgments, *, reading):
    """One community's score line by line.

    What is asked, what there is, its worth, what it earns.
    """
    lines = []
    for item, mark in zip(rating.counted, row.score.marks, strict=True):
        lines.append(arithmetic_row(item, mark, judgments[item.standard.code]))
    for item in rating.items:
        if not item.standard:
            lines.append(absent_row(item))
    counted, earned = row.score.counted / 100, row.score.earned / 100
    lines.append(TableRow(["合计", "", "", "", "", counted, earned, ""], rank="sum"))
    notes = list(method_sentences(rating.scheme))
    return Table(f"{filing.name}绩效评估", ARITHMETIC, lines, filing, reading, notes)


def arithmetic_row(item, mark, judgment):
    """What one standard asks of a community, and what it earns by it."""
    standard = item.standard
    way = ScoringMethod(item.weight.way).label
    href = reverse("reports:standard", args=[standard.code]) + f"?version={standard.pk}"
    if mark is None:
        return TableRow([standard.name, "", "", "", way, "", "", "不适用，不计入满分"], href=href)
    actual = "缺数"
    if judgment.actual is not None:
        actual = format_value(judgment.actual, standard.unit)
    cells = [
        standard.name,
        required_text(standard, judgment),
        actual,
        mark.reached if mark.known else None,
        way,
        mark.counted / 100,
        mark.earned / 100,
        mark_remark(item, mark, judgment),
    ]
    return TableRow(cells, href=href)


def mark_remark(item, mark, judgment):
    """What is not plain from the numbers of a mark; "" where all is."""
    unknown_earns = "不计入满分" if mark.counted < mark.worth else "按 0 分计"
    if not mark.known:
        return f"缺数，{unknown_earns}"
    if mark.known < mark.worth:
        return f"缺数的部分{unknown_earns}"
    if judgment.verdict != Verdict.UNMET:
        return ""
    if not item.by_share:
        return "未达标不得分"
    return "超出，按倒数折算" if exceeds_limit(judgment) else ""


def absent_row(item):
    """A line of the scheme that has no standard in force."""
    remark = "本期没有这条标准的有效版本，不计入满分"
    return TableRow([item.weight.code, "", "", "", "", "", "", remark])
