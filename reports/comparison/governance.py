"""Models of governance side by side, matched by size: a large community is not held against a small one.

Within each class of households every model is averaged on its own; the classes in which all the models have communities
are put together with the same weights for all, the number of communities of the class.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import urlencode

from django.db import connection
from django.db.models import Count, Sum
from django.urls import reverse

from communities.models import Governance, Level
from reports.comparison.rates import key_measures, rate_of
from reports.engine import judging
from reports.engine.compliance import rules_for, standards_judged_at
from reports.measure_columns import KINDS, YES_NO
from reports.models import Measures
from reports.overview import whole
from reports.pivot.dimensions import LARGEST, SIZE_UNKNOWN, SIZES, size
from surveys.actions.opening import period_label
from surveys.export import ColumnKind, Table, TableColumn, TableRow
from surveys.export.table import DataRange
from surveys.extras import LABEL
from surveys.models import Filing, Status

UNKNOWN = -1
CLASSES = {**{at: label for at, (_, label) in enumerate(SIZES)}, len(SIZES): LARGEST}
MATCHED, UNMATCHED = "", "none"
FEW = 5  # communities of a model in a class: below that chance decides


@dataclass
class Group:
    """The communities of one model in one class: how many, {measure: (sum, known)}, {standard pk: (met, unmet)}."""

    number: int = 0
    sums: dict = field(default_factory=dict)
    verdicts: dict = field(default_factory=dict)

    def mean(self, name):
        total, known = self.sums.get(name, (None, 0))
        return total / known if known else None

    def rate(self, standards):
        found = [self.verdicts.get(pk, (0, 0)) for pk in standards]
        met, judged = sum(met for met, _ in found), sum(map(sum, found))
        return met / judged if judged else None


@dataclass
class ModelComparison:
    """`match` is MATCHED, UNMATCHED, or the number of the one class that is compared."""

    area: Filing
    standards: list
    match: str = MATCHED
    approved: bool = False

    @cached_property
    def communities(self):
        found = Filing.objects.within(self.area).filter(round=self.area.round_id).communities()
        return found.filter(status=Status.APPROVED) if self.approved else found

    @cached_property
    def keys(self):
        return list(key_measures(self.area.round))

    @cached_property
    def names(self):
        return [measure.name for _, measures in self.keys for measure in measures]

    @cached_property
    def community_standards(self):
        return standards_judged_at(Level.COMMUNITY, self.standards)

    @cached_property
    def shown(self):
        return whole(self.community_standards)

    @cached_property
    def groups(self):
        """{(model, class): Group} of everything in the area, in two queries."""
        found = defaultdict(Group)
        counts = {f"s_{name}": Sum(name) for name in self.names} | {
            f"k_{name}": Count(name) for name in self.names
        }
        rows = Measures.objects.filter(pk__in=self.communities.order_by().values("pk")).order_by()
        rows = rows.with_answers(self.names)
        for row in (
            rows.annotate(size=size())
            .values("governance", "size")
            .annotate(number=Count("pk"), **counts)
        ):
            group = found[row["governance"], row["size"]]
            group.number = row["number"]
            group.sums = {name: (row[f"s_{name}"], row[f"k_{name}"]) for name in self.names}
        for model, number, *counts in self.judged():
            pairs = zip(counts[::2], counts[1::2], strict=True)
            found[model, number].verdicts = dict(
                zip((s.pk for s in self.shown), pairs, strict=True)
            )
        return dict(found)

    def judged(self):
        """(model, class, met and unmet of each standard shown, …): all communities judged and counted in the database."""
        if not self.shown:
            return []
        wanted = [
            f"SUM(CASE WHEN j.v{standard.pk} = {verdict} THEN 1 ELSE 0 END)"
            for standard in self.shown
            for verdict in (judging.MET, judging.UNMET)
        ]
        columns = ", ".join(["filing.governance", size_sql(), *wanted])
        return judging.select(
            rules_for(self.community_standards), self.communities, columns, "GROUP BY 1, 2"
        )

    @cached_property
    def models(self):
        """The models there are communities of, in their order."""
        present = {model for (model, _), group in self.groups.items() if group.number}
        return [model for model in Governance.values if model in present]

    @cached_property
    def common(self):
        """The classes in which every model has communities."""
        return [each for each in CLASSES if all(self.number(model, each) for model in self.models)]

    @cached_property
    def classes(self):
        """The classes that are compared."""
        if self.match == UNMATCHED:
            return [*CLASSES, UNKNOWN]
        return [int(self.match)] if self.match else self.common

    def number(self, model, each):
        return self.group(model, each).number

    def group(self, model, each):
        return self.groups.get((model, each)) or Group()

    def compared(self, model):
        """How many communities of a model take part."""
        return sum(self.number(model, each) for each in self.classes)

    def total(self, model):
        return sum(group.number for (name, _), group in self.groups.items() if name == model)

    def weighted(self, read):
        """[`read` of each model] over the classes, each with the same weight for all the models; None is unknown.

        A class in which one of the models does not know it is left out for all. Unmatched it is the plain mean.
        """
        if self.match == UNMATCHED:
            return [
                read(joined(self.group(model, each) for each in self.classes))
                for model in self.models
            ]
        values = {
            each: [read(self.group(model, each)) for model in self.models] for each in self.classes
        }
        used = [each for each, found in values.items() if None not in found]
        weights = {each: sum(self.number(model, each) for model in self.models) for each in used}
        total = sum(weights.values())
        if not total:
            return [None] * len(self.models)
        return [
            sum(values[each][at] * weights[each] for each in used) / total
            for at in range(len(self.models))
        ]

    def rows(self):
        yield self.row(
            "参与比较的社区",
            "个",
            ColumnKind.COUNT,
            [self.compared(model) for model in self.models],
        )
        yield self.heading("每个社区平均")
        for group, measures in self.keys:
            if group == LABEL:
                yield self.heading(f"{LABEL}，每个社区平均")
            for measure in measures:
                yield from self.of_measure(measure)
        yield self.heading("达标率")
        everything = [standard.pk for standard in self.shown]
        rates = self.weighted(lambda group: group.rate(everything))
        yield self.row("全部标准", "%", ColumnKind.PERCENT, rates, self.to_matrix())
        for standard in self.shown:
            rates = self.weighted(lambda group, pk=standard.pk: group.rate([pk]))
            if any(rate is not None for rate in rates):
                yield self.row(
                    standard.name,
                    "%",
                    ColumnKind.PERCENT,
                    rates,
                    self.to_matrix(show=standard.code),
                )

    def of_measure(self, measure):
        means = self.weighted(lambda group: group.mean(measure.name))
        # Of yes and no, kept as 1 and 0, the mean is the share that says yes.
        unit = "%" if measure.unit == YES_NO else measure.unit
        kind = ColumnKind.PERCENT if measure.unit == YES_NO else KINDS.get(unit, ColumnKind.NUMBER)
        yield self.row(measure.label, unit, kind, means, self.to_pivot(measure.name))
        if rate := rate_of(measure):
            bases = self.weighted(lambda group: group.mean(rate.of))
            pairs = zip(means, bases, strict=True)
            cells = [
                mean / base * rate.size if base and mean is not None else None
                for mean, base in pairs
            ]
            yield self.row(f"　{rate.label}{measure.label}", measure.unit, rate.kind, cells)

    def heading(self, text):
        return TableRow([text, "", *[""] * len(self.models)], "sub")

    @staticmethod
    def row(label, unit, kind, cells, href=""):
        return TableRow(
            [label, unit, *cells], kind=kind, links=["", *[href] * len(cells)] if href else ()
        )

    def to_pivot(self, name):
        """The measure by class and model, community averages: what the matched mean is made of."""
        wish = {"rows": "size", "columns": "governance", "how": "mean", "values": name}
        return self.link("reports:pivot", wish)

    def to_matrix(self, **wish):
        return self.link("reports:matrix", wish)

    def link(self, name, wish):
        query = urlencode(wish | ({"scope": "approved"} if self.approved else {}))
        return reverse(name, args=[self.area.pk]) + (f"?{query}" if query else "")

    def table(self):
        return Table(
            title=f"{self.area.name}{period_label(self.area.round.period)}治理模式对比",
            columns=[
                TableColumn("项目", width=30),
                TableColumn("计量单位", width=10),
                *self.heads(),
            ],
            rows=list(self.rows()),
            area=self.area,
            reading=self.reading,
            notes=[self.words, "达标率不计缺数；平均数按填报了该项的社区计算。"],
        )

    def class_table(self):
        """How many communities of each model there are in each class, and which classes are compared."""
        rows = [
            TableRow([label, *(self.number(model, each) for model in self.models), self.why(each)])
            for each, label in [*CLASSES.items(), (UNKNOWN, SIZE_UNKNOWN)]
            if any(self.number(model, each) for model in self.models)
        ]
        totals = TableRow(
            ["合计", *map(self.total, self.models), f"参与 {self.taking_part:,} 个"], "sum"
        )
        columns = [
            TableColumn("社区规模", width=20),
            *self.heads(ColumnKind.COUNT, "个"),
            TableColumn("是否参与比较", width=24),
        ]
        return Table("各模式的社区规模", columns, [*rows, totals], self.area, self.reading)

    def why(self, each):
        if each in self.classes:
            few = [Governance(m).label for m in self.models if 0 < self.number(m, each) < FEW]
            return f"参与（{'、'.join(few)}不足 {FEW} 个，仅供参考）" if few else "参与"
        none = [Governance(model).label for model in self.models if not self.number(model, each)]
        return f"不参与（{'、'.join(none)}没有）" if none and each != UNKNOWN else "不参与"

    def heads(self, kind=ColumnKind.NUMBER, unit=""):
        return [TableColumn(Governance(model).label, unit, kind) for model in self.models]

    @property
    def reading(self):
        return DataRange.APPROVED if self.approved else DataRange.ALL

    @property
    def taking_part(self):
        return sum(map(self.compared, self.models))

    @property
    def words(self):
        """How they were matched, and how many take part."""
        rest = sum(map(self.total, self.models)) - self.taking_part
        number = f"参与比较 {self.taking_part:,} 个社区，未参与 {rest:,} 个。"
        if self.match == UNMATCHED:
            return f"未按规模匹配：各模式全部社区的平均数，规模不同会影响结果。{number}"
        labels = "、".join(CLASSES[each] for each in self.classes)
        if self.match:
            return f"只比较{labels}的社区。{number}"
        return f"按规模匹配：只取各模式都有社区的规模（{labels}），同一规模内各自平均，再按该规模的社区总数加权。{number}"


def joined(groups):
    """Several groups as one."""
    made = Group()
    for group in groups:
        made.number += group.number
        for name, (total, known) in group.sums.items():
            old, before = made.sums.get(name, (0, 0))
            made.sums[name] = (old + (total or 0), before + known)
        for pk, (met, unmet) in group.verdicts.items():
            old, before = made.verdicts.get(pk, (0, 0))
            made.verdicts[pk] = (old + met, before + unmet)
    return made


def size_sql():
    """The size class of the community being judged, as `pivot.dimensions.size` tells it."""
    bounds = " ".join(
        f"WHEN m.households < {bound} THEN {number}" for number, (bound, _) in enumerate(SIZES)
    )
    table = connection.ops.quote_name(Measures._meta.db_table)
    case = f"CASE WHEN m.households IS NULL THEN {UNKNOWN} {bounds} ELSE {len(SIZES)} END"
    return f"(SELECT {case} FROM {table} m WHERE m.filing_id = j.filing_id)"
