"""Allocations, their lines and the answers to them."""

from deals.services.allocating import HasLine, LineClosed, NoRoom
from deals.services.answering import AboveOffer, AnsweredAlready
from institutions.constraints import Known, Rule, Told

_READ = "Read the tranche again, and allocate anew."

RULES: dict[str, Told] = {
    "allocated_within_the_tranche": Rule.like(
        NoRoom, "More would be allocated of the tranche than it has. Allocate less, or raise its amount.", "/amount"
    ),
    "one_line_at_a_time": Rule.like(
        HasLine, "An offer holds one line of a tranche at a time. Take that line back, or allocate without the offer."
    ),
    "allocation_line_once": Rule.like(HasLine, "An offer stands once in an allocation. Name each of them once."),
    "allocation_line_is_open": Known(LineClosed),
    "allocation_line_within_its_offer": Rule.like(
        AboveOffer, "The line is beyond your offer as it stands. State your offer anew, or decline the line."
    ),
    "allocation_line_within_the_offer": Rule("A line is above zero and at most the offer. Allocate it less.", "/lines"),
    "allocation_line_answered_once": Rule.like(
        AnsweredAlready, "This line was answered, or an answer waits for an approver. Have that one decided first."
    ),
    "allocation_within_its_amount": Rule("What is allocated is above zero and at most the amount. Allocate less."),
    "allocation_adds_up": Rule(f"The lines do not add up to what is allocated. {_READ}", status=409),
    "allocation_is_counted": Rule(f"The tranche is in another currency by now. {_READ}", status=409),
    "line_follows_its_allocation": Rule(f"A line stands and falls with its allocation. {_READ}", status=409),
    "deals_allocationcounter_tranche_id_key": Rule(
        "The tranche is allocated by somebody else at this moment. Repeat it.", status=409
    ),
}
