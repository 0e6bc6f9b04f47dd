"""Reference rows, which curators keep: minerals, sources, rates."""

from institutions.constraints import Rule, Told

_HERE = "This stands in the registry already. Use the row that there is."

RULES: dict[str, Told] = {
    "deals_mineral_slug_key": Rule(_HERE, status=409, code="name_taken"),
    "listing_once": Rule(_HERE, status=409),
    "source_once": Rule(_HERE, status=409),
    "source_date_is_reduced_iso": Rule("Give the date as 2027, 2027-03 or 2027-03-31."),
    "fx_rate_once": Rule("This rate is loaded already. Leave it as it is.", status=409),
    "fx_rate_is_a_rate": Rule("A rate is above zero and below ten thousand million. Check it in its source."),
    "fx_rate_is_of_two_currencies": Rule("A rate is of two currencies. Name another one."),
}
