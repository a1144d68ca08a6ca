"""Which scheme rates the communities of an area, and which version of each standard its points go to in a round."""

from dataclasses import dataclass

from communities import tree
from communities.models import Level
from reports.engine.compliance import standards_judged_at
from reports.models import Scheme, Standard, Way, Weight


@dataclass(frozen=True)
class Item:
    """One line of a scheme in one round; `standard` is None where none of that code is in force and judged here."""

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
        return self.weight.way == Way.SHARE


def schemes_near(filing, widest=None):
    """(the scheme that rates this filing or what is below it, or None; those of other units inside it, or in `widest`)."""
    found = {}
    begun = Scheme.objects.near((widest or filing).path).begun(filing.round.reference_date)
    for scheme in begun.order_by("effective_from"):
        found[scheme.unit_id] = scheme  # the newest of a unit stays
    around = [found.pop(pk) for pk in tree.path_ids(filing.path) if pk in found]
    return (around[-1] if around else None), list(found.values())


def candidates(standards):
    """Those of an area's standards that can be worth points: judged on communities, with something to miss."""
    return [
        standard
        for standard in standards_judged_at(Level.COMMUNITY, standards)
        if not standard.observed_only
    ]


def items_of(weights, standards):
    """[Item] in the order of the scheme, each with the version in force, or with what took the standard's place."""
    known = {standard.code: standard for standard in candidates(standards)}
    follows = successors() if any(weight.code not in known for weight in weights) else {}
    made, taken = [], set()
    for weight in weights:
        standard = version(weight.code, known, follows)
        made.append(
            Item(weight, None if standard in taken else standard)
        )  # nothing is counted twice
        taken.add(standard)
    return made


def successors():
    """{code: the code that took its place}"""
    return dict(Standard.objects.exclude(successor="").values_list("code", "successor"))


def version(code, known, follows):
    seen = set()
    while code and code not in known and code not in seen:
        seen.add(code)
        code = follows.get(code)
    return known.get(code)


def judged_by(items, standards):
    """The standards to judge for these items, with the parts of composites."""
    keys = {item.standard.pk for item in items if item.standard}
    return [
        s
        for s in standards_judged_at(Level.COMMUNITY, standards)
        if s.pk in keys or s.parent_id in keys
    ]
