"""The deals' own triggers, by table; stated anew after every migration with the walls."""


def _trigger(table: str, name: str, when: str, call: str) -> str:
    return f"CREATE TRIGGER wall_{name} {when} ON {table} FOR EACH ROW EXECUTE FUNCTION deals.{call}"


def _written_down(table: str, column: str) -> str:
    return _at_the_end(table, "97_written", f"AFTER UPDATE OF {column}", "is_written_down()")


def _at_the_end(table: str, name: str, when: str, call: str) -> str:
    """Looked at when the transaction ends, since the step may come before or after the move."""
    return (
        _trigger(table, name, when, call)
        .replace("CREATE TRIGGER", "CREATE CONSTRAINT TRIGGER")
        .replace("FOR EACH ROW", "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW")
    )


_WRITE = "BEFORE INSERT OR UPDATE"
_AFTER = "AFTER INSERT OR UPDATE"
# What looks at a row that is named comes after the policy, which refuses a hidden one as it refuses a missing one.
_PART = "AFTER INSERT OR UPDATE OF level"


# The secretariat is let into no deal (institutions/isolation/sql/7_accounts.sql).
_TOLD = (
    "CREATE TRIGGER wall_11_told BEFORE INSERT ON {} FOR EACH ROW WHEN (NEW.origin <> 'published')"
    " EXECUTE FUNCTION wall.tells_no_secretariat()"
)


def _within(table: str, column: str = "commitment_id") -> str:
    return _trigger(table, f"15_within_{column}", _PART, f"within_commitment('{column}')")


# Conditions precedent and what runs out (sql/conditions.sql, sql/expiry.sql).
_OF_COMMITMENTS = (
    _trigger("deals_commitment", "60_renews", "AFTER INSERT", "renews_lapsed()"),
    _trigger("deals_commitment", "90_narrow_conditions", "AFTER UPDATE OF level", "narrow_conditions()"),
    _trigger("deals_commitment", "95_ended", "AFTER UPDATE OF stage", "commitment_ended()"),
)
_CONDITIONS = {
    "deals_condition": (
        _trigger("deals_condition", "60_within_commitment", _PART, "within_commitment('commitment_id')"),
        # Of the deal itself, where it is of no commitment.
        _trigger("deals_condition", "60_within_deal", _PART, "within_deal()").replace(
            "FOR EACH ROW", "FOR EACH ROW WHEN (NEW.commitment_id IS NULL)"
        ),
        _trigger("deals_condition", "61_guard", _AFTER, "guard_condition()"),
        _trigger("deals_condition", "90_narrow", "AFTER UPDATE OF level", "narrow_conditions()"),
    ),
    "deals_dependency": (
        _trigger("deals_dependency", "61_guard", _AFTER, "guard_dependency()"),
        _trigger("deals_dependency", "62_stands", _AFTER, "link_stands('condition_id')"),
    ),
    "deals_expirynotice": (_trigger("deals_expirynotice", "05_clock", "BEFORE INSERT", "by_the_clock()"),),
}


def _within_project(table: str, column: str = "project_id") -> str:
    return _trigger(table, f"15_within_{column}", _PART, f"within_project('{column}')")


def _within_document(table: str) -> str:
    return _trigger(table, "15_document", "AFTER INSERT OR UPDATE OF level, document_id", "within_document()")


