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
class Outline:
    """One unit.

    `d` is its SVG path, `lines` what stands in it as (baseline, text), `x` the middle.
    """

    unit: object
    d: str
    x: float
    lines: tuple


@dataclass(frozen=True)
class Atlas:
    """The whole drawing; `missing` units have no boundary."""

    width: float
    height: float
    areas: tuple
    missing: int


def draw_atlas(units, shapes):
    """The Atlas of the MapUnits with a boundary ({unit pk: shape}); None where none has one."""
    drawn = [unit for unit in units if unit.filing.unit_id in shapes]
    if not drawn:
        return None
    drawn_shapes = [shapes[unit.filing.unit_id] for unit in drawn]
    projection = Projection(drawn_shapes)
    outlines = []
    for unit in drawn:
        shape = projection.project(shapes[unit.filing.unit_id])
        outlines.append(outline_of(unit, shape))
    missing = len(units) - len(drawn)
    return Atlas(projection.width, projection.height, tuple(outlines), missing)


class Projection:
    """Degrees to the drawing.

    A city is small enough to be flat, its degrees of longitude shortened by its latitude.
    """

    def __init__(self, shapes):
        xs, ys = [], []
        for shape in shapes:
            for x, y in shape_points(shape):
                xs.append(x)
                ys.append(y)
        self.west, self.north = min(xs), max(ys)
        middle = (max(ys) + min(ys)) / 2 / DEGREES
        self.squeeze = max(cos(radians(middle)), 0.01)
        wide = max((max(xs) - min(xs)) * self.squeeze, 1)
        high = max(max(ys) - min(ys), 1)
        self.scale = min((WIDTH - 2 * MARGIN) / wide, (HIGHEST - 2 * MARGIN) / high)
        self.width = round(wide * self.scale + 2 * MARGIN)
        self.height = round(high * self.scale + 2 * MARGIN)

    def project(self, shape):
        """A shape in points of the drawing."""
        projected = []
        for polygon in shape:
            projected.append([self.ring(ring) for ring in polygon])
        return projected

    def ring(self, ring):
        """Points of the drawing, one of those that fall together."""
        points = []
        for degrees in ring:
            point = self.point(*degrees)
            if not points or point != points[-1]:
                points.append(point)
        return points

    def point(self, x, y):
        """One point of the drawing, with one decimal."""
        right = (x - self.west) * self.squeeze * self.scale + MARGIN
        down = (self.north - y) * self.scale + MARGIN
        return round(right, 1), round(down, 1)


def shape_points(shape):
    """The points of all rings of a shape."""
    for polygon in shape:
        for ring in polygon:
            yield from ring


def outline_of(unit, shape):
    """The Outline of a unit, its words in the middle of its largest polygon."""
    outer_rings = [polygon[0] for polygon in shape]
    largest = max(outer_rings, key=ring_area)
    xs, ys = zip(*largest, strict=True)
    x, y = (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2
    # A slanting shape fills little of the box around it, and has as little room for words.
    surface = ring_area(largest)
    wide = surface / max(max(ys) - min(ys), 1)
    high = surface / max(max(xs) - min(xs), 1)
    return Outline(unit, svg_path(shape), round(x, 1), outline_lines(unit, wide, high, y))


def svg_path(shape):
    """The `d` of an SVG path around all rings of a shape."""
    parts = []
    for polygon in shape:
        for ring in polygon:
            points = "L".join(f"{x} {y}" for x, y in ring)
            parts.append(f"M{points}Z")
    return "".join(parts)


def ring_area(ring):
    """The area of a ring, by the shoelace formula."""
    twice = 0
    for (x, y), (next_x, next_y) in pairwise([*ring, ring[0]]):
        twice += x * next_y - next_x * y
    return abs(twice) / 2


def outline_lines(unit, wide, high, y):
    """(baseline, text) of name and figure, or of the figure alone, as far as there is room."""
    name = unit.short_name
    if len(name) * EM <= wide and high >= 2 * LINE:
        return ((round(y - 2, 1), name), (round(y + LINE - 2, 1), unit.rate_text))
    if wide >= 2 * EM and high >= LINE:
        return ((round(y + 5, 1), unit.rate_text),)
    return ()


def shapes_of(filings):
    """{unit pk: shape} of the boundaries there are."""
    boundaries = Boundary.objects.filter(unit__in=[filing.unit_id for filing in filings])
    return dict(boundaries.values_list("unit", "shape"))


def may_send_boundaries(user, path):
    """Whether the person may send in boundaries here; no query."""
    return any(path.startswith(area) for area in user.paths(role=Role.REVIEWER))
