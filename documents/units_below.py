"""The units right below an area, and its communities by governance model: rows of tables with their sentences."""

from dataclasses import replace

from communities.models import Governance, Kind, Level
from documents import links
from documents.computed import average_digits
from documents.report_figure import ReportFigure
from reports.engine.measures import all_measures
from reports.models import Tally

COLUMNS = {
    "社区数": ("communities", "个"),
    "户数": ("households", "户"),
    "人口": ("residents", "人"),
    "党支部": ("party_branches", "个"),
    "工作人员": ("staff_in_community", "人"),
    "用房": ("premises", "处"),
    "预算": ("funding_budgeted", "元"),
    "到位": ("funding_received", "元"),
}
AVERAGES = {
    "平均户数": ("households", "户", "households"),
    "平均人口": ("residents", "人", "residents"),
    "平均人员": ("staff", "人", "staff_in_community"),
    "平均到位": ("received", "元", "funding_received"),
}
BEST = 3
TOGETHER = {(Kind.COUNTY, Kind.COUNTY_CITY): "县（市）", (Kind.TOWN, Kind.TOWNSHIP): "乡镇"}
# The measure that counts units of a kind, a row for each.
COUNTED = {
    "市辖区": "districts",
    "县（市）": "counties",
    "街道": "streets",
    "乡镇": "townships",
    "社区": "communities",
}
OUTSIDE = "（不在本期填报范围）"


def rows_of_units_below(context):
    """The units directly below, each with its main figures."""
    return [subunit_row(context, child, values) for child, values in context.facts.children]


def subunit_row(context, child, values):
    row = {"名称": context.made(f"{child.name}·名称", child.name, text="下级单位名称。")}
    for label, (name, unit) in COLUMNS.items():
        key, link = f"{child.name}·{label}", links.measure_href(child.pk, name)
        text = f"{child.name}的{label}。"
        row[label] = context.add(
            ReportFigure(
                key, key, values[name], unit, text, f"指标“{all_measures()[name].label}”", link
            )
        )
    return row


def unit_kind_rows(context):
    """[{名称, 个数, 句}] of the units below by kind: 4个市辖区、5个县（市）、26个街道, larger ones first."""
    asked, others = counts_by_word(context.facts.kinds), counts_by_word(context.facts.not_asked)
    made = [unit_kind_row(context, word, count) for word, count in asked.items()]
    return made + [unit_kind_row(context, word, count, OUTSIDE) for word, count in others.items()]


def counts_by_word(counts):
    """{word: number of units}; 县 and 县级市 are said as one where there are both, and so are 乡 and 镇."""
    words, made = dict(Kind.choices), {}
    for both, word in TOGETHER.items():
        if all(counts.get(each) for each in both):
            words |= dict.fromkeys(both, word)
    for value, word in words.items():
        if counts.get(value):
            made[word] = made.get(word, 0) + counts[value]
    return made


def unit_kind_row(context, word, count, note=""):
    figure = context.made(
        f"{word}·个数", float(count), "个", f"{context.filing.name}所属的{word}{note}。"
    )
    name = COUNTED.get(word)
    if name and context.facts.structure[name] == count:
        figure = context.add(replace(figure, href=links.measure_href(context.filing.pk, name)))
    return {"名称": word, "个数": figure, "句": f"{figure}{word}{note}"}


def governance_rows(context):
    """[{名称, 社区数, 平均…, 句}] of the models that communities say they follow."""
    found = [(label, context.facts.governance.get(value)) for value, label in Governance.choices]
    return [governance_row(context, label, row) for label, row in found if row]


def governance_row(context, label, row):
    def figure(part, value, unit, measure, places=2, how="sum"):
        link = links.pivot_href(context.filing.pk, measure, by="governance", how=how)
        text, key = f"治理模式为{label}的社区：{part}。", f"{label}·{part}"
        return context.add(
            ReportFigure(
                key,
                key,
                value,
                unit,
                text,
                f"指标“{all_measures()[measure].label}”",
                link,
                row["communities"],
                digits=places,
            )
        )

    made = {
        "名称": label,
        "社区数": figure("社区数", float(row["communities"]), "个", "communities"),
    }
    made["有用房"] = figure(
        "有用房", float(row["with_premises"]), "个", "communities_with_premises"
    )
    for name, (key, unit, measure) in AVERAGES.items():
        made[name] = figure(name, row[key], unit, measure, average_digits(row[key]), "mean")
    return made | {"句": f"{label}{made['社区数']}"}


def unstated_governance(context):
    """Communities that do not say which model they follow."""
    row = context.facts.governance.get("")
    return context.made(
        "未写模式", float(row["communities"]) if row else 0.0, "个", "没有写明治理模式的社区数。"
    )


def best_units(context):
    """The units below where the largest share of verdicts is met, with that share; none where they are few."""
    children = {
        child.pk: child for child, _ in context.facts.children if child.level < Level.COMMUNITY
    }
    if len(children) <= BEST:
        return []
    rates = sorted(verdict_rates(context, children).items(), key=lambda pair: -pair[1])[:BEST]
    return [best_unit_row(context, children[pk], rate) for pk, rate in rates]


def verdict_rates(context, children):
    met, judged = {}, {}
    rows = Tally.objects.filter(filing__in=children, direct=False, approved=context.approved)
    for pk, standard, yes, no in rows.values_list("filing", "standard", "met", "unmet"):
        if standard in context.rows:
            met[pk], judged[pk] = met.get(pk, 0) + yes, judged.get(pk, 0) + yes + no
    return {pk: 100 * met[pk] / judged[pk] for pk in judged if judged[pk]}


def best_unit_row(context, child, rate):
    name = context.made(f"{child.name}·名称", child.name, text="下级单位名称。")
    share = context.made(
        f"{child.name}·达标率", rate, "%", "达标结论数÷可评价结论数，各条标准合计。", page="matrix"
    )
    return {"名称": name, "达标率": share, "句": f"{name}达标率较高，为{share}"}
