"""Whether a project's stage, dates, studies and makers agree with each other."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from deals.checks.seen import Check, SeenProject
from deals.money import figure

# In this order a project moves; the checks know no other stages.
WAY = (
    "early_exploration", "advanced_exploration", "scoping", "prefeasibility", "feasibility", "permitting",
    "construction", "commissioning", "operating",
)  # fmt: skip
STUDIES = {
    "scoping_study": "scoping",
    "prefeasibility_study": "prefeasibility",
    "feasibility_study": "feasibility",
    "bankable_feasibility_study": "feasibility",
}
# So far apart, two makers mean different things.
APART = 2


def _at_least(stage: str, least: str) -> bool:
    return stage in WAY and WAY.index(stage) >= WAY.index(least)


def _before(stage: str, limit: str) -> bool:
    return stage in WAY and WAY.index(stage) < WAY.index(limit)


def production_before_decision(seen: SeenProject) -> Iterator[str]:
    first, decided = seen.latest("first_production"), seen.latest("fid_date")
    if first and decided and first.day and decided.day and first.day < decided.day:
        names = {"first": first.day, "decided": decided.day}
        yield _("First production (%(first)s) comes before the final investment decision (%(decided)s).") % names


def production_is_past(seen: SeenProject) -> Iterator[str]:
    first = seen.latest("first_production")
    if first and first.day and first.day < seen.today and _before(seen.stage, "commissioning"):
        yield _("First production was to be on %(day)s, and the project is not being commissioned.") % {
            "day": first.day
        }


def operates_before_production(seen: SeenProject) -> Iterator[str]:
    first = seen.latest("first_production")
    if first and first.day and first.day > seen.today and seen.stage == "operating":
        yield _("The project operates, and first production is stated for %(day)s.") % {"day": first.day}


def decided_but_not_built(seen: SeenProject) -> Iterator[str]:
    decided = seen.latest("fid_date")
    if decided and decided.day and (seen.today - decided.day).days > 365 and _before(seen.stage, "construction"):
        yield _("The final investment decision was on %(day)s, more than a year ago, and nothing is being built.") % {
            "day": decided.day
        }


def built_before_decision(seen: SeenProject) -> Iterator[str]:
    decided = seen.latest("fid_date")
    if decided and decided.day and decided.day > seen.today and _at_least(seen.stage, "construction"):
        yield _("The project is being built, and its final investment decision is stated for %(day)s.") % {
            "day": decided.day
        }


def study_behind_stage(seen: SeenProject) -> Iterator[str]:
    study = seen.latest("study_type")
    reaches = STUDIES.get(study.text) if study else None
    if reaches and _before(reaches, "feasibility") and _at_least(seen.stage, "construction"):
        yield _("The project is being built on a study that is no feasibility study.")


def makers_disagree_on_stage(seen: SeenProject) -> Iterator[str]:
    stages = [fact for fact in seen.stated("development_stage") if fact.text in WAY]
    if len(stages) > 1:
        low = min(stages, key=lambda fact: WAY.index(fact.text))
        high = max(stages, key=lambda fact: WAY.index(fact.text))
        if WAY.index(high.text) - WAY.index(low.text) >= APART:
            names = {"one": low.by, "other": high.by}
            yield _("%(one)s and %(other)s state development stages that lie two or more steps apart.") % names


def makers_disagree_on_cost(seen: SeenProject) -> Iterator[str]:
    costs = [fact for fact in seen.stated("capex") if fact.money]
    for currency in sorted({fact.money.currency for fact in costs if fact.money}):
        same = [fact for fact in costs if fact.money and fact.money.currency == currency]
        low = min(same, key=lambda fact: fact.money.amount if fact.money else 0)
        high = max(same, key=lambda fact: fact.money.amount if fact.money else 0)
        if low.money and high.money and high.money.amount > low.money.amount * 5 / 4:
            names = {"low": figure(low.money), "one": low.by, "high": figure(high.money), "other": high.by}
            yield _("Capital cost is stated as %(low)s (%(one)s) and as %(high)s (%(other)s).") % names


def cost_is_old(seen: SeenProject) -> Iterator[str]:
    cost = seen.latest("capex")
    if cost and (seen.today - cost.as_of).days > 3 * 365 and _before(seen.stage, "commissioning"):
        yield _("The capital cost is of %(day)s, more than three years old.") % {"day": cost.as_of}


def no_mineral(seen: SeenProject) -> Iterator[str]:
    if not seen.minerals:
        yield _("It is not told what the project yields.")


def no_primary_mineral(seen: SeenProject) -> Iterator[str]:
    if seen.minerals and all(seen.minerals.values()):
        yield _("All that the project yields is a by-product.")


def no_chain_stage(seen: SeenProject) -> Iterator[str]:
    if not seen.chain_stages:
        yield _("The project's place in the supply chain is not told.")


def output_of_another_mineral(seen: SeenProject) -> Iterator[str]:
    for mineral in sorted({fact.mineral for fact in seen.stated("planned_output")} - seen.minerals.keys()):
        if seen.minerals and mineral:
            yield _("Output of %(mineral)s is planned, which the project is not said to yield.") % {"mineral": mineral}


def company_without_country(seen: SeenProject) -> Iterator[str]:
    for name in sorted(name for name, country in seen.companies if not country):
        yield _("The country of %(company)s is not told.") % {"company": name}


CHECKS = (
    Check("production_before_decision", production_before_decision),
    Check("production_is_past", production_is_past),
    Check("operates_before_production", operates_before_production),
    Check("decided_but_not_built", decided_but_not_built),
    Check("built_before_decision", built_before_decision),
    Check("study_behind_stage", study_behind_stage),
    Check("makers_disagree_on_stage", makers_disagree_on_stage),
    Check("makers_disagree_on_cost", makers_disagree_on_cost),
    Check("cost_is_old", cost_is_old),
    Check("no_mineral", no_mineral),
    Check("no_primary_mineral", no_primary_mineral),
    Check("no_chain_stage", no_chain_stage),
    Check("output_of_another_mineral", output_of_another_mineral),
    Check("company_without_country", company_without_country),
)
