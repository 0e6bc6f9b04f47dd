"""The book status and teasers."""

from deals.services.book_status import NoTarget, StepStands
from deals.services.teasers import EndsInThePast, NoCodeName, NotOfTheNetwork
from institutions.constraints import Known, Rule, Told

_AS_COUNTED = "The registry counts a book status itself. Publish it, and leave its lines alone."

RULES: dict[str, Told] = {
    "book_has_a_target": Known(NoTarget, "/target"),
    "book_keeps_its_step": Rule.like(
        StepStands, "This deal's book status is told in another step, which stays. Leave the step out.", "/step"
    ),
    "book_line_of_its_status": Rule(_AS_COUNTED, status=409),
    "book_line_once": Rule(_AS_COUNTED, status=409),
    "book_line_is_told_or_withheld": Rule(_AS_COUNTED, status=409),
    "book_line_goes_to_another": Rule("The lead sees the book itself. Publish it to the parties.", "/institution"),
    "book_line_goes_to_a_party": Rule(
        "A book status goes to parties whose NDA is in force. Record the NDA, then publish it anew.", "/institution"
    ),
    "teaser_goes_to_another": Known(NotOfTheNetwork, "/to"),
    "teaser_has_a_code_name": Known(NoCodeName, "/code_name"),
    "teaser_ends_in_time": Known(EndsInThePast, "/until"),
    "teaser_is_not_prolonged": Rule("A teaser is ended earlier, not later. Release another one.", "/until"),
    "teaser_as_its_deal": Rule(
        "A teaser holds its deal's code name, and its target or none. Read the deal again, then release it anew.",
        status=409,
    ),
    "teaser_target_has_currency": Rule("A target is above zero and has a currency. Leave both out, or give both."),
    "deals_teaserorigin_teaser_id_key": Rule("This teaser is of a deal already. Release another one.", status=409),
}
