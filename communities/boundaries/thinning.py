"""Boundaries thinned to a grid: neighbours share corners, so that no gaps open between them."""

CELLS = 8_000  # across the whole file: a city of 80 km to 10 m


def thin_shapes(shapes):
    """Return the shapes ([polygons] each) on one grid, without points that tell nothing.

    Polygons that vanish are dropped.
    """
    step = grid_step(shapes)
    thinned = []
    for shape in shapes:
        polygons = [thin_polygon(polygon, step) for polygon in shape]
        thinned.append([polygon for polygon in polygons if polygon])
    return thinned


def grid_step(shapes):
    """Return the width of a grid cell: the larger extent of all points by CELLS, at least 1."""
    points = list(points_of(shapes))
    if not points:
        return 1
    easts, norths = zip(*points, strict=True)
    width, height = max(easts) - min(easts), max(norths) - min(norths)
    return max(1, max(width, height) // CELLS)


def points_of(shapes):
    for polygons in shapes:
        for rings in polygons:
            for ring in rings:
                yield from ring


def thin_polygon(polygon, step):
    """Return the outer ring and its holes; nothing where the outer one is smaller than the grid."""
    outer, *holes = [thin_ring(ring, step) for ring in polygon]
    if not outer:
        return []
    return [outer, *[hole for hole in holes if hole]]


def thin_ring(ring, step):
    kept = []
    for east, north in ring:
        point = [round(east / step) * step, round(north / step) * step]
        if kept and point == kept[-1]:
            continue
        while len(kept) > 1 and is_straight(kept[-2], kept[-1], point):
            kept.pop()
        kept.append(point)
    return kept if len(kept) > 3 else []


def is_straight(one, middle, other):
    """Return whether the middle point lies on the line between the others."""
    (east, north), (middle_east, middle_north), (far_east, far_north) = one, middle, other
    rise_after = (middle_east - east) * (far_north - middle_north)
    rise_before = (middle_north - north) * (far_east - middle_east)
    return rise_after == rise_before
