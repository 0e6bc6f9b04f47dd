"""What the constraints of the deals' tables mean to whoever ran into them."""

from deals.lifecycle import NEXT_STEP, Requirement
from deals.services.requirements import POINTERS
from institutions.api.conventions.database import RULES, Rule

RULES.update(
    {f"stage_requires_{r.value}": Rule("required", NEXT_STEP[r], POINTERS.get(r, "/to")) for r in Requirement}
    | {
        "money_in_minor_units": Rule(
            "too_many_decimals", "The amount has more decimals than its currency.", "/size/money/amount"
        ),
        "currency_is_iso4217": Rule(
            "unknown_currency", "This is not a currency of ISO 4217. Use a code such as USD.", "/size/money/currency"
        ),
        "size_is_known_or_unknown": Rule("required", "Give an amount above zero with its currency.", "/size/money"),
        "price_goes_no_further_than_the_lead": Rule(
            "price_too_far", "A price goes to the lead at most.", "/price/level"
        ),
        "part_within_size": Rule("part_within_size", "It is told no further than the size.", "/level"),
        "part_within_deal": Rule("part_within_deal", "It is told no further than its deal.", "/level"),
        "published_is_not_moved": Rule("published", "A published commitment is not moved."),
        "commitment_begins_indicative": Rule(
            "begins_indicative", "A commitment is registered at an indicative stage, then moved.", "/stage"
        ),
        "ended_is_not_moved": Rule("move_not_allowed", "It has ended and is not moved.", "/to"),
        "going_back_is_explained": Rule("required", "Give the reason for going back.", "/reason"),
        "deals_commitment_tranche_id_of_one_owner": Rule(
            "not_found", "There is no such object that you may see. Check the id.", "/tranche"
        ),
    }
)
