"""Whose boundary a drawn shape is: by its 12-digit code, else by its name.

Only units within the area of the sender count.
"""

from collections import defaultdict
from dataclasses import dataclass, field

from communities import tree
from communities.boundaries.thinning import thin_shapes
from communities.models import Level, Unit, full_code


@dataclass
class BoundaryMatch:
    """What the features of a file are, held against the units of an area.

    `shapes` are {unit: thinned shape}, `findings` sentences about shapes left out, `without` the
    units nobody drew.
    """

    shapes: dict = field(default_factory=dict)
    findings: list = field(default_factory=list)
    without: list = field(default_factory=list)


def match_boundaries(area, features):
    """Return the BoundaryMatch of features with a unit and all below it, down to the community."""
    units = Unit.objects.filter(
        tree.lies_inside([area.path]), closed_on=None, level__lte=Level.COMMUNITY
    )
    finder = UnitFinder(list(units))
    match = BoundaryMatch()
    polygons = {}
    for feature in features:
        unit, problem = finder.find(feature)
        if unit in polygons:
            unit, problem = None, f"“{unit}”前面已有一个图形，这一个没有用。"
        if unit:
            polygons[unit] = feature.polygons
        else:
            match.findings.append(f"第 {feature.number} 个图形（{feature.label}）：{problem}")
    thinned = thin_shapes(list(polygons.values()))
    match.shapes = {unit: shape for unit, shape in zip(polygons, thinned, strict=True) if shape}
    drawn = {area, *match.shapes}
    match.without = [unit for unit in finder.units if unit not in drawn]
    return match


class UnitFinder:
    """The units of an area by code and by name."""

    def __init__(self, units):
        self.units = units
        self.codes = {unit.code: unit for unit in units if unit.code}
        self.names = defaultdict(list)
        for unit in units:
            for name in {unit.name, unit.short_name}:
                self.names[name].append(unit)

    def find(self, feature):
        """Return (unit, "") or (None, why there is none)."""
        if feature.problem:
            return None, feature.problem
        if feature.code and (unit := self.codes.get(full_code(feature.code))):
            return unit, ""
        named = self.names.get(feature.name, [])
        if len(named) == 1:
            return named[0], ""
        if named:
            how_many = f"有 {len(named)} 个单位叫“{feature.name}”"
            return None, f"{how_many}，请在图形的 code 属性里写 12 位区划代码。"
        if not feature.code and not feature.name:
            return None, "没有写区划代码（code）或名称（name），不知道是哪个单位。"
        return None, "您的范围内没有这个代码或名称的单位。请核对 code、name 属性。"
