"""Squarified treemap (Bruls, Huizing, van Wijk 2000).

Rectangles of given areas, as near to squares as they come.
"""

from typing import NamedTuple


class Rect(NamedTuple):
    x: float
    y: float
    width: float
    height: float

    @property
    def swapped(self):
        """The rectangle mirrored on the diagonal."""
        return Rect(self.y, self.x, self.height, self.width)

    def inside(self, *, top=0.0, margin=0.0):
        """What is left for the parts below a head of `top` within a margin."""
        width, height = self.width - 2 * margin, self.height - top - margin
        return Rect(self.x + margin, self.y + top, max(width, 0), max(height, 0))


def squarify(sizes, rect):
    """A rectangle for each size, in their order.

    Sizes are positive and best come from large to small.
    """
    total, area = sum(sizes), rect.width * rect.height
    if not total or not area:
        return [Rect(rect.x, rect.y, 0, 0) for _ in sizes]
    placed, row = [], []
    rest = [size * area / total for size in sizes]
    while rest:
        side = min(rect.width, rect.height)
        if not row or worst_shape([*row, rest[0]], side) <= worst_shape(row, side):
            row.append(rest.pop(0))
            continue
        rects, rect = lay_row(row, rect)
        placed += rects
        row = []
    rects, _ = lay_row(row, rect)
    return placed + rects


def worst_shape(row, side):
    """The longest shape of a row laid along a side: 1 is a square."""
    total = sum(row)
    length, total = side * side, total * total
    return max(length * max(row) / total, total / (length * min(row)))


def lay_row(row, rect):
    """(rectangles of the row along the shorter side, what is left)."""
    if rect.width >= rect.height:
        return lay_column(row, rect)
    # A row on top is a column on the left with the sides swapped.
    rects, rest = lay_column(row, rect.swapped)
    return [each.swapped for each in rects], rest.swapped


def lay_column(row, rect):
    """(rectangles of the row one below another on the left, what is left)."""
    width = other_side(sum(row), rect.height)
    rects, y = [], rect.y
    for size in row:
        height = other_side(size, width)
        rects.append(Rect(rect.x, y, width, height))
        y += height
    rest = Rect(rect.x + width, rect.y, max(rect.width - width, 0), rect.height)
    return rects, rest


def other_side(size, side):
    """The other side of a rectangle; 0 where it has none."""
    return size / side if side else 0
