"""Movements, transfers and proposals (deals/sql/movements.sql, transfers.sql), and money as such."""

from deals.services import ledger as refused
from institutions.constraints import Known, Rule, Told

RULES: dict[str, Told] = {
    # Requests name their amounts differently, so no field is pointed at; doors read money before, at its field.
    "money_in_minor_units": Rule(
        "The amount has more decimals than its currency. Give it in the currency's own.", code="too_many_decimals"
    ),
    "currency_is_iso4217": Rule("This is not a currency of ISO 4217. Use a code such as USD.", code="unknown_currency"),
    **{f"{row}_has_an_amount": Known(refused.NotPositive, "/money") for row in ("movement", "transfer", "proposal")},
    "drawn_within_committed": Known(refused.DrawnExceedsCommitted, "/money"),
    "repaid_within_drawn": Known(refused.RepaidExceedsDrawn, "/money"),
    "ledger_of_what_is_signed": Known(refused.NoLedger, "/commitment"),
    "drawdown_once_effective": Known(refused.NotEffective, "/commitment"),
    "movement_in_its_currency": Known(refused.OtherCurrency, "/money"),
    "movement_not_in_future": Known(refused.InFuture, "/effective_on"),
    "movement_by_itself": Rule("The ledger writes this by itself. Move the commitment, or offer a transfer.", "/kind"),
    "movement_initial_once": Rule(
        "The ledger has begun already. Record an increase or a partial cancellation.", "/kind", 409
    ),
    "movement_repays_by_drawing": Rule(
        "Only a drawdown names what it repays. Leave it out, or record a drawdown.", "/repays"
    ),
    "reversal_of_a_movement": Known(refused.NotReversible, "/reverses"),
    "movement_reverses_once": Known(refused.NotReversible, "/reverses"),
    "movement_names_what_it_reverses": Known(refused.NotReversible, "/reverses"),
    "redenomination_balances": Known(refused.Unbalanced, "/rate"),
    "movement_has_its_rate": Known(refused.Unbalanced, "/rate"),
    "movement_pair_once": Known(refused.Unbalanced, "/rate"),
    "redenomination_of_the_whole": Known(refused.NotTheWhole, "/commitment"),
    "transfer_balances": Known(refused.Unbalanced, "/transfer"),
    "movement_transfer_once": Known(refused.Unbalanced, "/transfer"),
    "movement_names_its_transfer": Known(refused.Unbalanced, "/transfer"),
    "transfer_is_open": Known(refused.NotOpen),
    "movement_as_proposed": Known(refused.NotAsProposed, "/proposal"),
    "movement_proposal_once": Known(refused.NotAsProposed, "/proposal"),
    "movement_answers_its_proposal": Known(refused.NotAsProposed, "/proposal"),
    "proposal_of_its_commitment": Known(refused.NotItsCommitment, "/shares"),
    "proposed_within_the_deal": Known(refused.NotInDeal, "/shares"),
    "proposed_by_the_agent": Known(refused.NotTheAgent, "/deal"),
}
