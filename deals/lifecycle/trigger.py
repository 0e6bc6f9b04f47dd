"""The stage trigger, generated from the stage table, so that Python and PostgreSQL cannot drift."""

from deals.lifecycle.stages import (
    APPROVED_FACTS,
    FIRST_STAGES,
    HOLDS_ALLOCATION,
    RENEWED,
    SEEN_BY_TWO,
    STAGES,
    Class,
    Requirement,
)

# Sums of the ledger of NEW, over all that is in force.
_LEDGER = "SELECT coalesce(sum({}), 0) FROM deals_movement m WHERE m.commitment_id = NEW.id AND m.state = 'confirmed'"
_DRAWN, _OUTSTANDING, _AVAILABLE = (
    f"({_LEDGER.format(sum_)})"
    for sum_ in ("m.drawn_change", "m.drawn_change - m.repaid_change", "m.committed_change - m.drawn_change")
)

# Each requirement as a condition on NEW that holds when it is met.
CONDITIONS = {
    Requirement.VALID_UNTIL: "NEW.valid_until IS NOT NULL AND NEW.valid_until >= current_date",
    Requirement.SIZE: ("EXISTS (SELECT FROM deals_size s WHERE s.commitment_id = NEW.id AND s.amount IS NOT NULL)"),
    Requirement.TRANCHE: "NEW.tranche_id IS NOT NULL",
    Requirement.AGREEMENT: "NEW.agreement_reference <> '' AND NEW.signed_on IS NOT NULL",
    Requirement.TOLD_TO_LEAD: "wall.rank(NEW.level) >= wall.rank('lead')",
    Requirement.REASON: (
        # Written with this move: the reason of an earlier one explains nothing.
        "EXISTS (SELECT FROM deals_step s WHERE s.commitment_id = NEW.id AND s.stage = NEW.stage AND s.reason <> ''"
        " AND s.created_at = now())"
    ),
    Requirement.CONDITION: "EXISTS (SELECT FROM deals_condition p WHERE p.commitment_id = NEW.id)",
    Requirement.NO_OPEN_CONDITION: (
        "NOT EXISTS (SELECT FROM deals_condition p WHERE p.commitment_id = NEW.id AND p.state = 'open')"
    ),
    Requirement.DRAWN: f"{_DRAWN} > 0",
    Requirement.REPAID: f"{_DRAWN} > 0 AND {_OUTSTANDING} = 0 AND {_AVAILABLE} = 0",
    Requirement.NOTHING_OUTSTANDING: (
        f"{_OUTSTANDING} = 0"
        " AND NOT EXISTS (SELECT FROM deals_transfer t WHERE t.commitment_id = NEW.id AND deals.is_open(t))"
    ),
    Requirement.FOUR_EYES: "wall.approved(NEW.owner_id, NEW.id, ARRAY['stage'], NEW.stage)",
    Requirement.ALLOCATION: (
        # A line of this tranche that was accepted and stands, and a size that is the line's.
        "EXISTS (SELECT FROM deals_allocationacceptance a JOIN deals_allocationline l ON l.id = a.line_id"
        " JOIN deals_size s ON s.commitment_id = NEW.id AND s.amount = l.amount AND s.currency = l.currency"
        " WHERE a.commitment_id = NEW.id AND a.answer = 'accepted' AND a.state = 'confirmed'"
        " AND a.given_back_on IS NULL AND l.tranche_id = NEW.tranche_id)"
    ),
}


_MOVED_BY_TWO = CONDITIONS[Requirement.FOUR_EYES]


def _in(codes: list[str] | tuple[str, ...]) -> str:
    return "(" + ", ".join(f"'{code}'" for code in codes) + ")"


def _row(of: str) -> str:
    return ", ".join(f"{of}.{fact}" for fact in APPROVED_FACTS)


def classify() -> str:
    """`deals.class_of(stage)`: the class of a stage."""
    cases = " ".join(f"WHEN '{stage.code}' THEN '{stage.cls.value}'" for stage in STAGES.values())
    return (
        "CREATE OR REPLACE FUNCTION deals.class_of(stage text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS"
        f" $$ SELECT CASE stage {cases} END $$"
    )


def seen_by_two() -> str:
    """`deals.seen_by_two(stage)`: whether two persons saw what stands at a stage."""
    return (
        "CREATE OR REPLACE FUNCTION deals.seen_by_two(stage text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE"
        f" AS $$ SELECT stage IN {_in(SEEN_BY_TWO)} $$"
    )


def lapses() -> str:
    """`deals.lapses(stage)`: whether what stands at a stage has a last day, after which it lapses."""
    return (
        "CREATE OR REPLACE FUNCTION deals.lapses(stage text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE"
        f" AS $$ SELECT stage IN {_in(RENEWED)} $$"
    )


def holds_allocation() -> str:
    """`deals.holds_allocation(stage)`: whether the money of an accepted line stands at a stage."""
    return (
        "CREATE OR REPLACE FUNCTION deals.holds_allocation(stage text) RETURNS boolean LANGUAGE sql IMMUTABLE"
        f" PARALLEL SAFE AS $$ SELECT stage IN {_in(HOLDS_ALLOCATION)} $$"
    )


