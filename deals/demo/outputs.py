"""What published projects plan to yield, read from the words of their sources (projects.csv, annual_output_text).

Only what names a mineral, a figure a year and what it is counted as, or plainly does not tell the last ('' then: a
concentrate, a hydroxide that may or may not hold water). Ranges, totals over a life, equivalents and feeds are left to
the words.
"""

from dataclasses import dataclass
from decimal import Decimal

from deals.concentration.forms import CONTAINED, RARE_EARTH_OXIDE


@dataclass(frozen=True)
class Output:
    """Tonnes a year."""

    mineral: str
    tonnes: Decimal
    form: str = CONTAINED


def _of(mineral: str, tonnes: int, form: str = CONTAINED) -> Output:
    return Output(mineral, Decimal(tonnes), form)


OUTPUTS: dict[str, tuple[Output, ...]] = {
    "nolans": (_of("rare-earths", 4400, RARE_EARTH_OXIDE),),
    "eneabba-refinery": (_of("rare-earths", 23000, RARE_EARTH_OXIDE),),
    "kathleen-valley": (_of("lithium", 500000, ""),),
    "siviour": (_of("graphite", 150000),),
    "wagerup-gallium": (_of("gallium", 100),),
    "balama": (_of("graphite", 350000),),
    "vidalia": (_of("graphite", 11250),),
    "keliber": (_of("lithium", 15000, ""),),
    "lionheart": (_of("lithium", 24000, "lithium_hydroxide_monohydrate"),),
    "matawinie": (_of("graphite", 106000),),
    "becancour-anode": (_of("graphite", 44000),),
    "rincon": (_of("lithium", 60000, "lithium_carbonate"),),
    "thacker-pass": (_of("lithium", 40000, "lithium_carbonate"),),
    "idaho-cobalt": (_of("cobalt", 1915), _of("copper", 2900)),
    "sao-miguel-paulista": (_of("nickel", 10000), _of("cobalt", 2000)),
    "pela-ema": (_of("rare-earths", 6500, RARE_EARTH_OXIDE),),
    "piaui-nickel": (_of("nickel", 27000), _of("cobalt", 900)),
    "longonjo": (_of("rare-earths", 20000, ""),),
    "caremag-lacq": (_of("rare-earths", 1400, RARE_EARTH_OXIDE),),
    "vittangi": (_of("graphite", 19500),),
    "centinela-second-concentrator": (_of("copper", 144000),),
    "mantoverde-mvdp": (_of("copper", 110000),),
    "reko-diq": (_of("copper", 200000),),
    "gwangyang-lithium": (_of("lithium", 43000, ""),),
}
