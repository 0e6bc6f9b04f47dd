"""How alike two projects are: by their names, their places and what they yield. Pure, and the same for every asker;
why, is said in the language that is active."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from math import asin, cos, radians, sin, sqrt
from uuid import UUID

from django.utils.translation import gettext as _

from deals.sentences.words import listed

# Words that say what a project is, not which.
_COMMON = frozenset(
    {"the", "of", "da", "de", "do", "del", "la", "le", "el", "mine", "mines", "mining", "project", "projet", "projekt"}
    | {"proyecto", "projeto", "plant", "refinery", "smelter", "deposit", "phase", "expansion", "ltd", "limited", "inc"}
    | {"corp", "plc", "pty", "sa", "ag", "gmbh", "co", "company"}
)
_EARTH_KM = 6371
NEAR_KM, SAME_PLACE_KM = 25, 5
ALIKE, CLOSE = 0.8, 0.4


@dataclass(frozen=True)
class Likeness:
    """What a project is recognised by; places in degrees (WGS 84), which are no money."""

    names: tuple[str, ...]
    country: str
    place: tuple[float, float] | None = None
    minerals: frozenset[UUID] = field(default=frozenset())


@dataclass(frozen=True)
class Found:
    """How alike two are, from 0 to 1, and why, in words."""

    score: float
    reasons: tuple[str, ...]


def compare(one: Likeness, other: Likeness, minerals: dict[UUID, str]) -> Found | None:
    """Why the two could be one project; None where nothing speaks for it. `minerals`: names for the reasons."""
    name = max((similar(a, b) for a in one.names for b in other.names), default=0.0)
    apart = distance(one.place, other.place) if one.place and other.place else None
    shared = one.minerals & other.minerals
    near = apart is not None and apart <= NEAR_KM
    here = apart is not None and apart <= SAME_PLACE_KM and (bool(shared) or name >= CLOSE)
    # A similar name far away is another project; without a place the minerals must speak for it.
    supported = near or (apart is None and bool(shared))
    if not (here or (name >= ALIKE and (apart is None or near)) or (name >= CLOSE and supported)):
        return None
    reasons = []
    if name >= CLOSE:
        reasons.append(_("the same name") if name == 1 else _("a similar name"))
    if apart is not None and near:
        far = _("%(distance)s km apart") % {"distance": f"{apart:.0f}"}
        reasons.append(_("less than 1 km apart") if apart < 1 else far)
    if shared:
        named = listed(sorted(minerals[key] for key in shared if key in minerals))
        reasons.append(_("both yield %(minerals)s") % {"minerals": named})
    closeness = 0.0 if apart is None else max(0.0, 1 - apart / NEAR_KM)
    return Found(round(0.6 * name + 0.25 * closeness + 0.15 * bool(shared), 6), tuple(reasons))


def similar(one: str, other: str) -> float:
    """0 to 1: the share of three-letter pieces that two names have in common, without accents and common words."""
    mine, theirs = _words(one), _words(other)
    if not mine or not theirs:
        return 0.0
    if mine == theirs:
        return 1.0
    pieces, others = _pieces(mine), _pieces(theirs)
    overlap = len(pieces & others) / len(pieces | others)
    # 'Nolans' is most of 'Nolans Bore'.
    within = set(mine) <= set(theirs) or set(theirs) <= set(mine)
    return max(overlap, 0.8) if within else overlap


def distance(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Kilometres along a great circle."""
    (lat, lon), (lat2, lon2) = (tuple(map(radians, place)) for place in (one, other))
    half = sin((lat2 - lat) / 2) ** 2 + cos(lat) * cos(lat2) * sin((lon2 - lon) / 2) ** 2
    return 2 * _EARTH_KM * asin(min(1.0, sqrt(half)))


def _words(name: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", name.casefold())
    letters = "".join(sign for sign in plain if not unicodedata.combining(sign))
    found = re.findall(r"\w+", letters)
    return [word for word in found if word not in _COMMON] or found


def _pieces(words: Iterable[str]) -> set[str]:
    return {padded[i : i + 3] for word in words for padded in [f"  {word} "] for i in range(len(padded) - 2)}
