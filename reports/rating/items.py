"""Which scheme rates the communities of an area, and to which standards its points go."""

from dataclasses import dataclass

from communities import tree
from communities.models import Level
from reports.engine.compliance import standards_judged_at, with_parts
from reports.models import Scheme, ScoringMethod, Standard, Weight


@dataclass(frozen=True)
class SchemeItem:
    """One line of a scheme in one round.

    `standard` is None where none of that code is in force and judged here.
    """

    weight: Weight
    standard: Standard | None

    @property
    def points(self):
        return float(self.weight.points)

    @property
    def is_composite(self):
        return bool(self.standard) and not self.standard.actual

    @property
    def by_share(self):
        """Whether a part of the points is earned by meeting a part of the standard."""
        return self.weight.way == ScoringMethod.SHARE


def schemes_near(filing, widest=None):
    """(the scheme that rates a filing or what is below it, the schemes of other units).

    The first is None where there is none; the others are of units inside the filing, or inside
    `widest`.
    """
    area = widest or filing
    begun = Scheme.objects.near(area.path).begun(filing.round.reference_date)
    by_unit = {}
    for scheme in begun.order_by("effective_from"):
        by_unit[scheme.unit_id] = scheme  # the newest of a unit stays
    nearest = None
    for unit in tree.path_ids(filing.path):
        nearest = by_unit.pop(unit, nearest)
    return nearest, list(by_unit.values())


def standards_worth_points(standards):
    """Those of an area's standards that are judged on communities and leave something to miss."""
    judged = standards_judged_at(Level.COMMUNITY, standards)
    return [standard for standard in judged if not standard.observed_only]


def scheme_items(weights, standards):
    """[SchemeItem] in the order of the scheme, each with the version in force.

    Where none of its code is, it gets what took the standard's place; no standard is counted twice.
    """
    known = {standard.code: standard for standard in standards_worth_points(standards)}
    successors = {}
    if any(weight.code not in known for weight in weights):
        successors = successor_codes()
    items, taken = [], set()
    for weight in weights:
        standard = standard_in_force(weight.code, known, successors)
        if standard in taken:
            standard = None
        taken.add(standard)
        items.append(SchemeItem(weight, standard))
    return items


def successor_codes():
    """{code: the code that took its place}"""
    return dict(Standard.objects.exclude(successor="").values_list("code", "successor"))


def standard_in_force(code, known, successors):
    """The known standard of a code, or of the first of its successors that is known.

    None where none is.
    """
    seen = set()
    while code and code not in known and code not in seen:
        seen.add(code)
        code = successors.get(code)
    return known.get(code)


def judged_by(items, standards):
    """The standards to judge for these items, with the parts of composites."""
    chosen = [item.standard for item in items if item.standard]
    return with_parts(chosen, standards_judged_at(Level.COMMUNITY, standards))
