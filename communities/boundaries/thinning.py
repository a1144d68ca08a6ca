"""Boundaries thinned to a grid: neighbours share their corners, so that no gaps open between them."""

CELLS = 8_000  # across the whole file: a city of 80 km to 10 m


def thin_shapes(shapes):
    """The shapes ([polygons] each) on one grid, points that tell nothing left out; rings that vanish are dropped."""
    step = grid_step(shapes)
    return [
        [made for polygon in shape if (made := thin_polygon(polygon, step))] for shape in shapes
    ]


def grid_step(shapes):
    points = [point for shape in shapes for polygon in shape for ring in polygon for point in ring]
    if not points:
        return 1
    xs, ys = zip(*points, strict=True)
    return max(1, max(max(xs) - min(xs), max(ys) - min(ys)) // CELLS)


def thin_polygon(polygon, step):
    """The outer ring and its holes; nothing where the outer one is smaller than the grid."""
    made = [thin_ring(ring, step) for ring in polygon]
    return [ring for ring in made if ring] if made[0] else []


def thin_ring(ring, step):
    kept = []
    for x, y in ring:
        point = [round(x / step) * step, round(y / step) * step]
        if not kept or point != kept[-1]:
            while len(kept) > 1 and is_straight(kept[-2], kept[-1], point):
                kept.pop()
            kept.append(point)
    return kept if len(kept) > 3 else []


def is_straight(one, middle, other):
    """Whether the middle point lies on the line between the others."""
    return (middle[0] - one[0]) * (other[1] - middle[1]) == (middle[1] - one[1]) * (
        other[0] - middle[0]
    )
