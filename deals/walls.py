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
        _trigger("deals_tranche", "90_ceiling", "AFTER UPDATE OF amount, currency", "raise_ceiling()"),
    ),
    "deals_commitment": (
        _trigger("deals_commitment", "35_replaces", "BEFORE INSERT", "replaces_published()"),
        _trigger("deals_commitment", "40_stage", _WRITE, "guard_stage()"),
        _trigger("deals_commitment", "90_narrow", "AFTER UPDATE OF level", "narrow_commitment_parts()"),
        _trigger("deals_commitment", "91_give_back", "AFTER UPDATE OF stage", "give_back()"),
    ),
    "deals_price": (_within("deals_price"),),
    "deals_size": (
        _within("deals_size"),
        _trigger("deals_size", "30_money", _WRITE, "exact_money('amount', 'currency')"),
        _trigger("deals_size", "40_stands", _WRITE, "size_stands()"),
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
    "deals_allocation": (
        _trigger(
            "deals_allocation",
            "30_money",
            _WRITE,
            "exact_money('amount', 'currency', 'total', 'currency', 'lot', 'currency')",
        ),
        _trigger("deals_allocation", "90_count", "AFTER UPDATE OF state", "count_allocation()"),
    ),
    "deals_allocationline": (
        _trigger("deals_allocationline", "30_money", _WRITE, "exact_money('amount', 'currency', 'bid', 'currency')"),
        _trigger("deals_allocationline", "40_guard", _WRITE, "guard_line()"),
    ),
    "deals_allocationacceptance": (
        _trigger("deals_allocationacceptance", "40_guard", _WRITE, "guard_acceptance()"),
        _trigger("deals_allocationacceptance", "90_count", "AFTER UPDATE", "count_answer()"),
    ),
    "deals_allocationcounter": (_trigger("deals_allocationcounter", "25_begins", "BEFORE INSERT", "counter_begins()"),),
}
