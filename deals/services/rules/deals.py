"""Deals with their tranches, roles and parties; and companies."""

from deals.lifecycle import NEXT_STEP, Requirement
from deals.services.deals import NameTaken
from deals.services.inviting import EndsBeforeItBegan, InvitedAlready, NamedAlready, NdaDatesWrong, PublishedDeal
from institutions.constraints import Known, Rule, Told

_MOVE = "move_not_allowed"

RULES: dict[str, Told] = {
    "deal_begins_early": Rule(
        "A deal is registered as a draft or in the market. Register it so, then move it.", "/status", code=_MOVE
    ),
    "deal_goes_its_way": Rule(
        "The deal does not go there from where it stands. See what may come next (GET …/transitions).",
        "/to",
        code=_MOVE,
    ),
    "deal_going_back_is_explained": Rule("Give the reason for going back.", "/reason", code="required"),
    "deal_has_a_borrower_before_documentation": Rule(NEXT_STEP[Requirement.BORROWER], "/borrower", code="required"),
    "deal_target_has_currency": Rule("Give the target with its currency.", "/target", code="required"),
    "deal_slug_once_per_owner": Rule.like(NameTaken, "This name is taken in your institution. Take another.", "/slug"),
    "tranche_name_once_per_deal": Rule.like(NameTaken, "This name is taken in the deal. Choose another.", "/name"),
    "tranche_amount_has_currency": Rule("Give an amount above zero with its currency.", "/amount", code="required"),
    "part_within_deal": Rule(
        "It is told no further than its deal. Choose a narrower level, or tell the deal further first.", "/level"
    ),
    "published_of_published": Known(PublishedDeal),
    # Who is in it.
    "deal_role_once": Rule.like(
        NamedAlready, "It has this role from that day already. Name another role or day, or leave it.", "/role"
    ),
    "role_ends_after_it_began": Rule.like(
        EndsBeforeItBegan, "A role ends after it began. Give the day on which it began, or a later one.", "/until"
    ),
    "party_once_at_a_time": Rule.like(
        InvitedAlready,
        "It was invited already. Have what waits for an approver decided, or keep the party that it is.",
        "/institution",
    ),
    "nda_needs_two_persons": Rule(
        "An NDA is recorded by two persons. Have an approver of your institution confirm it.", code="four_eyes"
    ),
    "nda_expires_after_it_was_signed": Known(NdaDatesWrong, "/nda_expires_on"),
    "ended_stays_ended": Rule("What has ended stays ended. Make a new one: an invitation, a role.", code="ended"),
    "saved_view_has_a_name": Rule("A view is found by its name. Give it one.", pointer="/name"),
}
