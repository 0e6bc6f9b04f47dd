"""The life of a commitment: stages, classes and what each asks for. One table; the trigger is made from it."""

from dataclasses import dataclass
from enum import StrEnum


class Class(StrEnum):
    """How firm money is. Never summed together."""

    INDICATIVE = "indicative"
    CONDITIONAL = "conditional"
    FIRM = "firm"
    ENDED = "ended"


class Requirement(StrEnum):
    """What must be there before a registered commitment may enter a stage."""

    VALID_UNTIL = "valid_until"
    SIZE = "size"
    TRANCHE = "tranche"
    AGREEMENT = "agreement"
    TOLD_TO_LEAD = "told_to_lead"
    REASON = "reason"
    FOUR_EYES = "four_eyes"
    CONDITION = "condition"
    NO_OPEN_CONDITION = "no_open_condition"
    # Of its ledger.
    DRAWN = "drawn"
    REPAID = "repaid"
    NOTHING_OUTSTANDING = "nothing_outstanding"
    ALLOCATION = "allocation"
    # Of a deal.
    BORROWER = "borrower"
    DEAL_TRANCHE = "deal_tranche"


NEXT_STEP = {
    Requirement.VALID_UNTIL: "Give the day until which it is valid (valid_until), today or later.",
    Requirement.SIZE: "Give an amount and a currency (size).",
    Requirement.TRANCHE: "Name the tranche (tranche).",
    Requirement.AGREEMENT: "Give the agreement's reference and date (agreement_reference, signed_on).",
    Requirement.TOLD_TO_LEAD: "Disclose it at least to the lead (level).",
    Requirement.REASON: "Give the reason (reason); it stays with your institution.",
    Requirement.CONDITION: "Say on what it depends: add a condition precedent (POST /api/v1/conditions).",
    Requirement.NO_OPEN_CONDITION: "Mark every open condition precedent satisfied, or have it waived, first.",
    Requirement.DRAWN: "Record its first drawdown (POST /api/v1/movements).",
    Requirement.REPAID: "Have all that was drawn repaid, and what is undrawn cancelled (POST /api/v1/movements).",
    Requirement.NOTHING_OUTSTANDING: "Record the repayment of what is outstanding, and withdraw open transfers.",
    Requirement.BORROWER: "Name the borrower (borrower).",
    Requirement.DEAL_TRANCHE: "Add a tranche (POST /api/v1/tranches): it is what is allocated.",
    Requirement.ALLOCATION: "Accept the line that the lead allocated to it.",
    Requirement.FOUR_EYES: "Have an approver of your institution, another person, confirm it.",
}
# Each of the open conditions is named by itself.
OPEN_CONDITION = "'{text}' is open. Mark it satisfied, or have it waived."


@dataclass(frozen=True)
class Stage:
    """`order` is the place on the way; ended stages have none and are entered from anywhere that is not ended."""

    code: str
    cls: Class
    order: int | None
    requires: tuple[Requirement, ...] = ()


_R = Requirement
_CONDITIONAL = (_R.TRANCHE, _R.SIZE, _R.VALID_UNTIL, _R.CONDITION, _R.FOUR_EYES)
_FIRM = (_R.TRANCHE, _R.SIZE, _R.VALID_UNTIL, _R.FOUR_EYES)
_SIGNED = (_R.TRANCHE, _R.SIZE, _R.AGREEMENT, _R.TOLD_TO_LEAD, _R.FOUR_EYES)
_EFFECTIVE = (*_SIGNED, _R.NO_OPEN_CONDITION)

