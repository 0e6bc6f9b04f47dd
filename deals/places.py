"""Where a place lies on the picture of the world: degrees to units of the drawing, each degree as long as any other.

The picture ends at 84° north and 60° south: there is no project beyond.
"""

from decimal import Decimal

WIDTH, HEIGHT = 1000, 400
_NORTH = 84
_PER_DEGREE = WIDTH / 360


def across(longitude: float | Decimal) -> float:
    """Units from the left."""
    return round((float(longitude) + 180) * _PER_DEGREE, 1)


def down(latitude: float | Decimal) -> float:
    """Units from the top."""
    return round((_NORTH - float(latitude)) * _PER_DEGREE, 1)
