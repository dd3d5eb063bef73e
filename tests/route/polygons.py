# SPDX-License-Identifier: Apache-2.0
"""Which constituency a point lies in by the polygons of the statistics office, and how deep.

TopoJSON: arcs are steps between whole numbers, rings are rows of arcs (~i = arc i backwards). The
polygons are simplified, so a point near a border says nothing; `depth` is what tells.
"""
import json
import math

METRES_A_DEGREE = 111320


def read(path, name):
    """{id: [[outer ring, hole …] …]} with rings of (lon, lat)."""
    with open(path, encoding="utf-8") as file:
        topology = json.load(file)
    scale, shift = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for steps in topology["arcs"]:
        x = y = 0
        arc = []
        for dx, dy in steps:
            x, y = x + dx, y + dy
            arc.append((x * scale[0] + shift[0], y * scale[1] + shift[1]))
        arcs.append(arc)

    def ring(row):
        points = []
        for i in row:
            arc = arcs[i] if i >= 0 else arcs[~i][::-1]
            points += arc[1:] if points else arc
        return points

    shapes = {}
    for shape in topology["objects"][name]["geometries"]:
        parts = shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]]
        shapes[shape["id"]] = [[ring(r) for r in part] for part in parts]
    return shapes


def is_in_ring(x, y, ring):
    is_in = False
    for (x1, y1), (x2, y2) in zip(ring, ring[1:]):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            is_in = not is_in
    return is_in


def shape_at(shapes, x, y):
    """The id of the one shape that holds the point, or None."""
    hits = [name for name, parts in shapes.items()
            if any(is_in_ring(x, y, part[0]) and not any(is_in_ring(x, y, hole) for hole in part[1:])
                   for part in parts)]
    return hits[0] if len(hits) == 1 else None


def depth(parts, x, y):
    """Metres to the nearest border of the shape."""
    wide = math.cos(math.radians(y)) * METRES_A_DEGREE
    least = math.inf
    for part in parts:
        for ring in part:
            for (x1, y1), (x2, y2) in zip(ring, ring[1:]):
                ax, ay = (x1 - x) * wide, (y1 - y) * METRES_A_DEGREE
                dx, dy = (x2 - x1) * wide, (y2 - y1) * METRES_A_DEGREE
                length = dx * dx + dy * dy
                at = 0 if length == 0 else max(0, min(1, -(ax * dx + ay * dy) / length))
                least = min(least, math.hypot(ax + at * dx, ay + at * dy))
    return least
