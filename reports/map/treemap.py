"""The treemap as geometry: a group for each unit below the area, a tile for each unit drawn."""

from dataclasses import dataclass

from reports.map.squares import Rect, squarify

WIDTH, HEIGHT = 1000, 520
HEAD, MARGIN = 20, 2
EM, LINE, SMALL = 13, 16, 26  # size of type, height of a line, narrowest tile that takes a figure


@dataclass(frozen=True)
class Tile:
    """A unit's rectangle; `lines` are what fits in: (baseline, text)."""

    unit: object
    rect: Rect
    lines: tuple

    @property
    def middle(self):
        return round(self.rect.x + self.rect.width / 2, 1)


@dataclass(frozen=True)
class TileGroup:
    """What encloses the tiles of one unit; its name where there is room for it."""

    name: str
    rect: Rect
    tiles: tuple


def draw_treemap(units, *, grouped):
    """[TileGroup] of the MapUnits with residents.

    One for each unit below the area where `grouped`.
    """
    known = [unit for unit in units if unit.residents]
    if not known:
        return []
    whole = Rect(0, 0, WIDTH, HEIGHT)
    if not grouped:
        return [TileGroup("", whole, draw_tiles(known, whole))]
    groups = largest_groups_first(known)
    sizes = [residents_of(units) for _, units in groups]
    drawn = []
    for (group, units), rect in zip(groups, squarify(sizes, whole), strict=True):
        drawn.append(draw_group(group, units, rect))
    return drawn


def largest_groups_first(units):
    """[(group, its units)], the most residents first in both."""
    by_group = {}
    for unit in sorted(units, key=lambda unit: (unit.group.pk, -unit.residents)):
        by_group.setdefault(unit.group, []).append(unit)
    return sorted(by_group.items(), key=lambda pair: -residents_of(pair[1]))


def residents_of(units):
    """How many people live in all of these units."""
    return sum(unit.residents for unit in units)


def draw_group(group, units, rect):
    """A TileGroup with its name above the tiles, where it is large enough."""
    has_room = rect.width > len(group.name) * EM + 8 and rect.height > 3 * HEAD
    name = group.name if has_room else ""
    inside = rect.inside(top=HEAD if has_room else MARGIN, margin=MARGIN)
    return TileGroup(name, rounded_rect(rect), draw_tiles(units, inside))


def draw_tiles(units, rect):
    """A Tile for each unit, which together fill the rectangle."""
    rects = squarify([unit.residents for unit in units], rect)
    tiles = []
    for unit, each in zip(units, rects, strict=True):
        tiles.append(Tile(unit, rounded_rect(each), tile_lines(unit, each)))
    return tuple(tiles)


def tile_lines(unit, rect):
    """(baseline, text) of name and figure where both fit, of the figure alone, or nothing.

    The table beside says it all.
    """
    name = unit.short_name
    middle = rect.y + rect.height / 2
    fits = rect.width > len(name) * EM + 8
    if fits and rect.height > 2 * LINE + 6:
        return ((round(middle - 3, 1), name), (round(middle + LINE - 2, 1), unit.rate_text))
    if rect.width > SMALL + 6 and rect.height > LINE + 2:
        return ((round(middle + 5, 1), unit.rate_text),)
    return ()


def rounded_rect(rect):
    """The rectangle with one decimal."""
    return Rect(*(round(number, 1) for number in rect))
