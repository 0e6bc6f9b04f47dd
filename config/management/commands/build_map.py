"""`manage.py build_map FILE` draws config/static/orebook/world.svg from a topology of countries."""

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from deals.places import HEIGHT, WIDTH, across, down

PICTURE = Path(__file__).resolve().parents[2] / "static" / "orebook" / "world.svg"
# What is drawn no larger than this many units of the picture is no outline but a speck.
LEAST = 1.0
Ring = list[tuple[float, float]]


class Command(BaseCommand):
    help = "Draw the world's outlines from a TopoJSON of countries (config/static/orebook/README.md says which)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        path = "".join(_drawn(ring) for ring in _rings(json.loads(file.read_text())) if _is_seen(ring))
        size = f'viewBox="0 0 {WIDTH} {HEIGHT}"'
        PICTURE.write_text(f'<svg xmlns="http://www.w3.org/2000/svg" {size}><path id="land" d="{path}"/></svg>\n')
        self.stdout.write(f"{PICTURE.name}: {len(path) // 1000} kB")


def _rings(topology: dict[str, Any]) -> Iterator[Ring]:
    """Every ring of every country, in units of the picture."""
    scale, move = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        steps = accumulate(arc, lambda a, b: (a[0] + b[0], a[1] + b[1]))
        arcs.append([(across(x * scale[0] + move[0]), down(y * scale[1] + move[1])) for x, y in steps])
    for country in topology["objects"]["countries"]["geometries"]:
        held = country.get("arcs", [])
        for polygon in held if country["type"] == "MultiPolygon" else [held]:
            for ring in polygon:
                # A negative number is an arc that is walked the other way.
                yield [point for n in ring for point in (arcs[n] if n >= 0 else arcs[~n][::-1])]


def _is_seen(ring: Ring) -> bool:
    xs, ys = [x for x, _ in ring], [y for _, y in ring]
    return max(max(xs) - min(xs), max(ys) - min(ys)) >= LEAST and min(ys) < HEIGHT


def _drawn(ring: Ring) -> str:
    """The ring, in pieces where it goes on at the other edge of the picture."""
    said, before = "", (0.0, 0.0)
    for place in ring:
        if not said or abs(place[0] - before[0]) > WIDTH / 2:
            said += f"{'Z' if said else ''}M{place[0]:.1f} {place[1]:.1f}"
        elif place != before:
            said += f"L{place[0]:.1f} {place[1]:.1f}"
        before = place
    return f"{said}Z"
