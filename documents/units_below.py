"""The units right below an area, and its communities by governance model: rows of tables."""

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
    """{名称, 社区数, 户数, …} of one unit below."""
    row = {"名称": unit_name_figure(context, child)}
    for label, (name, unit) in COLUMNS.items():
        key, href = f"{child.name}·{label}", links.measure_href(child.pk, name)
        text, query = f"{child.name}的{label}。", f"指标“{all_measures()[name].label}”"
        figure = ReportFigure(key, key, values[name], unit, text, query, href)
        row[label] = context.add(figure)
    return row


def unit_name_figure(context, child):
    """The name of a unit below, which may have numbers in it."""
    return context.made(f"{child.name}·名称", child.name, text="下级单位名称。")


def unit_kind_rows(context):
    """[{名称, 个数, 句}] of the units below by kind: 4个市辖区、5个县（市）、26个街道.

    Kinds that this round does not ask follow, and say so.
    """
    rows = []
    for word, count in counts_by_word(context.facts.kinds).items():
        rows.append(unit_kind_row(context, word, count))
    for word, count in counts_by_word(context.facts.not_asked).items():
        rows.append(unit_kind_row(context, word, count, OUTSIDE))
    return rows


def counts_by_word(counts):
    """{word: number of units}; 县 and 县级市 are one word where there are both, so are 乡 and 镇."""
    words = dict(Kind.choices)
    for both, word in TOGETHER.items():
        if all(counts.get(kind) for kind in both):
            words.update(dict.fromkeys(both, word))
    by_word = {}
    for kind, word in words.items():
        if counts.get(kind):
            by_word[word] = by_word.get(word, 0) + counts[kind]
    return by_word


def unit_kind_row(context, word, count, note=""):
    """How many units of one kind there are; their figure leads to the measure that counts them."""
    text = f"{context.filing.name}所属的{word}{note}。"
    figure = context.made(f"{word}·个数", float(count), "个", text)
    name = COUNTED.get(word)
    if name and context.facts.structure[name] == count:
        href = links.measure_href(context.filing.pk, name)
        figure = context.add(replace(figure, href=href))
    return {"名称": word, "个数": figure, "句": f"{figure}{word}{note}"}


def governance_rows(context):
    """[{名称, 社区数, 平均…, 句}] of the governance models that communities report."""
    rows = []
    for value, label in Governance.choices:
        sums = context.facts.governance.get(value)
        if sums:
            rows.append(governance_row(context, label, sums))
    return rows


def governance_row(context, label, sums):
    """How many communities follow one model, and their averages."""

    def figure(part, value, unit, measure, places=2, how="sum"):
        href = links.pivot_href(context.filing.pk, measure, by="governance", how=how)
        text, key = f"治理模式为{label}的社区：{part}。", f"{label}·{part}"
        query, counted = f"指标“{all_measures()[measure].label}”", sums["communities"]
        return context.add(
            ReportFigure(key, key, value, unit, text, query, href, counted, digits=places)
        )

    communities, with_premises = float(sums["communities"]), float(sums["with_premises"])
    count = figure("社区数", communities, "个", "communities")
    row = {"名称": label, "社区数": count}
    row["有用房"] = figure("有用房", with_premises, "个", "communities_with_premises")
    for name, (key, unit, measure) in AVERAGES.items():
        value = sums[key]
        row[name] = figure(name, value, unit, measure, average_digits(value), "mean")
    row["句"] = f"{label}{count}"
    return row


def unstated_governance(context):
    """How many communities do not report which model they follow."""
    sums = context.facts.governance.get("")
    count = float(sums["communities"]) if sums else 0.0
    return context.made("未写模式", count, "个", "没有写明治理模式的社区数。")


def best_units(context):
    """The units below with the largest share of verdicts met; none where there are few units."""
    children = {}
    for child, _ in context.facts.children:
        if child.level < Level.COMMUNITY:
            children[child.pk] = child
    if len(children) <= BEST:
        return []
    rates = verdict_rates(context, children)
    highest = sorted(rates.items(), key=lambda pair: -pair[1])[:BEST]
    return [best_unit_row(context, children[pk], rate) for pk, rate in highest]


def verdict_rates(context, children):
    """{filing pk: share in percent of its verdicts that are met} of the units below."""
    met, judged = {}, {}
    rows = Tally.objects.filter(filing__in=children, direct=False, approved=context.approved)
    for pk, standard, yes, no in rows.values_list("filing", "standard", "met", "unmet"):
        if standard in context.rows:
            met[pk] = met.get(pk, 0) + yes
            judged[pk] = judged.get(pk, 0) + yes + no
    return {pk: 100 * met[pk] / count for pk, count in judged.items() if count}


def best_unit_row(context, child, rate):
    """{名称, 达标率, 句} of one of the best units."""
    name, text = unit_name_figure(context, child), "达标结论数÷可评价结论数，各条标准合计。"
    share = context.made(f"{child.name}·达标率", rate, "%", text, page="matrix")
    return {"名称": name, "达标率": share, "句": f"{name}达标率较高，为{share}"}
