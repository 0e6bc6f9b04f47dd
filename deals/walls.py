"""The deals' own triggers, by table; stated anew after every migration with the walls."""


def _trigger(table: str, name: str, when: str, call: str) -> str:
    return f"CREATE TRIGGER wall_{name} {when} ON {table} FOR EACH ROW EXECUTE FUNCTION deals.{call}"


_PART = "BEFORE INSERT OR UPDATE OF level"
_WRITE = "BEFORE INSERT OR UPDATE"
_AFTER = "AFTER INSERT OR UPDATE"


def _within(table: str, column: str = "commitment_id") -> str:
    return _trigger(table, f"15_within_{column}", _PART, f"within_commitment('{column}')")


TRIGGERS: dict[str, tuple[str, ...]] = {
    "deals_deal": (
        _trigger("deals_deal", "05_circle", "BEFORE INSERT", "make_circle()"),
        _trigger("deals_deal", "35_replaces", "BEFORE INSERT", "replaces_published()"),
        _trigger("deals_deal", "40_status", _WRITE, "guard_status()"),
        _trigger("deals_deal", "30_money", _WRITE, "exact_money('target_amount', 'target_currency')"),
        _trigger("deals_deal", "90_narrow", "AFTER UPDATE OF level", "narrow_parts()"),
    ),
    "deals_party": (
        _trigger("deals_party", "15_within", _PART, "within_deal()"),
        _trigger("deals_party", "16_nda", "BEFORE UPDATE", "nda_by_two()"),
        _trigger("deals_party", "17_left", "BEFORE UPDATE", "ended_stays_ended('left_on')"),
        _trigger("deals_party", "90_reach", _AFTER, "party_reaches()"),
    ),
    "deals_dealrole": (
        _trigger("deals_dealrole", "15_within", _PART, "within_deal()"),
        _trigger("deals_dealrole", "17_ended", "BEFORE UPDATE", "ended_stays_ended('until')"),
        _trigger("deals_dealrole", "90_reach", _AFTER, "role_reaches()"),
    ),
    "deals_tranche": (
        _trigger("deals_tranche", "15_within", _PART, "within_deal()"),
        _trigger("deals_tranche", "30_money", _WRITE, "exact_money('amount', 'currency')"),
    ),
    "deals_commitment": (
        _trigger("deals_commitment", "35_replaces", "BEFORE INSERT", "replaces_published()"),
        _trigger("deals_commitment", "40_stage", _WRITE, "guard_stage()"),
        _trigger("deals_commitment", "80_ledger", "AFTER UPDATE OF stage", "begin_ledger()"),
        _trigger("deals_commitment", "90_narrow", "AFTER UPDATE OF level", "narrow_commitment_parts()"),
    ),
    "deals_price": (_within("deals_price"),),
    "deals_size": (
        _within("deals_size"),
        _trigger("deals_size", "30_money", _WRITE, "exact_money('amount', 'currency')"),
        _trigger("deals_size", "40_stands", _WRITE, "size_stands()"),
        _trigger("deals_size", "90_ledger", "AFTER UPDATE OF level", "ledger_follows_size()"),
    ),
    "deals_movement": (
        _trigger("deals_movement", "13_sound", _WRITE, "movement_is_sound()"),
        _trigger("deals_movement", "14_told", _PART, "movement_is_told()"),
        _trigger("deals_movement", "30_money", _WRITE, "exact_money('amount', 'currency')"),
        _trigger("deals_movement", "85_told", "AFTER INSERT OR UPDATE OF level", "refinancing_is_told()"),
        _trigger("deals_movement", "90_counts", "AFTER INSERT OR UPDATE OF state", "movement_counts()"),
    ),
    "deals_transfer": (
        _trigger("deals_transfer", "30_money", _WRITE, "exact_money('amount', 'currency')"),
        _trigger("deals_transfer", "90_reserves", _AFTER, "transfer_reserves()"),
    ),
    "deals_movementproposal": (
        _trigger("deals_movementproposal", "90_agent", "AFTER INSERT", "agent_proposes()"),
        _trigger("deals_movementproposal", "17_withdrawn", "BEFORE UPDATE", "ended_stays_ended('withdrawn_on')"),
        _trigger("deals_movementproposal", "30_money", _WRITE, "exact_money('amount', 'currency')"),
    ),
    "deals_jointamount": (_trigger("deals_jointamount", "30_money", _WRITE, "exact_money('amount', 'currency')"),),
    "deals_step": (
        _within("deals_step"),
        _trigger("deals_step", "30_money", _WRITE, "exact_money('amount', 'currency')"),
    ),
    "deals_coverlink": (
        _within("deals_coverlink", "cover_id"),
        # The id of what it covers is told no further than that.
        _within("deals_coverlink", "covered_id"),
        _trigger("deals_coverlink", "30_money", _WRITE, "exact_money('amount', 'currency')"),
    ),
    "deals_project": (_trigger("deals_project", "30_money", _WRITE, "exact_money('capex_amount', 'capex_currency')"),),
}
