"""Rankings, averages and the arithmetic of one community as declared tables: the same on the page and in the file."""

from django.urls import reverse

from reports.engine.compliance import Verdict
from reports.models import Way
from reports.templatetags.verdicts import exceeds, required, said
from surveys.export import ColumnKind, Table, TableColumn, TableRow
from surveys.models import Status

NUMERALS = "零一二三四五"
UNRATED, NO_STAR = "数据不足", "无星级"
POINTS = ColumnKind.AREA  # two decimals


def stars_word(number):
    """五星, 无星级; None is where too little is known."""
    if number is None:
        return UNRATED
    return f"{NUMERALS[number]}星" if number else NO_STAR


def method(scheme):
    """How scores come about, in sentences; on every page and file that shows some."""
    yield f"按{scheme.unit.name}“{scheme.name}”（自 {scheme.effective_from} 起有效）评分。"
    left = "缺数的标准不计入满分" if scheme.leaves_out else "缺数的标准按 0 分计"
    yield f"得分 = 得到的分 ÷ 计入的满分 × 100；不适用的标准不计入满分，{left}。"
    if scheme.least_known:
        yield f"有数据的分值不足 {scheme.least_known}% 的社区不排名、不定星。"
    least = "，".join(
        f"{stars_word(n)} {points} 分" for n, points in enumerate(scheme.stars, start=1)
    )
    yield f"星级起点：{least}。"


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


def ranking(area, rating, rows, uppers, *, reading):
    """A line a community in the order of the ranking; `uppers` are the names of the filings above them."""
    lines = (
        TableRow(ranking_cells(row, uppers), href=reverse("rating:rating", args=[row.pk]))
        for row in rows
    )
    return Table(
        f"{area.name}社区绩效评估", RANKING, lines, area, reading, [*method(rating.scheme)]
    )


def ranking_cells(row, uppers):
    score = row.score
    value = score.value if row.place else ""
    sums = [score.earned / 100, score.counted / 100, score.known_share, score.lacking]
    above = uppers.get(row.parent, "")
    return [
        row.name,
        above,
        row.place or "",
        value,
        stars_word(row.stars),
        *sums,
        Status(row.status).label,
    ]


def points(area, rating, uppers, *, reading):
    """Every community with its points of every standard: what a bureau checks a ranking by."""
    heads = [
        TableColumn(i.standard.name, f"满分 {i.points:g}", POINTS, groups=("各项标准得分",))
        for i in rating.counted
    ]
    columns = [
        TableColumn("社区"),
        TableColumn("上级", width=12),
        TableColumn("得分", kind=POINTS),
        TableColumn("星级", width=10),
        *heads,
    ]
    lines = (
        TableRow(
            [
                row.name,
                uppers.get(row.parent, ""),
                row.score.value if row.place else "",
                stars_word(row.stars),
            ]
            + marks(row)
        )
        for row in rating.rows
    )
    return Table(
        f"{area.name}社区绩效评估逐项得分",
        columns,
        lines,
        area,
        reading,
        [*method(rating.scheme)],
        fixed=2,
    )


def marks(row):
    """Points of each standard; "" where it does not bind, unknown where nothing of it is known."""
    return [
        "" if each is None else each.earned / 100 if each.known else None
        for each in row.score.marks
    ]


def average_table(area, sums, scheme, *, reading):
    most = len(scheme.stars)
    counts = [
        TableColumn(stars_word(n), "个", ColumnKind.COUNT, width=9) for n in range(most, -1, -1)
    ]
    means = [TableColumn(label, kind=POINTS) for label in ("平均分", "最高", "最低")]
    rated = TableColumn("评分社区", "个", ColumnKind.COUNT)
    columns = [
        TableColumn("单位", width=16),
        rated,
        *means,
        *counts,
        TableColumn(UNRATED, "个", ColumnKind.COUNT),
    ]
    last = len(sums) - 1
    lines = (
        TableRow(average_cells(each, most), *rank_and_way(each, area, at == last and last))
        for at, each in enumerate(sums)
    )
    notes = ["平均分是参加排名的社区得分的算术平均。"]
    return Table(f"{area.name}各单位绩效评估", columns, lines, area, reading, notes)


def average_cells(each, most):
    scores = [each.mean, each.best, each.worst]
    return [
        each.name,
        len(each.scores),
        *("" if v is None else v for v in scores),
        *(each.by_stars[n] for n in range(most, -1, -1)),
        each.unranked,
    ]


def rank_and_way(each, area, is_total):
    own = each.filing is None or each.filing.pk == area.pk
    return "sum" if is_total else "", "" if own else reverse("rating:rating", args=[each.filing.pk])


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


def arithmetic(filing, rating, row, judgments, *, reading):
    """One community's score line by line: what is asked, what there is, what it is worth, what it earns."""
    lines = [
        line(item, mark, judgments[item.standard.code])
        for item, mark in zip(rating.counted, row.score.marks, strict=True)
    ]
    lines += [absent(item) for item in rating.items if not item.standard]
    total = TableRow(
        ["合计", "", "", "", "", row.score.counted / 100, row.score.earned / 100, ""], rank="sum"
    )
    return Table(
        f"{filing.name}绩效评估",
        ARITHMETIC,
        [*lines, total],
        filing,
        reading,
        [*method(rating.scheme)],
    )


def line(item, mark, judgment):
    standard = item.standard
    way = Way(item.weight.way).label
    href = reverse("reports:standard", args=[standard.code]) + f"?version={standard.pk}"
    if mark is None:
        return TableRow([standard.name, "", "", "", way, "", "", "不适用，不计入满分"], href=href)
    actual = said(judgment.actual, standard.unit) if judgment.actual is not None else "缺数"
    share = mark.reached if mark.known else None
    earned = [mark.counted / 100, mark.earned / 100]
    return TableRow(
        [
            standard.name,
            required(standard, judgment),
            actual,
            share,
            way,
            *earned,
            why(item, mark, judgment),
        ],
        href=href,
    )


def why(item, mark, judgment):
    """What is not plain from the numbers."""
    lacking = "缺数的部分不计入满分" if mark.counted < mark.worth else "缺数的部分按 0 分计"
    if not mark.known:
        return lacking.replace("的部分", "，", 1)
    if mark.known < mark.worth:
        return lacking
    if judgment.verdict == Verdict.UNMET and not item.by_share:
        return "未达标不得分"
    return "超出，按倒数折算" if judgment.verdict == Verdict.UNMET and exceeds(judgment) else ""


def absent(item):
    return TableRow(
        [item.weight.code, "", "", "", "", "", "", "本期没有这条标准的有效版本，不计入满分"]
    )
