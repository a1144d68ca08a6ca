"""Institutions by how far they are set up; those that hang out a plaque and no more are what a report is about."""

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
    return [
        institution_row(context, category, label)
        for category, label in InstitutionCategory.choices
        if reported_institutions(context, category)
    ]


def reported_institutions(context, category):
    return sum(context.facts.institutions.get((category, stage.value), 0) for stage, _ in STAGES)


def institution_row(context, category, label):
    counts = {
        word: context.facts.institutions.get((category, stage.value), 0) for stage, word in STAGES
    }

    def where(**answers):
        return links.records_href(context.filing.pk, "institutions", category=category, **answers)

    made = {
        word: institution_figure(context, label, word, counts[word], where(stage=stage.value))
        for stage, word in STAGES
    }
    made["已报"] = institution_figure(context, label, "已报", sum(counts.values()), where())
    lacking = context.facts.missing[f"{category}_stage"]
    made["缺报"] = institution_figure(
        context, label, "缺报", lacking, links.measure_href(context.filing.pk, f"{category}_stage")
    )
    made |= {"机构": label, "有名无实": bool(counts["只挂牌"])}
    return made | {
        "句": institution_sentence(made),
        "虚句": f"{label}{made['只挂牌']}只挂牌",
        "实句": f"{made['只挂牌']}{label}",
    }


def institution_sentence(row):
    """服务中心（站）有11个社区填报，其中未建10个、只挂牌1个，18个社区未填报."""
    found = [(word, row[word]) for _, word in STAGES if row[word]]
    if len(found) == 1:
        every = "均" if row["已报"].value > 1 else ""
        stages = f"{every}{found[0][0]}"
    else:
        stages = "其中" + "、".join(f"{word}{count}" for word, count in found)
    lacking = f"，{row['缺报']}社区未填报" if row["缺报"] else ""
    return f"{row['机构']}有{row['已报']}社区填报，{stages}{lacking}"


def institution_figure(context, label, word, count, link):
    texts = {"已报": f"填报了{label}建设情况的社区。", "缺报": f"没有填报{label}建设情况的社区。"}
    text = texts.get(word, f"填报的{label}中建设阶段为“{word}”的。")
    key = f"{label}·{word}"
    return context.add(
        ReportFigure(
            key,
            key,
            float(count),
            "个",
            text,
            "机构按类别和建设阶段计数",
            link,
            context.facts.counted,
        )
    )
