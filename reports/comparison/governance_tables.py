"""A comparison of models as declared tables, with the words for how they were matched."""

from urllib.parse import urlencode

from django.urls import reverse

from communities.models import Governance
from reports.comparison.governance import UNMATCHED
from reports.comparison.rates import rate_of
from reports.engine.size_classes import CLASS_UNKNOWN, SIZE_CLASSES, SIZE_UNKNOWN
from reports.measure_columns import KINDS, YES_NO
from surveys.actions.opening import period_label
from surveys.export import ColumnKind, Table, TableColumn, TableRow
from surveys.extras import LABEL

FEW = 5  # communities of a model in a class: below that chance decides


def comparison_table(comparison):
    """A column each model, a row each measure and standard."""
    area = comparison.area
    columns = [
        TableColumn("项目", width=30),
        TableColumn("计量单位", width=10),
        *model_columns(comparison),
    ]
    return Table(
        title=f"{area.filing.name}{period_label(area.round.period)}治理模式对比",
        columns=columns,
        rows=list(comparison_rows(comparison)),
        area=area.filing,
        reading=area.scope.reading,
        notes=[matching_sentence(comparison), "达标率不计缺数；平均数按填报了该项的社区计算。"],
    )


def class_table(comparison):
    """How many communities of each model are in each class, and which classes are compared."""
    columns = [
        TableColumn("社区规模", width=20),
        *model_columns(comparison, ColumnKind.COUNT, "个"),
        TableColumn("是否参与比较", width=24),
    ]
    rows = []
    for size, label in [*SIZE_CLASSES.items(), (CLASS_UNKNOWN, SIZE_UNKNOWN)]:
        numbers = [comparison.number(model, size) for model in comparison.models]
        if any(numbers):
            rows.append(TableRow([label, *numbers, why_compared(comparison, size)]))
    totals = [comparison.total(model) for model in comparison.models]
    rows.append(TableRow(["合计", *totals, f"参与 {comparison.taking_part:,} 个"], "sum"))
    area = comparison.area
    return Table("各模式的社区规模", columns, rows, area.filing, area.scope.reading)


def model_columns(comparison, kind=ColumnKind.NUMBER, unit=""):
    """A column each model."""
    return [TableColumn(Governance(model).label, unit, kind) for model in comparison.models]


def model_labels(models):
    """传统型、大社区"""
    return "、".join(Governance(model).label for model in models)


def why_compared(comparison, size):
    """Whether a class is compared, with the models that have few communities in it, or none."""
    if size in comparison.classes:
        few = [m for m in comparison.models if 0 < comparison.number(m, size) < FEW]
        if few:
            return f"参与（{model_labels(few)}不足 {FEW} 个，仅供参考）"
        return "参与"
    lacking = comparison.models_without(size)
    if lacking and size != CLASS_UNKNOWN:
        return f"不参与（{model_labels(lacking)}没有）"
    return "不参与"


def matching_sentence(comparison):
    """How the models were matched, and how many communities take part."""
    taking_part = comparison.taking_part
    rest = sum(comparison.total(model) for model in comparison.models) - taking_part
    number = f"参与比较 {taking_part:,} 个社区，未参与 {rest:,} 个。"
    if comparison.match == UNMATCHED:
        return f"未按规模匹配：各模式全部社区的平均数，规模不同会影响结果。{number}"
    labels = "、".join(SIZE_CLASSES[size] for size in comparison.classes)
    if comparison.match:
        return f"只比较{labels}的社区。{number}"
    return (
        f"按规模匹配：只取各模式都有社区的规模（{labels}），"
        f"同一规模内各自平均，再按该规模的社区总数加权。{number}"
    )


def comparison_rows(comparison):
    """The rows of the table, with a heading for each part."""
    numbers = [comparison.compared(model) for model in comparison.models]
    yield model_row("参与比较的社区", "个", ColumnKind.COUNT, numbers)
    yield part_heading(comparison, "每个社区平均")
    for group, measures in comparison.keys:
        if group == LABEL:
            yield part_heading(comparison, f"{LABEL}，每个社区平均")
        for measure in measures:
            yield from mean_rows(comparison, measure)
    yield part_heading(comparison, "达标率")
    rates = comparison.weighted(lambda group: group.rate(comparison.shown))
    href = area_href(comparison, "reports:matrix")
    yield model_row("全部标准", "%", ColumnKind.PERCENT, rates, href)
    for standard in comparison.shown:
        rates = standard_rates(comparison, standard)
        if any(rate is not None for rate in rates):
            href = area_href(comparison, "reports:matrix", show=standard.code)
            yield model_row(standard.name, "%", ColumnKind.PERCENT, rates, href)


def standard_rates(comparison, standard):
    """[the share of communities of each model that meet a standard]"""
    return comparison.weighted(lambda group: group.rate([standard]))


def mean_rows(comparison, measure):
    """The mean of a measure a community, and below it what comes on each person or household."""
    means = comparison.weighted(lambda group: group.mean(measure.name))
    unit, kind = measure.unit, KINDS.get(measure.unit, ColumnKind.NUMBER)
    if unit == YES_NO:  # kept as 1 and 0: the mean is the share that says yes
        unit, kind = "%", ColumnKind.PERCENT
    # The measure by class and model, community averages: what the matched mean is made of.
    wish = {"rows": "size", "columns": "governance", "how": "mean", "values": measure.name}
    href = area_href(comparison, "reports:pivot", **wish)
    yield model_row(measure.label, unit, kind, means, href)
    rate = rate_of(measure)
    if rate:
        bases = comparison.weighted(lambda group: group.mean(rate.of))
        cells = []
        for mean, base in zip(means, bases, strict=True):
            cells.append(mean_at_rate(rate, mean, base))
        label = f"　{rate.label}{measure.label}"
        yield model_row(label, measure.unit, rate.kind, cells)


def mean_at_rate(rate, mean, base):
    """A mean on the size of a rate; None where either is unknown."""
    if mean is None or not base:
        return None
    return mean / base * rate.size


def part_heading(comparison, text):
    """A line that only says what the next ones are about."""
    return TableRow([text, "", *[""] * len(comparison.models)], "sub")


def model_row(label, unit, kind, cells, href=""):
    """A line of one number a model; each of them leads to `href`."""
    links = ["", *[href] * len(cells)] if href else ()
    return TableRow([label, unit, *cells], kind=kind, links=links)


def area_href(comparison, name, **wish):
    """A page about the area, in the scope of this one."""
    area = comparison.area
    if area.approved:
        wish["scope"] = "approved"
    address = reverse(name, args=[area.filing.pk])
    if not wish:
        return address
    return f"{address}?{urlencode(wish)}"
