"""Conditions precedent and what they wait for; warnings of what runs out."""

from deals.services.conditions import (
    DecidedOnce,
    InFuture,
    NoEvidence,
    NoReason,
    NothingPrecedes,
    OfTheRegistrar,
    Stands,
    StillOpen,
    ToldTooFar,
)
from institutions.constraints import Known, Rule, Told

_CLOCK = Rule("Warnings are made by the clock alone. Change the day that one warns of.")
_FURTHER = "Choose a narrower level, or tell that further first."

RULES: dict[str, Told] = {
    "condition_of_offtake_is_a_share": Rule(
        "Give a share above 0 and at most 100 percent, for a condition about offtake alone.", "/least_offtake"
    ),
    "condition_says_what": Rule("Say what has to happen first.", "/text", code="required"),
    "condition_begins_open": Rule("A condition begins open. Add it, then decide it (POST …/transitions)."),
    "condition_of_the_deal_is_its_registrars": Rule.like(
        OfTheRegistrar, "A condition of the deal itself is kept by its registrar. Name your own commitment.", "/deal"
    ),
    "condition_is_precedent": Rule.like(
        NothingPrecedes,
        "Nothing is precedent to what is effective or has ended. What is effective steps back to 'signed' first.",
        "/commitment",
    ),
    "condition_needs_four_eyes": Rule(
        "To what two persons approved a condition is added by two. Have an approver of your institution confirm it.",
        code="four_eyes",
    ),
    "condition_reopens_a_decided_one": Known(StillOpen, "/reopens"),
    "condition_is_decided_once": Rule.like(
        DecidedOnce, "It was decided already, and that stands. Add a new condition that reopens this one."
    ),
    "condition_decided_by_today": Known(InFuture, "/on"),
    "condition_decided_with_its_day": Rule("Give the day with the decision, and neither of what is open.", "/on"),
    "condition_satisfied_with_evidence": Known(NoEvidence, "/evidence"),
    "condition_waived_with_reason": Known(NoReason, "/reason"),
    "approved_condition_stands": Known(Stands),
    "shared_condition_stands": Rule.like(
        Stands, "A condition of the deal stands as it was worded: lenders name it. Have it waived, and add another."
    ),
    "waiver_needs_four_eyes": Rule(
        "Waiving this condition needs two persons. Have an approver of your institution confirm it.", "/to"
    ),
    "part_within_condition": Rule.like(
        ToldTooFar, f"What it waits for is told no further than the condition. {_FURTHER}", "/level"
    ),
    "dependency_within_what_it_names": Rule.like(
        ToldTooFar, f"It is told no further than what it waits for. {_FURTHER}", "/level"
    ),
    "dependency_names_one_thing": Rule(
        "Name a commitment and the stage that it has to reach, or a condition of the deal (shared).", "/waits_for"
    ),
    "dependency_once": Rule("It waits for the same thing twice. Name it once.", "/waits_for", code="repeated"),
    "dependency_is_on_another": Rule(
        "A condition waits for another, not itself. Name another.", "/waits_for", code="waits_for_itself"
    ),
    "shared_condition_is_the_deals": Rule(
        "What lenders share is a condition of the deal itself. Name such a one.", "/waits_for"
    ),
    **{
        f"deals_dependency_{what}_and_deal": Rule(
            "There is no such object in this deal that you may see. Check the id.", "/waits_for", code="not_found"
        )
        for what in ("awaited", "shared")
    },
    "expiry_notice_by_the_clock": _CLOCK,
    "expiry_notice_once": _CLOCK,
    "expiry_notice_is_of_something": _CLOCK,
}
