"""What a ledger refuses; its rules stand in the database (deals/sql/movements.sql, transfers.sql)."""

from django.utils.translation import gettext_noop

from institutions.refusals import Refusal


class LedgerRefuses(Refusal):
    """A movement that does not fit into its ledger."""

    status = 409


class DrawnExceedsCommitted(LedgerRefuses):
    code = "drawn_exceeds_committed"
    says = gettext_noop(
        "On no day may more be drawn than is committed; what is offered for transfer counts as gone. "
        "See the balance (GET /api/v1/commitments/…/balance)."
    )


class RepaidExceedsDrawn(LedgerRefuses):
    code = "repaid_exceeds_drawn"
    says = gettext_noop(
        "On no day may more be repaid than was drawn. See the balance (GET /api/v1/commitments/…/balance)."
    )


class NoLedger(LedgerRefuses):
    code = "no_ledger"
    says = gettext_noop(
        "Movements are recorded of what is signed and has not ended. Move the commitment to 'signed' first."
    )


class NotEffective(LedgerRefuses):
    code = "not_effective"
    says = gettext_noop("Nothing is drawn before the agreement is effective. Move the commitment to 'effective' first.")


class OtherCurrency(LedgerRefuses):
    code = "other_currency"
    says = gettext_noop(
        "A movement is in the currency of its commitment on that day. Redenominate it first (kind redenomination)."
    )


class InFuture(LedgerRefuses):
    code = "in_future"
    says = gettext_noop(
        "A movement is dated today or earlier: what has not happened yet is none. Record it on its day."
    )
    status = 422


class NotReversible(LedgerRefuses):
    code = "not_reversible"
    says = gettext_noop(
        "A reversal takes back, once and as a whole, an increase, partial cancellation, drawdown, repayment or "
        "prepayment, dated on its day or later. Name such a one that is not reversed yet."
    )


class Unbalanced(LedgerRefuses):
    code = "unbalanced"
    says = gettext_noop(
        "The two sides of a transfer or redenomination must balance, and each offer is taken up once. Take an open "
        "offer up as it stands (GET /api/v1/transfers/…), or state the redenomination anew."
    )


class NotTheWhole(LedgerRefuses):
    code = "not_the_whole"
    says = gettext_noop(
        "A redenomination is of the whole commitment, after all its movements and before anything is drawn. Date it "
        "after them, and reverse what was drawn first."
    )


class NotAsProposed(LedgerRefuses):
    code = "not_as_proposed"
    says = gettext_noop(
        "A proposal is confirmed once, as it stands, and not when it was withdrawn. Read it again "
        "(GET /api/v1/movement-proposals/…); the facility agent proposes anew what is still to be confirmed."
    )


class NotTheAgent(LedgerRefuses):
    code = "not_the_agent"
    says = gettext_noop(
        "Only the deal's facility agent proposes movements. Ask the registrar to name your institution so."
    )
    status = 403


class NotItsCommitment(LedgerRefuses):
    code = "not_its_commitment"
    says = gettext_noop(
        "A proposal names a commitment of the lender that it is addressed to, in its deal. Name such a one, or none."
    )
    status = 422


class NotInDeal(LedgerRefuses):
    code = "not_in_the_deal"
    says = gettext_noop("A movement is proposed to an institution that you see in the deal. Name one of those.")
    status = 422


class NotPositive(LedgerRefuses):
    code = "not_positive"
    says = gettext_noop("The amount must be above zero. Give it so; what takes money back is a kind of its own.")
    status = 422


class NotOpen(LedgerRefuses):
    code = "transfer_not_open"
    says = gettext_noop(
        "Only an offer that two persons confirmed, and that nobody took up, is withdrawn; this one is not open. Reject "
        "what waits for an approver; what was taken up comes back by another transfer."
    )


class ProposalNotOpen(LedgerRefuses):
    code = "proposal_not_open"
    says = gettext_noop("This proposal was withdrawn already, and stays so. Propose anew what is to be confirmed.")
