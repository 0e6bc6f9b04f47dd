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
    "deals_project": (_trigger("deals_project", "30_money", _WRITE, "exact_money('capex_amount', 'capex_currency')"),),
    # The deal room.
    "deals_sponsorconsent": (
        _trigger("deals_sponsorconsent", "15_ends", "BEFORE UPDATE OF ended_at", "consent_ends_once()"),
        _trigger("deals_sponsorconsent", "90_ends", "AFTER UPDATE OF ended_at", "consent_ended()"),
    ),
    "deals_document": (_trigger("deals_document", "15_within_consent", _WRITE, "within_consent()"),),
    "deals_answer": (_trigger("deals_answer", "15_asked", "BEFORE INSERT", "answered_by_the_asked()"),),
    "deals_report": (_trigger("deals_report", "90_narrow", "AFTER UPDATE OF level", "narrow_reliance()"),),
    "deals_reliance": (_trigger("deals_reliance", "15_within", _PART, "within_report()"),),
    "deals_partyreply": (
        _trigger("deals_partyreply", "15_invited", "BEFORE INSERT", "replied_by_the_invited()"),
        _trigger("deals_partyreply", "90_leaves", "AFTER INSERT", "leave()"),
    ),
    "institutions_reach": (_trigger("institutions_reach", "15_out", _WRITE, "stays_out()"),),
    "institutions_grant": (_trigger("institutions_grant", "15_consent", "BEFORE INSERT", "grant_within_consent()"),),
}
