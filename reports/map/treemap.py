"""The treemap as geometry: a group for each unit below the area, a tile for each unit drawn."""

from dataclasses import dataclass
from itertools import groupby

from reports.map.squares import Rect, squarify

WIDTH, HEIGHT = 1000, 520
HEAD, MARGIN = 20, 2
EM, LINE, SMALL = 13, 16, 26  # size of type, height of a line, narrowest tile that takes a figure


@dataclass(frozen=True)
class Tile:
    """A unit's rectangle; `lines` are what fits in: (baseline, text)."""

    place: object
    rect: Rect
    lines: tuple

    @property
    def middle(self):
        return round(self.rect.x + self.rect.width / 2, 1)


@dataclass(frozen=True)
class Group:
    """What encloses the tiles of one unit; its name where there is room for it."""

    name: str
    rect: Rect
    tiles: tuple


def treemap(places, *, grouped):
    """[Group] of the places with residents; in groups by the unit below the area where `grouped`."""
    known = [place for place in places if place.residents]
    if not known:
        return []
    frame = Rect(0, 0, WIDTH, HEIGHT)
    if not grouped:
        return [Group("", frame, tiles(known, frame))]
    groups = [(group, list(found)) for group, found in by_group(known)]
    groups.sort(key=lambda pair: -people(pair[1]))
    rects = squarify([people(found) for _, found in groups], frame)
    return [
        enclosed(group, found, rect) for (group, found), rect in zip(groups, rects, strict=True)
    ]


def by_group(places):
    ordered = sorted(places, key=lambda place: (place.group.pk, -place.residents))
    return groupby(ordered, key=lambda place: place.group)


def people(places):
    return sum(place.residents for place in places)


def enclosed(group, places, rect):
    """A group with its name above the tiles, where it is large enough."""
    room = rect.width > len(group.name) * EM + 8 and rect.height > 3 * HEAD
    inside = rect.inside(top=HEAD if room else MARGIN, margin=MARGIN)
    return Group(group.name if room else "", rounded(rect), tiles(places, inside))


def tiles(places, rect):
    rects = squarify([place.residents for place in places], rect)
    return tuple(
        Tile(place, rounded(each), lines(place, each))
        for place, each in zip(places, rects, strict=True)
    )


def lines(place, rect):
    """Name and figure where both fit, the figure alone, or nothing: the table beside says it all."""
    name, y = place.filing.name.removesuffix("社区"), rect.y + rect.height / 2
    wide = rect.width > len(name) * EM + 8
    if wide and rect.height > 2 * LINE + 6:
        return ((round(y - 3, 1), name), (round(y + LINE - 2, 1), place.said))
    if rect.width > SMALL + 6 and rect.height > LINE + 2:
        return ((round(y + 5, 1), place.said),)
    return ()


def rounded(rect):
    return Rect(*(round(number, 1) for number in rect))