STAGES: dict[str, Stage] = {
    stage.code: stage
    for stage in (
        Stage("enquiry", Class.INDICATIVE, 1),
        Stage("expression_of_interest", Class.INDICATIVE, 2),
        Stage("letter_of_interest", Class.INDICATIVE, 3, (_R.VALID_UNTIL, _R.FOUR_EYES)),
        Stage("indicative_terms", Class.INDICATIVE, 4, (_R.SIZE,)),
        Stage("due_diligence", Class.INDICATIVE, 5),
        Stage("conditional_approval", Class.CONDITIONAL, 6, _CONDITIONAL),
        Stage("approved", Class.FIRM, 7, _FIRM),
        Stage("allocated", Class.FIRM, 8, (*_FIRM, _R.ALLOCATION)),
        Stage("signed", Class.FIRM, 9, _SIGNED),
        Stage("effective", Class.FIRM, 10, _EFFECTIVE),
        Stage("disbursing", Class.FIRM, 11, (*_EFFECTIVE, _R.DRAWN)),
        Stage("repaid", Class.ENDED, 12, (*_EFFECTIVE, _R.REPAID)),
        Stage("declined", Class.ENDED, None, (_R.REASON, _R.NOTHING_OUTSTANDING)),
        Stage("withdrawn", Class.ENDED, None, (_R.REASON, _R.NOTHING_OUTSTANDING)),
        Stage("lapsed", Class.ENDED, None),
        Stage("cancelled", Class.ENDED, None, (_R.REASON, _R.NOTHING_OUTSTANDING)),
    )
}

# Facts that two persons have seen with a conditional or firm stage: they stand until a move changes them.
APPROVED_FACTS = (
    "tranche_id",
    "valid_until",
    "agreement_reference",
    "signed_on",
    "instrument",
    "borrower_level",
    "account",
    "on_behalf_of",
    "via",
)

# Stages that a commitment can be registered at by one person; the others are moved to, four eyes looking.
FIRST_STAGES = tuple(
    stage.code
    for stage in STAGES.values()
    if stage.cls is Class.INDICATIVE and Requirement.FOUR_EYES not in stage.requires
)

# Stages that two persons saw: their facts and sizes stand until a move changes them.
SEEN_BY_TWO = tuple(
    stage.code for stage in STAGES.values() if stage.cls is not Class.ENDED and Requirement.FOUR_EYES in stage.requires
)

# Stages whose paper has a last day: after it they lapse, before it they are renewed or restated in place, as a new
# dated step. What is signed has none, and changes by its ledger alone.
RENEWED = tuple(stage.code for stage in STAGES.values() if Requirement.VALID_UNTIL in stage.requires)

# Stages at which movements are recorded: there is an agreement, and it has not ended.
LEDGER_STAGES = tuple(
    stage.code for stage in STAGES.values() if stage.cls is not Class.ENDED and Requirement.AGREEMENT in stage.requires
)

# From here on there is an agreement: it is cancelled, never un-signed.
_AGREED = STAGES["signed"].order or 0

# Where the money of an accepted line stands; a commitment that leaves these gives its line back.
HOLDS_ALLOCATION = tuple(
    stage.code
    for stage in STAGES.values()
    if stage.order is not None and stage.order >= (STAGES["allocated"].order or 0)
)


def needs_two(here: str, to: str) -> bool:
    """Whether a move is seen by a second person: into letters and what is conditional or firm, out of the latter."""
    seen = STAGES[here].cls in (Class.CONDITIONAL, Class.FIRM)
    leaves = seen and STAGES[to].cls in (Class.ENDED, Class.INDICATIVE)
    return leaves or Requirement.FOUR_EYES in STAGES[to].requires


def goes_back(here: str, to: str) -> bool:
    """Whether a move is a step back, which has a reason."""
    there = STAGES[to].order
    return there is not None and there < (STAGES[here].order or 0)


def moves_from(code: str) -> tuple[str, ...]:
    """Stages that may come next: forward, renewed in place, back with a reason, ended; none once it has ended."""
    here = STAGES[code]
    if here.cls is Class.ENDED or here.order is None:
        return ()
    floor = _AGREED if here.order >= _AGREED else 0
    on_the_way = [(stage.code, stage.order) for stage in STAGES.values() if stage.order is not None]
    forward = [to for to, order in on_the_way if order > here.order]
    renewed = [code] if code in RENEWED else []
    back = [to for to, order in on_the_way if floor <= order < here.order]
    # A letter lapses by its date, never by hand.
    ended = [stage.code for stage in STAGES.values() if stage.order is None and stage.code != "lapsed"]
    return (*forward, *renewed, *back, *ended)
