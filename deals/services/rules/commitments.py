"""Commitments with their sizes, prices, steps, covers and shares; and what two persons approved of them."""

from deals.lifecycle import NEXT_STEP, deal_trigger, trigger
from deals.services.covers import CoversOneThing, MoreThanWhole
from deals.services.owning import ApprovedStands, BeyondCommitment, EndedStands, IsPublished, LinksStand, ToldStands
from deals.services.participations import NotAnothersLoan, SharesOnce
from deals.services.registering import RenewsAnother, ReplacesAnother
from deals.services.requirements import POINTERS, InFuture, SignedSize
from institutions.constraints import Known, Rule, Told

_MOVE = "move_not_allowed"
_LEVEL = "Choose a narrower level, or tell that further first."
# Where a status may go from here is at its own address.
_SEE = "See what may come next (GET …/transitions)."
_STAGES: dict[str, Told] = {
    f"{what}_requires_{r.value}": Rule(NEXT_STEP[r], POINTERS.get(r, "/to"), code="required")
    for what, held in (("stage", trigger.CONDITIONS), ("status", deal_trigger.CONDITIONS))
    for r in held
}

RULES: dict[str, Told] = _STAGES | {
    # Moving.
    "published_is_not_moved": Rule.like(
        IsPublished, "What is published stands as its source words it. Replace it with a row of your own (supersedes)."
    ),
    "commitment_begins_indicative": Rule(
        "A commitment is registered at an indicative stage. Register it so, then move it.",
        "/stage",
        code="begins_indicative",
    ),
    "step_has_come": Known(InFuture, "/on"),
    "move_is_written_down": Rule(
        "What is moved is written down as a step. Move it by its transitions (POST …/transitions).", "/to", code=_MOVE
    ),
    "step_was_taken": Rule(
        "A step tells what was taken with it. Move it by its transitions (POST …/transitions).", "/to", code=_MOVE
    ),
    "ended_is_not_moved": Rule(
        "It has ended and is not moved. Take it up with a new commitment (renews).", "/to", code=_MOVE
    ),
    "ended_stands": Known(EndedStands),
    "going_back_is_explained": Rule("Give the reason for going back.", "/reason", code="required"),
    "signed_is_not_unsigned": Rule(f"What is signed is cancelled, never un-signed. {_SEE}", "/to", code=_MOVE),
    "lapses_by_its_date": Rule(
        "It lapses by itself, after its last day. Withdraw it to end it sooner.", "/to", code=_MOVE
    ),
    "renews_what_lapsed": Known(RenewsAnother, "/renews"),
    "replaces_published": Rule.like(
        ReplacesAnother,
        "Only a published row, about your own institution, is replaced. Name such a one, or none.",
        "/supersedes",
    ),
    "commitment_is_registered_by_its_institution": Rule(
        "A commitment is registered by its own institution. Register your own.", status=403
    ),
    "deals_commitment_tranche_id_of_one_owner": Rule(
        "There is no such object that you may see. Check the id.", "/tranche", code="not_found"
    ),
    # What two persons saw.
    "approved_facts_stand": Rule.like(ApprovedStands, "Two persons approved it: move it with the new facts."),
    "approved_size_stands": Rule.like(ApprovedStands, "Two persons approved its size: move it with another.", "/size"),
    "approved_price_stands": Rule.like(
        ApprovedStands,
        "Two persons approved its price: another takes effect when an approver confirms it (PATCH /commitments/…).",
        "/price",
    ),
    "approved_links_stand": Known(LinksStand),
    "told_words_stand": Known(ToldStands),
    "told_size_stands": Known(ToldStands, "/size"),
    # Sizes and prices.
    "size_follows_ledger": Known(SignedSize, "/size"),
    "size_is_known_or_unknown": Rule(
        "Give an amount above zero with its currency, or say that it is unknown.", "/size", code="required"
    ),
    "size_is_stated_once": Rule(
        "A size is its own or promised together with others. Give the one or the other.", "/size"
    ),
    "deals_size_commitment_id_key": Rule(
        "Its size is stated already. Change that one (PATCH /commitments/…).", "/size", 409, "stated_already"
    ),
    "deals_price_commitment_id_key": Rule(
        "Its price is stated already. Change that one (PATCH /commitments/…).", "/price", 409, "stated_already"
    ),
    "joint_amount_is_known": Rule("Give the amount that was promised together, above zero, with its currency."),
    "price_goes_no_further_than_the_lead": Rule(
        "A price goes to the lead at most. Choose 'lead' or 'own'.", "/price/level", code="price_too_far"
    ),
    "step_reason_stays_own": Rule("A reason stays with your institution. Leave its level at 'own'.", "/level"),
    "part_within_commitment": Rule.like(
        BeyondCommitment, f"It is told no further than each commitment that it is about. {_LEVEL}", "/level"
    ),
    "part_within_size": Rule(f"It is told no further than the size. {_LEVEL}", "/level"),
    # Covers and shares.
    "covers_at_most_whole": Known(MoreThanWhole),
    "cover_is_at_most_whole": Rule("A cover protects 0 to 100 % against each risk. Give a percentage between them."),
    "cover_names_what_it_covers": Known(CoversOneThing),
    "cover_amount_has_currency": Rule("Give an amount above zero with its currency, or none."),
    "deals_participation_commitment_id_key": Known(SharesOnce),
    "participation_is_in_anothers_loan": Known(NotAnothersLoan, "/lender"),
}
