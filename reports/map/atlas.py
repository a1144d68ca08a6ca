"""The bureau's own boundaries as an SVG map: each unit a path, shaded as in the treemap."""

from dataclasses import dataclass
from itertools import pairwise
from math import cos, radians

from accounts.roles import Role
from communities.boundaries.geojson import DEGREES
from communities.models import Boundary
from reports.map.treemap import EM, LINE

WIDTH, HIGHEST, MARGIN = 1000, 760, 6


@dataclass(frozen=True)
class Area:
    """One unit: `d` is its outline, `lines` what stands in it as (baseline, text), `x` the middle."""

    place: object
    d: str
    x: float
    lines: tuple


@dataclass(frozen=True)
class Atlas:
    width: float
    height: float
    areas: tuple
    missing: int


def atlas(places, shapes):
    """The map of the places with a boundary ({unit pk: shape}); None where none has one."""
    drawn = [
        (place, shapes[place.filing.unit_id]) for place in places if place.filing.unit_id in shapes
    ]
    if not drawn:
        return None
    project = Projection([shape for _, shape in drawn])
    areas = tuple(area(place, project.shape(shape)) for place, shape in drawn)
    return Atlas(project.width, project.height, areas, len(places) - len(drawn))


class Projection:
    """Degrees to the drawing: a city is small enough to be flat, its degrees of longitude shortened by its latitude."""

    def __init__(self, shapes):
        points = [
            point for shape in shapes for polygon in shape for ring in polygon for point in ring
        ]
        xs, ys = zip(*points, strict=True)
        self.west, self.north = min(xs), max(ys)
        self.squeeze = max(cos(radians((max(ys) + min(ys)) / 2 / DEGREES)), 0.01)
        wide, high = max((max(xs) - min(xs)) * self.squeeze, 1), max(max(ys) - min(ys), 1)
        self.scale = min((WIDTH - 2 * MARGIN) / wide, (HIGHEST - 2 * MARGIN) / high)
        self.width, self.height = (round(size * self.scale + 2 * MARGIN) for size in (wide, high))

    def shape(self, shape):
        return [[self.ring(ring) for ring in polygon] for polygon in shape]

    def ring(self, ring):
        """Points of the drawing, one of those that fall together."""
        made = []
        for x, y in ring:
            point = (
                round((x - self.west) * self.squeeze * self.scale + MARGIN, 1),
                round((self.north - y) * self.scale + MARGIN, 1),
            )
            if not made or point != made[-1]:
                made.append(point)
        return made


def area(place, shape):
    d = "".join(
        "M" + "L".join(f"{x} {y}" for x, y in ring) + "Z" for polygon in shape for ring in polygon
    )
    outer = max((polygon[0] for polygon in shape), key=size)
    xs, ys = zip(*outer, strict=True)
    x, y = (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2
    # A slanting shape fills little of the box around it, and has as little room for words.
    wide, high = (size(outer) / max(max(each) - min(each), 1) for each in (ys, xs))
    return Area(place, d, round(x, 1), lines(place, wide, high, y))


def size(ring):
    """The area of a ring, by the shoelace formula."""
    return abs(sum(x * v - u * y for (x, y), (u, v) in pairwise([*ring, ring[0]]))) / 2


def lines(place, wide, high, y):
    """Name and figure, or the figure alone, as far as there is room."""
    name = place.filing.name.removesuffix("社区")
    if len(name) * EM <= wide and high >= 2 * LINE:
        return ((round(y - 2, 1), name), (round(y + LINE - 2, 1), place.said))
    return ((round(y + 5, 1), place.said),) if wide >= 2 * EM and high >= LINE else ()


def shapes_of(filings):
    """{unit pk: shape} of the boundaries there are."""
    return dict(
        Boundary.objects.filter(unit__in=[f.unit_id for f in filings]).values_list("unit", "shape")
    )


def keeps_boundaries(user, path):
    """Whether the person may send in boundaries here; no query."""
    return any(path.startswith(area) for area in user.paths(role=Role.REVIEWER))
