"""What the constraints of the deals' tables mean to whoever ran into them."""

from deals.lifecycle import NEXT_STEP, Requirement
from deals.services.allocating import LineClosed
from deals.services.covers import MoreThanWhole
from deals.services.requirements import POINTERS
from institutions.api.conventions.database import Rule, tell_of

tell_of(
    {
        f"{what}_requires_{r.value}": Rule("required", NEXT_STEP[r], POINTERS.get(r, "/to"))
        for what in ("stage", "status")
        for r in Requirement
    }
    | {
        "approval_void": Rule(
            "approval_void", "What was prepared has changed since. Have it prepared again.", status=409
        ),
        "approved_links_stand": Rule(
            "approved_stands",
            "Two persons approved what it protects, shares in and waits for. Step back first.",
            status=409,
        ),
        "told_words_stand": Rule(
            "told_stands",
            "It is told beyond the lead: narrow it first, change it, then have it told again.",
            status=409,
        ),
        "two_persons_needed": Rule("four_eyes", "It takes effect when another person of your institution confirms it."),
        "prepared_stays_own": Rule("four_eyes", "What is prepared is told to nobody until it is confirmed.", "/level"),
        "state_is_decided_once": Rule("already_decided", "This was decided already."),
        "nda_needs_two_persons": Rule("four_eyes", "An NDA is recorded when another person confirms it."),
        "ended_stays_ended": Rule("ended", "Who left is let in again by a new invitation."),
        "approved_facts_stand": Rule("approved_stands", "Two persons approved it: move it with the new facts."),
        "approved_size_stands": Rule(
            "approved_stands", "Two persons approved its size: move it with another.", "/size"
        ),
        "approved_price_stands": Rule(
            "approved_stands",
            "Two persons approved its price: another takes effect when an approver confirms it.",
            "/price",
        ),
        "signed_is_not_unsigned": Rule("move_not_allowed", "What is signed is cancelled, never un-signed.", "/to"),
        "deal_begins_early": Rule("move_not_allowed", "A deal is registered as a draft or in the market.", "/status"),
        "deal_goes_its_way": Rule("move_not_allowed", "The deal does not go there from where it stands.", "/to"),
        "deal_going_back_is_explained": Rule("required", "Give the reason for going back.", "/reason"),
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
        "covers_at_most_whole": Rule(MoreThanWhole.code, MoreThanWhole.says),
        "part_within_size": Rule("part_within_size", "It is told no further than the size.", "/level"),
        "part_within_commitment": Rule(
            "part_within_commitment", "It is told no further than each commitment that it is about.", "/level"
        ),
        "part_within_deal": Rule("part_within_deal", "It is told no further than its deal.", "/level"),
        "waiver_needs_four_eyes": Rule(
            "waiver_needs_four_eyes", "Waiving a condition needs an approver of your institution.", "/to"
        ),
        "condition_is_decided_once": Rule("condition_decided", "It was decided already.", status=409),
        "condition_is_precedent": Rule(
            "not_precedent",
            "Nothing is precedent to what is effective or has ended. What is effective steps back to 'signed' first.",
            "/commitment",
            status=409,
        ),
        "condition_satisfied_with_evidence": Rule("required", "Say by what it is satisfied.", "/evidence"),
        "condition_waived_with_reason": Rule("required", "Give the reason.", "/reason"),
        "dependency_once": Rule("repeated", "It waits for the same thing twice.", "/waits_for"),
        "dependency_is_on_another": Rule(
            "waits_for_itself", "A condition waits for another, not itself.", "/waits_for"
        ),
        "deals_dependency_awaited_and_deal": Rule(
            "not_found", "There is no such object in this deal that you may see. Check the id.", "/waits_for"
        ),
        "deals_dependency_shared_and_deal": Rule(
            "not_found", "There is no such object in this deal that you may see. Check the id.", "/waits_for"
        ),
        "renews_what_lapsed": Rule("renews_another", "Only what lapsed is taken up by a new commitment.", "/renews"),
        "published_is_not_moved": Rule("published", "A published commitment is not moved."),
        "commitment_begins_indicative": Rule(
            "begins_indicative", "A commitment is registered at an indicative stage, then moved.", "/stage"
        ),
        "ended_stands": Rule("ended", "It has ended, and stays as it was.", status=409),
        "step_has_come": Rule("in_future", "A step is dated today or earlier. Come back on the day.", "/on"),
        "nda_expires_after_it_was_signed": Rule(
            "nda_dates_wrong", "An NDA expires after it was signed. Give both days.", "/nda_expires_on"
        ),
        "move_is_written_down": Rule("move_not_allowed", "What is moved is written down as a step.", "/to"),
        "ended_is_not_moved": Rule("move_not_allowed", "It has ended and is not moved.", "/to"),
        "going_back_is_explained": Rule("required", "Give the reason for going back.", "/reason"),
        "allocated_within_the_tranche": Rule(
            "ceiling_reached", "More would be allocated of the tranche than it has.", "/amount", status=409
        ),
        "one_line_at_a_time": Rule("one_line_at_a_time", "An offer holds one line of a tranche at a time.", status=409),
        "allocation_line_is_open": Rule(LineClosed.code, LineClosed.says, status=LineClosed.status),
        "allocation_line_within_its_offer": Rule(
            "above_offer", "The line is beyond your offer as it stands. State your offer anew, or decline the line."
        ),
        "part_within_document": Rule("part_within_document", "It is told no further than its document.", "/level"),
        "allocation_line_answered_once": Rule("answered_already", "This line was answered already.", status=409),
        "told_within_consent": Rule(
            "beyond_consent", "It is told no further than the consent that it rests on.", "/level"
        ),
        "answered_by_the_asked": Rule(
            "not_asked",
            "Whoever was asked answers: who the question names, else the registrar and coordinators.",
            status=403,
        ),
        "reply_comes_in_order": Rule("already_replied", "This invitation was replied to already.", status=409),
        "party_reply_once": Rule("already_replied", "This invitation was replied to already.", status=409),
        "reliance_once": Rule("already_relies", "It may rely on this report already.", "/institution"),
        "conflict_ends_after_it_began": Rule("until_before_since", "It ends after it began.", "/until"),
        "deals_commitment_tranche_id_of_one_owner": Rule(
            "not_found", "There is no such object that you may see. Check the id.", "/tranche"
        ),
    }
)
