"""Rule packs: from which share on a holding matters, and whose. Data (packs.toml), in versions with their first day."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

_FILE = Path(__file__).with_name("packs.toml")
_COUNTRY = re.compile(r"[A-Z]{2}")


class Concern(StrEnum):
    """Whose shares are looked at: of each holder alone; of the states named together; of all companies of them."""

    EACH = "each"
    STATES = "states"
    COMPANIES = "companies"


class PackError(ValueError):
    """A pack that is not one; says which, and what is wrong with it."""


@dataclass(frozen=True)
class Pack:
    """One version of a rule. `threshold` in percent, reached at it."""

    code: str
    version: str
    name: str
    since: date
    threshold: Decimal
    concern: Concern
    source: str
    url: str
    countries: tuple[str, ...] = ()
    counts_control: bool = True
    note: str = ""


def packs_on(day: date) -> list[Pack]:
    """Of each pack the version in force on that day, by code."""
    latest = {pack.code: pack for pack in sorted(all_packs(), key=lambda pack: pack.since) if pack.since <= day}
    return [latest[code] for code in sorted(latest)]


@cache
def all_packs() -> tuple[Pack, ...]:
    """Every version. Raises PackError."""
    return parsed(tomllib.loads(_FILE.read_text(), parse_float=Decimal))


def parsed(told: Mapping[str, Any]) -> tuple[Pack, ...]:
    """Packs as the file tells them. Raises PackError naming the first that is wrong."""
    found = tuple(_pack(dict(one)) for one in told.get("pack", ()))
    keys = [(pack.code, pack.since) for pack in found]
    if len(set(keys)) < len(keys):
        raise PackError("Two versions of one pack begin on one day.")
    return found


def _pack(told: dict[str, Any]) -> Pack:
    name = f"{told.get('code')} {told.get('version')}"
    try:
        told["threshold"] = Decimal(told["threshold"])
        told["concern"] = Concern(told["concern"])
        told["countries"] = tuple(told.get("countries", ()))
        pack = Pack(**told)
    except (KeyError, TypeError, ValueError, InvalidOperation) as wrong:
        raise PackError(f"{name}: {wrong}") from wrong
    if not 0 < pack.threshold <= 100:
        raise PackError(f"{name}: a share is above 0 and at most 100 percent")
    if (pack.concern is Concern.EACH) is bool(pack.countries):
        raise PackError(f"{name}: states and companies are of named countries, and each holder of any")
    if not all(_COUNTRY.fullmatch(country) for country in pack.countries):
        raise PackError(f"{name}: countries are ISO 3166-1 codes")
    if not isinstance(pack.since, date):
        raise PackError(f"{name}: its first day is a date")
    return pack
