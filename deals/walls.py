"""The deals' own triggers, by table; stated anew after every migration with the walls."""


def _trigger(table: str, name: str, when: str, call: str) -> str:
    return f"CREATE TRIGGER wall_{name} {when} ON {table} FOR EACH ROW EXECUTE FUNCTION deals.{call}"


_PART = "BEFORE INSERT OR UPDATE OF level"
_WRITE = "BEFORE INSERT OR UPDATE"
_AFTER = "AFTER INSERT OR UPDATE"


def _within(table: str, column: str = "commitment_id") -> str:
    return _trigger(table, f"15_within_{column}", _PART, f"within_commitment('{column}')")


def _within_project(table: str, column: str = "project_id") -> str:
    return _trigger(table, f"15_within_{column}", _PART, f"within_project('{column}')")


TRIGGERS: dict[str, tuple[str, ...]] = {
    "deals_deal": (
        _trigger("deals_deal", "05_circle", "BEFORE INSERT", "make_circle()"),
        _trigger("deals_deal", "35_replaces", "BEFORE INSERT", "replaces_published()"),
        _trigger("deals_deal", "30_money", _WRITE, "exact_money('target_amount', 'target_currency')"),
        _trigger("deals_deal", "90_narrow", "AFTER UPDATE OF level", "narrow_parts()"),
    ),
    "deals_party": (
        _trigger("deals_party", "15_within", _PART, "within_deal()"),
        _trigger("deals_party", "90_reach", _AFTER, "party_reaches()"),
    ),
    "deals_dealrole": (
        _trigger("deals_dealrole", "15_within", _PART, "within_deal()"),
        _trigger("deals_dealrole", "90_reach", _AFTER, "role_reaches()"),
    ),
    "deals_tranche": (
        _trigger("deals_tranche", "15_within", _PART, "within_deal()"),
        _trigger("deals_tranche", "30_money", _WRITE, "exact_money('amount', 'currency')"),
    ),
    "deals_commitment": (
        _trigger("deals_commitment", "35_replaces", "BEFORE INSERT", "replaces_published()"),
        _trigger("deals_commitment", "40_stage", _WRITE, "guard_stage()"),
        _trigger("deals_commitment", "90_narrow", "AFTER UPDATE OF level", "narrow_commitment_parts()"),
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
    "deals_project": (
        _trigger("deals_project", "12_member", "BEFORE INSERT", "registers_as_member()"),
        _trigger("deals_project", "30_money", _WRITE, "exact_money('capex_amount', 'capex_currency')"),
        _trigger("deals_project", "90_narrow", "AFTER UPDATE OF level", "narrow_project_parts()"),
    ),
    "deals_projectmineral": (_within_project("deals_projectmineral"),),
    "deals_companyrole": (_within_project("deals_companyrole"),),
    "deals_projectfact": (
        _within_project("deals_projectfact"),
        _trigger("deals_projectfact", "30_money", _WRITE, "exact_money('amount', 'currency')"),
        _trigger("deals_projectfact", "40_states", "BEFORE INSERT", "states_fact()"),
        _trigger("deals_projectfact", "40_stays", "BEFORE UPDATE", "stays_superseded()"),
    ),
    "deals_sameas": (
        _within_project("deals_sameas"),
        _within_project("deals_sameas", "other_id"),
        _trigger("deals_sameas", "40_ends", "BEFORE UPDATE", "ends_once('ended_at')"),
    ),
    "deals_projectmerge": (
        _trigger("deals_projectmerge", "12_owners", "BEFORE INSERT", "merged_by_owners()"),
        _within_project("deals_projectmerge"),
        _within_project("deals_projectmerge", "survivor_id"),
        _trigger("deals_projectmerge", "40_ends", "BEFORE UPDATE", "ends_once('withdrawn_at')"),
    ),
    "deals_confirmation": (_trigger("deals_confirmation", "12_published", "BEFORE INSERT", "confirms_published()"),),
}