def guard() -> str:
    """`deals.guard_stage()`: what every registered commitment must satisfy to stand where it stands."""
    checks = []
    for requirement, condition in CONDITIONS.items():
        stages = [stage.code for stage in STAGES.values() if requirement in stage.requires]
        checks.append(
            f"""
    IF NEW.stage IN {_in(stages)} AND NOT ({condition}) THEN
        RAISE EXCEPTION 'stage % requires {requirement.value}', NEW.stage
            USING ERRCODE = 'check_violation', CONSTRAINT = 'stage_requires_{requirement.value}';
    END IF;"""
        )
    orders = " ".join(f"WHEN '{s.code}' THEN {s.order}" for s in STAGES.values() if s.order is not None)
    # Each is as it was, or as the second person saw it asked.
    facts = " AND ".join(
        f"(NEW.{fact} IS NOT DISTINCT FROM OLD.{fact}"
        f" OR wall.approved(NEW.owner_id, NEW.id, ARRAY['facts', '{fact}'], NEW.{fact}::text))"
        for fact in APPROVED_FACTS
    )
    dated = [stage.code for stage in STAGES.values() if Requirement.VALID_UNTIL in stage.requires]
    told = [stage.code for stage in STAGES.values() if Requirement.TOLD_TO_LEAD in stage.requires]
    approved = [stage.code for stage in STAGES.values() if stage.cls in (Class.CONDITIONAL, Class.FIRM)]
    ended = [stage.code for stage in STAGES.values() if stage.cls is Class.ENDED]
    four_eyes = [stage.code for stage in STAGES.values() if Requirement.FOUR_EYES in stage.requires]
    agreed = [stage.code for stage in STAGES.values() if Requirement.AGREEMENT in stage.requires]
    before = [s.code for s in STAGES.values() if s.order is not None and s.code not in agreed]
    return f"""
CREATE OR REPLACE FUNCTION deals.guard_stage() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.origin = 'published' THEN
        IF TG_OP = 'UPDATE' AND NEW.stage <> OLD.stage THEN
            RAISE EXCEPTION 'a published commitment is not moved'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'published_is_not_moved';
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'INSERT' AND NEW.stage NOT IN {_in(FIRST_STAGES)} THEN
        RAISE EXCEPTION 'a commitment is registered at an indicative stage'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'commitment_begins_indicative';
    END IF;
    IF TG_OP = 'UPDATE' AND (NEW.stage IN {_in(four_eyes)} OR wall.being_decided(NEW.owner_id, NEW.id))
       AND NOT ({facts}) THEN
        RAISE EXCEPTION 'what two persons approved stands'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'approved_facts_stand';
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.stage = OLD.stage AND NEW.stage IN {_in(ended)}
       AND ({_row("NEW")}) IS DISTINCT FROM ({_row("OLD")}) THEN
        RAISE EXCEPTION 'what has ended stays as it was'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ended_stands';
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.stage = OLD.stage THEN
        IF NEW.valid_until IS DISTINCT FROM OLD.valid_until AND NEW.stage IN {_in(dated)}
           AND NOT (coalesce({CONDITIONS[Requirement.VALID_UNTIL]}, false)) THEN
            RAISE EXCEPTION 'stage % requires valid_until', NEW.stage
                USING ERRCODE = 'check_violation', CONSTRAINT = 'stage_requires_valid_until';
        END IF;
        IF NEW.level <> OLD.level AND NEW.stage IN {_in(told)}
           AND NOT ({CONDITIONS[Requirement.TOLD_TO_LEAD]}) THEN
            RAISE EXCEPTION 'what is signed is told at least to the lead'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'stage_requires_told_to_lead';
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.stage = 'lapsed' AND (coalesce(NEW.valid_until, current_date) >= current_date
            OR OLD.stage NOT IN {_in(RENEWED)}) THEN
        RAISE EXCEPTION 'a commitment lapses by its date'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'lapses_by_its_date';
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.stage IN {_in(approved)} AND NEW.stage NOT IN {_in(approved)}
       AND NEW.stage NOT IN ('lapsed', 'repaid') AND NOT {_MOVED_BY_TWO} THEN
        RAISE EXCEPTION 'what two persons approved is ended by two'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'stage_requires_four_eyes';
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.stage IN {_in(ended)} THEN
        RAISE EXCEPTION 'an ended commitment is not moved'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ended_is_not_moved';
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.stage IN {_in(agreed)} AND NEW.stage IN {_in(before)} THEN
        RAISE EXCEPTION 'what is signed is cancelled, never un-signed'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'signed_is_not_unsigned';
    END IF;
    IF TG_OP = 'UPDATE' AND (CASE NEW.stage {orders} END) < (CASE OLD.stage {orders} END)
       AND NOT {CONDITIONS[Requirement.REASON]} THEN
        RAISE EXCEPTION 'going back is explained'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'going_back_is_explained';
    END IF;{"".join(checks)}
    RETURN NEW;
END $$
"""
