"""Annual returns, and the sums over them."""

from deals.services.returns import ReturnWaits, TooMuch, YearNotOver
from institutions.constraints import Known, Rule, Told
from institutions.refusals import Stale

_AS_COUNTED = "The registry sums returns itself. Publish a sum, and leave what it counted and told alone."

RULES: dict[str, Told] = {
    "annual_return_level_is_known": Rule(
        "A return is told to 'own', 'network' or 'public'. Name one of these.", "/level"
    ),
    "annual_return_year_is_a_year": Rule("Name a year from 2000 on that has ended.", "/year"),
    "annual_return_year_has_ended": Known(YearNotOver, "/year"),
    "annual_return_version_once": Rule.like(
        Stale, "Your institution prepared a return of this year at the same time. Read it and repeat your change."
    ),
    "annual_return_waits_once": Known(ReturnWaits),
    "annual_return_adjustments_are_sound": Rule(
        "Give each adjustment a side (money or cover), a currency, an amount in its minor units that is not zero, and "
        "a reason of at most 300 letters; at most one for each side and currency, and 20 in all.",
        "/adjustments",
    ),
    "annual_return_is_no_slip": Known(TooMuch, "/adjustments"),
    "return_sum_stays": Rule("What was published stays. Publish the year's sum anew.", status=409),
    "return_sum_year_has_ended": Known(YearNotOver, "/year"),
    "return_sum_of_a_present_network": Rule(
        "This network has ended. Publish the sum of its successor, which counts its returns as well.", "/network"
    ),
    "return_count_side_is_known": Rule(_AS_COUNTED, status=409),
    "return_count_once": Rule(_AS_COUNTED, status=409),
    "return_line_side_is_known": Rule(_AS_COUNTED, status=409),
    "return_line_is_told_or_withheld": Rule(_AS_COUNTED, status=409),
    "return_line_once": Rule(_AS_COUNTED, status=409),
}