TRIGGERS: dict[str, tuple[str, ...]] = {
    "institutions_approval": (
        _trigger("institutions_approval", "00_parts", "BEFORE INSERT OR UPDATE", "approval_parts()"),
    ),
    **_CONDITIONS,
    "deals_deal": (
        _trigger("deals_deal", "05_circle", "BEFORE INSERT", "make_circle()"),
        _trigger("deals_deal", "12_member", "BEFORE INSERT", "registers_as_member()"),
        _trigger("deals_deal", "14_slug", "BEFORE INSERT OR UPDATE OF slug", "slug_is_free()"),
        _trigger("deals_deal", "35_replaces", "BEFORE INSERT", "replaces_published()"),
        _trigger("deals_deal", "40_status", _WRITE, "guard_status()"),
        _trigger("deals_deal", "30_money", _WRITE, "exact_money('target_amount', 'target_currency')"),
        _trigger("deals_deal", "90_narrow", "AFTER UPDATE OF level", "narrow_parts()"),
        _trigger("deals_deal", "90_narrow_conditions", "AFTER UPDATE OF level", "narrow_conditions()"),
        _written_down("deals_deal", "status"),
    ),
    "deals_party": (
        _TOLD.format("deals_party"),
        _trigger("deals_party", "15_within", _PART, "within_deal()"),
        _trigger("deals_party", "16_nda", "BEFORE UPDATE", "nda_by_two()"),
        _trigger("deals_party", "19_published", "AFTER INSERT", "published_of_published()"),
        _trigger("deals_party", "17_left", "BEFORE UPDATE", "ended_stays_ended('left_on')"),
        _trigger("deals_party", "90_reach", _AFTER, "party_reaches()"),
    ),
    "deals_dealrole": (
        _TOLD.format("deals_dealrole"),
        _trigger("deals_dealrole", "15_within", _PART, "within_deal()"),
        _trigger("deals_dealrole", "19_published", "AFTER INSERT", "published_of_published()"),
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
        _trigger(
            "deals_commitment",
            "41_told",
            "BEFORE UPDATE",
            "told_words_stand('instrument', 'account', 'on_behalf_of', 'borrower_level', 'via', 'note')",
        ),
        _trigger("deals_commitment", "80_ledger", "AFTER UPDATE OF stage", "begin_ledger()"),
        _trigger("deals_commitment", "90_narrow", "AFTER UPDATE OF level", "narrow_commitment_parts()"),
        *_OF_COMMITMENTS,
        _trigger("deals_commitment", "91_give_back", "AFTER UPDATE OF stage", "give_back()"),
        _written_down("deals_commitment", "stage"),
    ),
    "deals_price": (_within("deals_price"), _trigger("deals_price", "40_stands", _AFTER, "price_stands()")),
    "deals_size": (
        _within("deals_size"),
        _trigger("deals_size", "30_money", _WRITE, "exact_money('amount', 'currency')"),
        _trigger("deals_size", "40_stands", _AFTER, "size_stands()"),
        _trigger("deals_size", "90_ledger", "AFTER UPDATE OF level", "ledger_follows_size()"),
    ),
    "deals_movement": (
        _trigger("deals_movement", "13_sound", _WRITE, "movement_is_sound()"),
        _trigger("deals_movement", "14_told", _PART, "movement_is_told()"),
        _trigger("deals_movement", "14_offered", "AFTER INSERT", "transfer_is_offered()"),
        _trigger("deals_movement", "14_proposed", "AFTER INSERT", "movement_as_proposed()"),
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
    "deals_jointamount": (
        _trigger("deals_jointamount", "30_money", _WRITE, "exact_money('amount', 'currency')"),
        _trigger("deals_jointamount", "41_told", "BEFORE UPDATE", "told_words_stand('note')"),
    ),
    "deals_dealstep": (
        _trigger("deals_dealstep", "20_has_come", "BEFORE INSERT", "step_has_come()"),
        _at_the_end("deals_dealstep", "97_taken", "AFTER INSERT", "step_was_taken()"),
    ),
    "deals_step": (
        _trigger("deals_step", "20_has_come", "BEFORE INSERT", "step_has_come()"),
        _at_the_end("deals_step", "97_taken", "AFTER INSERT", "step_was_taken()"),
        _trigger("deals_step", "30_money", _WRITE, "exact_money('amount', 'currency')"),
    ),
    "deals_coverlink": (
        _within("deals_coverlink", "cover_id"),
        # The id of what it covers is told no further than that.
        _within("deals_coverlink", "covered_id"),
        _trigger("deals_coverlink", "30_money", _WRITE, "exact_money('amount', 'currency')"),
        _trigger("deals_coverlink", "40_whole", _WRITE, "covers_at_most_whole()"),
        _trigger("deals_coverlink", "62_stands", _AFTER, "link_stands('cover_id')"),
    ),
    "deals_participation": (
        _within("deals_participation"),
        _within("deals_participation", "lender_id"),
        _trigger("deals_participation", "62_stands", _AFTER, "link_stands('commitment_id')"),
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
    ),
    "deals_company": (_trigger("deals_company", "90_narrow", "AFTER UPDATE OF level", "narrow_company_parts()"),),
    "deals_holding": (
        _within_project("deals_holding"),
        _trigger("deals_holding", "15_within_companies", _PART, "within_companies('company_id', 'holder_id')"),
        _trigger("deals_holding", "40_states", "BEFORE INSERT", "states_fact()"),
    ),
    "deals_esgcategory": (
        _within_project("deals_esgcategory"),
        _trigger("deals_esgcategory", "40_states", "BEFORE INSERT", "states_fact()"),
    ),
    "deals_esgscreening": (_trigger("deals_esgscreening", "40_states", "BEFORE INSERT", "states_fact()"),),
    "deals_projectcheckanswer": (_within_project("deals_projectcheckanswer"),),
    "deals_dealcheckanswer": (_trigger("deals_dealcheckanswer", "15_within", _PART, "within_deal()"),),
    "deals_offtake": (
        _within_project("deals_offtake"),
        _trigger("deals_offtake", "15_within_companies", _PART, "within_companies('buyer_id')"),
        _trigger("deals_offtake", "40_states", "BEFORE INSERT", "states_fact()"),
    ),
    "deals_mandate": (
        _trigger("deals_mandate", "12_member", "BEFORE INSERT", "registers_as_member()"),
        _trigger(
            "deals_mandate", "30_money", _WRITE, "exact_money('ticket_from', 'currency', 'ticket_to', 'currency')"
        ),
        _trigger("deals_mandate", "40_sound", "BEFORE INSERT", "mandate_is_sound()"),
        _trigger("deals_mandate", "17_ended", "BEFORE UPDATE", "ended_stays_ended('ended_on')"),
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
    # What is told of the book, and of a deal under its code name.
    "deals_bookstatus": (_trigger("deals_bookstatus", "25_counts", "BEFORE INSERT", "count_book()"),),
    "deals_bookline": (_trigger("deals_bookline", "25_fills", "BEFORE INSERT", "fill_book_line()"),),
    "deals_annualreturn": (
        # Whoever is outside hides nobody in the network's sum, and who publishes it is none of those whom it is of.
        _trigger("deals_annualreturn", "12_member", "BEFORE INSERT", "registers_as_member('members alone')"),
        _trigger("deals_annualreturn", "25_figures", "BEFORE INSERT", "fill_return()"),
    ),
    "deals_returncount": (_trigger("deals_returncount", "30_money", _WRITE, "exact_money('amount', 'currency')"),),
    "deals_returnsum": (
        _trigger("deals_returnsum", "25_sound", _WRITE, "sum_is_sound()"),
        _trigger("deals_returnsum", "60_counts", "AFTER INSERT", "sum_returns()"),
    ),
    "deals_teaser": (
        _trigger("deals_teaser", "15_ends", _WRITE, "teaser_ends()"),
        _trigger("deals_teaser", "30_money", _WRITE, "exact_money('target', 'currency')"),
    ),
    "deals_teaserorigin": (_trigger("deals_teaserorigin", "15_as_the_deal", "AFTER INSERT", "teaser_as_its_deal()"),),
    # The deal room.
    "deals_sponsorconsent": (
        _trigger("deals_sponsorconsent", "15_ends", "BEFORE UPDATE OF ended_at", "consent_ends_once()"),
        _trigger("deals_sponsorconsent", "90_ends", "AFTER UPDATE OF ended_at", "consent_ended()"),
    ),
    "deals_document": (_trigger("deals_document", "15_within_consent", _WRITE, "within_consent()"),),
    "deals_download": (_trigger("deals_download", "10_true", "BEFORE INSERT", "receipt_is_true()"),),
    "deals_question": (_within_document("deals_question"),),
    "deals_answer": (
        _within_document("deals_answer"),
        _trigger("deals_answer", "15_asked", "AFTER INSERT", "answered_by_the_asked()"),
    ),
    "deals_report": (
        _within_document("deals_report"),
        _trigger("deals_report", "90_narrow", "AFTER UPDATE OF level", "narrow_reliance()"),
    ),
    "deals_reliance": (_trigger("deals_reliance", "15_within", _PART, "within_report()"),),
    "deals_partyreply": (
        _trigger("deals_partyreply", "15_invited", "BEFORE INSERT", "replied_by_the_invited()"),
        _trigger("deals_partyreply", "90_leaves", "AFTER INSERT", "leave()"),
    ),
    "institutions_reach": (_trigger("institutions_reach", "15_out", _WRITE, "stays_out()"),),
    "institutions_grant": (_trigger("institutions_grant", "15_consent", "BEFORE INSERT", "grant_within_consent()"),),
}
