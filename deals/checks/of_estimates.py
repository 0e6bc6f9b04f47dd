"""Whether resources, reserves, output and mine life agree with each other."""

from collections.abc import Iterator
from decimal import Decimal

from django.utils.translation import gettext as _

from deals.checks.seen import Check, SeenProject, Stated

TONNES = {"t": Decimal(1), "kt": Decimal(1000), "mt": Decimal(1_000_000)}
A_YEAR = {"kg_per_year": Decimal("0.001"), "t_per_year": Decimal(1), "kt_per_year": Decimal(1000),
          "mt_per_year": Decimal(1_000_000)}  # fmt: skip
# What a class of reserve is made from, at the least.
PERMITS = {
    "proved": {"measured", "measured_and_indicated", "total"},
    "probable": {"measured", "indicated", "measured_and_indicated", "total"},
    "total": {"measured", "indicated", "measured_and_indicated", "total"},
}


def _tonnes(fact: Stated) -> Decimal | None:
    return fact.number * TONNES[fact.unit] if fact.number is not None and fact.unit in TONNES else None


def reserve_without_resource(seen: SeenProject) -> Iterator[str]:
    """A reserve is what of a resource can be mined: where resources are told at all, one of them must permit it."""
    for mineral in sorted({fact.mineral for fact in seen.stated("reserve")}):
        classes = {fact.category for fact in seen.stated("resource") if fact.mineral == mineral}
        for fact in seen.stated("reserve"):
            if fact.mineral == mineral and classes and not classes & PERMITS[fact.category]:
                yield _("A reserve is stated, and of the resource only what permits none.")
                break


def reserve_beyond_resource(seen: SeenProject) -> Iterator[str]:
    for fact in seen.stated("reserve"):
        amount = _tonnes(fact)
        known = [_tonnes(each) for each in seen.stated("resource") if each.mineral == fact.mineral]
        held = [tonnes for tonnes in known if tonnes is not None]
        if amount is not None and held and len(held) == len(known) and amount > sum(held):
            names = {"reserve": f"{amount.normalize():,f}", "resource": f"{sum(held, Decimal(0)).normalize():,f}"}
            yield _("The reserve (%(reserve)s t) is larger than all of the resource (%(resource)s t).") % names


def output_beyond_reserve(seen: SeenProject) -> Iterator[str]:
    """What is to be mined over the mine's life, in ore or metal, is never more than the ore in the reserve."""
    life = seen.latest("mine_life")
    if life is None or life.number is None:
        return
    for output in seen.stated("planned_output"):
        if output.number is None or output.unit not in A_YEAR:
            continue
        whole = output.number * A_YEAR[output.unit] * life.number
        reserves = [_tonnes(each) for each in seen.stated("reserve") if each.mineral == output.mineral]
        held = [tonnes for tonnes in reserves if tonnes is not None]
        if held and whole > sum(held):
            names = {"years": f"{life.number.normalize():f}", "mineral": output.mineral}
            yield _("%(mineral)s: planned output over %(years)s years is more than the whole reserve.") % names


def estimate_without_person(seen: SeenProject) -> Iterator[str]:
    nameless = [f for code in ("resource", "reserve") for f in seen.stated(code) if not f.competent_person]
    for by in sorted({fact.by for fact in nameless}):
        yield _("An estimate of %(institution)s names no competent person.") % {"institution": by}


def life_without_reserve(seen: SeenProject) -> Iterator[str]:
    if seen.latest("mine_life") and seen.stated("resource") and not seen.stated("reserve"):
        yield _("A mine life is stated, and no reserve that would last for it.")


CHECKS = (
    Check("reserve_without_resource", reserve_without_resource),
    Check("reserve_beyond_resource", reserve_beyond_resource),
    Check("output_beyond_reserve", output_beyond_reserve),
    Check("estimate_without_person", estimate_without_person),
    Check("life_without_reserve", life_without_reserve),
)
