"""Squarified treemap (Bruls, Huizing, van Wijk 2000): rectangles of given areas, as near to squares as they come."""

from typing import NamedTuple


class Rect(NamedTuple):
    x: float
    y: float
    width: float
    height: float

    def inside(self, *, top=0.0, margin=0.0):
        """What is left for the parts below a head of `top` within a margin."""
        width, height = self.width - 2 * margin, self.height - top - margin
        return Rect(self.x + margin, self.y + top, max(width, 0), max(height, 0))


def squarify(sizes, rect):
    """A rectangle for each size, in their order; sizes are positive and best come from large to small."""
    total, area, made = sum(sizes), rect.width * rect.height, []
    if not total or not area:
        return [Rect(rect.x, rect.y, 0, 0) for _ in sizes]
    rest, row = [size * area / total for size in sizes], []
    while rest:
        side = min(rect.width, rect.height)
        if not row or worst([*row, rest[0]], side) <= worst(row, side):
            row.append(rest.pop(0))
            continue
        placed, rect = lay(row, rect)
        made, row = made + placed, []
    return made + lay(row, rect)[0]


def worst(row, side):
    """The longest shape of a row laid along a side: 1 is a square."""
    total = sum(row)
    return max(side * side * max(row) / (total * total), total * total / (side * side * min(row)))


def lay(row, rect):
    """(rectangles of the row along the shorter side, what is left)."""
    total, x, y, made = sum(row), rect.x, rect.y, []
    if rect.width >= rect.height:
        width = total / rect.height if rect.height else 0
        for size in row:
            made.append(Rect(x, y, width, size / width if width else 0))
            y += made[-1].height
        return made, Rect(rect.x + width, rect.y, max(rect.width - width, 0), rect.height)
    height = total / rect.width if rect.width else 0
    for size in row:
        made.append(Rect(x, y, size / height if height else 0, height))
        x += made[-1].width
    return made, Rect(rect.x, rect.y + height, rect.width, max(rect.height - height, 0))
