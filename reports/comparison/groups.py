"""The communities of an area by model of governance and class of size.

Read in two queries, whatever their number.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db.models import Count, Sum

from reports.engine import judging
from reports.engine.judged_query import JudgedQuery
from reports.engine.rules import rules_for
from reports.engine.size_classes import size_class, size_class_sql
from reports.models import Measures


class SumOfKnown(NamedTuple):
    """The sum of a measure, None where nobody has said it, and how many have."""

    total: float | None
    known: int


class MetAndUnmet(NamedTuple):
    """How many communities meet a standard and how many miss it."""

    met: int
    unmet: int


@dataclass
class CommunityGroup:
    """The communities of one model in one class.

    How many they are, {measure: SumOfKnown} and {standard pk: MetAndUnmet}.
    """

    number: int = 0
    sums: dict = field(default_factory=dict)
    verdicts: dict = field(default_factory=dict)

    def mean(self, name):
        """The mean of a measure over those that have said it; None where nobody has."""
        found = self.sums.get(name)
        if not found or not found.known:
            return None
        return found.total / found.known

    def rate(self, standards):
        """The share that is met of all that could be judged by these standards.

        None where nothing could.
        """
        met = judged = 0
        for standard in standards:
            counts = self.verdicts.get(standard.pk, MetAndUnmet(0, 0))
            met += counts.met
            judged += counts.met + counts.unmet
        return met / judged if judged else None


def joined_group(groups):
    """Several groups as one."""
    joined = CommunityGroup()
    for group in groups:
        joined.number += group.number
        for name, (total, known) in group.sums.items():
            before = joined.sums.get(name, SumOfKnown(0, 0))
            joined.sums[name] = SumOfKnown(before.total + (total or 0), before.known + known)
        for pk, (met, unmet) in group.verdicts.items():
            before = joined.verdicts.get(pk, MetAndUnmet(0, 0))
            joined.verdicts[pk] = MetAndUnmet(before.met + met, before.unmet + unmet)
    return joined


def read_groups(communities, names, shown, standards):
    """{(model, class): CommunityGroup} of a queryset of communities.

    `names` are those of measures; the `shown` standards are counted, judged with their parts in
    `standards`.
    """
    groups = defaultdict(CommunityGroup)
    for row in measure_sums(communities, names):
        group = groups[row["governance"], row["size"]]
        group.number = row["number"]
        for name in names:
            group.sums[name] = SumOfKnown(row[f"sum_{name}"], row[f"known_{name}"])
    if shown:
        for row in verdict_counts(communities, shown, standards):
            groups[row.model, row.size].verdicts = row.counts
    return dict(groups)


def measure_sums(communities, names):
    """Of each model and class the number of communities, and the sum of each measure.

    Beside each sum stands how many have said it.
    """
    counts = {"number": Count("pk")}
    for name in names:
        counts[f"sum_{name}"] = Sum(name)
        counts[f"known_{name}"] = Count(name)
    rows = Measures.objects.filter(pk__in=communities.order_by().values("pk")).order_by()
    by_class = rows.with_answers(names).annotate(size=size_class()).values("governance", "size")
    return by_class.annotate(**counts)


def verdict_counts(communities, shown, standards):
    """Of each model and class how many meet and miss each standard.

    Judged and counted in the database.
    """
    query = JudgedQuery.of(communities, rules_for(standards))
    counts = {}
    for standard in shown:
        met, unmet = query.count(standard, judging.MET), query.count(standard, judging.UNMET)
        counts[standard.pk] = MetAndUnmet(met, unmet)
    model, size = query.of_filing("governance"), size_class_sql(query.FILING)
    return query.group_by("1", "2").rows(model=model, size=size, counts=counts)
