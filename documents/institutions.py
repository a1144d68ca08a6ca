"""Institutions by how far they are set up; a report is about those that only hang out a plaque."""

from documents import links
from documents.report_figure import ReportFigure
from facilities.models import InstitutionCategory
from surveys.words import Stage

STAGES = [
    (Stage.NONE, "未建"),
    (Stage.PLANNED, "筹建"),
    (Stage.PLAQUE, "只挂牌"),
    (Stage.STAFFED, "已配人"),
    (Stage.WORKING, "正常运转"),
]


def institution_stage_rows(context):
    """One row a category that anybody reported: its counts by stage, and how they are said."""
    rows = []
    for category, label in InstitutionCategory.choices:
        counts = stage_counts(context, category)
        if sum(counts.values()):
            rows.append(institution_row(context, category, label, counts))
    return rows


def stage_counts(context, category):
    """{word of a stage: number of bodies} of one category."""
    counted = context.facts.institutions
    return {word: counted.get((category, stage.value), 0) for stage, word in STAGES}


def institution_row(context, category, label, counts):
    """The figures of one category, and its sentences."""
    pk, row = context.filing.pk, {}
    for stage, word in STAGES:
        href = links.records_href(pk, "institutions", category=category, stage=stage.value)
        row[word] = institution_figure(context, label, word, counts[word], href)
    href = links.records_href(pk, "institutions", category=category)
    row["已报"] = institution_figure(context, label, "已报", sum(counts.values()), href)
    measure = f"{category}_stage"
    lacking, href = context.facts.missing[measure], links.measure_href(pk, measure)
    row["缺报"] = institution_figure(context, label, "缺报", lacking, href)
    row["机构"], row["有名无实"] = label, bool(counts["只挂牌"])
    row["句"] = institution_sentence(row)
    row["虚句"] = f"{label}{row['只挂牌']}只挂牌"
    row["实句"] = f"{row['只挂牌']}{label}"
    return row


def institution_sentence(row):
    """服务中心（站）有11个社区填报，其中未建10个、只挂牌1个，18个社区未填报."""
    found = [word for _, word in STAGES if row[word]]
    if len(found) == 1:
        every = "均" if row["已报"].value > 1 else ""
        stages = f"{every}{found[0]}"
    else:
        stages = "其中" + "、".join(f"{word}{row[word]}" for word in found)
    lacking = f"，{row['缺报']}社区未填报" if row["缺报"] else ""
    return f"{row['机构']}有{row['已报']}社区填报，{stages}{lacking}"


def institution_figure(context, label, word, count, href):
    """How many bodies of a category stand at a stage, or how many communities reported."""
    if word == "已报":
        text = f"填报了{label}建设情况的社区。"
    elif word == "缺报":
        text = f"没有填报{label}建设情况的社区。"
    else:
        text = f"填报的{label}中建设阶段为“{word}”的。"
    key, query, counted = f"{label}·{word}", "机构按类别和建设阶段计数", context.facts.counted
    figure = ReportFigure(key, key, float(count), "个", text, query, href, counted)
    return context.add(figure)
