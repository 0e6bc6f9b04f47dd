"""The status trigger of deals, generated from the status table, so that Python and PostgreSQL cannot drift."""

from deals.lifecycle.stages import Requirement
from deals.lifecycle.statuses import FIRST_STATUSES, STATUSES, statuses_from

_REASON = (
    "EXISTS (SELECT FROM deals_dealstep s WHERE s.deal_id = NEW.id AND s.status = NEW.status AND s.reason <> ''"
    " AND s.created_at = now())"
)
# Each requirement as a condition on NEW that holds when it is met.
CONDITIONS = {
    Requirement.BORROWER: "NEW.borrower_id IS NOT NULL",
    Requirement.DEAL_TRANCHE: "EXISTS (SELECT FROM deals_tranche t WHERE t.deal_id = NEW.id)",
    Requirement.REASON: _REASON,
    Requirement.FOUR_EYES: "wall.approved(NEW.owner_id, NEW.id, ARRAY['stage'], NEW.status)",
}


def guard_status() -> str:
    """`deals.guard_status()`: what a registered deal must satisfy to stand where it stands."""
    pairs = ", ".join(f"('{here}', '{to}')" for here in STATUSES for to in statuses_from(here))
    first = ", ".join(f"'{code}'" for code in FIRST_STATUSES)
    orders = " ".join(f"WHEN '{s.code}' THEN {s.order}" for s in STATUSES.values() if s.order is not None)
    checks = "".join(
        f"""
    IF NEW.status = '{status.code}' AND NOT ({CONDITIONS[requirement]}) THEN
        RAISE EXCEPTION 'status {status.code} requires {requirement.value}'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'status_requires_{requirement.value}';
    END IF;"""
        for status in STATUSES.values()
        for requirement in status.requires
    )
    return f"""
CREATE OR REPLACE FUNCTION deals.guard_status() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.origin = 'published' AND TG_OP = 'UPDATE' AND NEW.status <> OLD.status THEN
        RAISE EXCEPTION 'a published deal is not moved'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'published_is_not_moved';
    END IF;
    IF NEW.origin = 'published' OR (TG_OP = 'UPDATE' AND NEW.status = OLD.status) THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.status NOT IN ({first}) THEN
            RAISE EXCEPTION 'a deal is registered as a draft or in the market'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'deal_begins_early';
        END IF;
        RETURN NEW;
    END IF;
    IF (OLD.status, NEW.status) NOT IN ({pairs}) THEN
        RAISE EXCEPTION '% does not go to %', OLD.status, NEW.status
            USING ERRCODE = 'check_violation', CONSTRAINT = 'deal_goes_its_way';
    END IF;
    IF (CASE NEW.status {orders} END) < (CASE OLD.status {orders} END) AND NOT {_REASON} THEN
        RAISE EXCEPTION 'going back is explained'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'deal_going_back_is_explained';
    END IF;
    IF OLD.status = 'closed' AND NOT {CONDITIONS[Requirement.FOUR_EYES]} THEN
        RAISE EXCEPTION 'what two persons closed is left by two'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'status_requires_four_eyes';
    END IF;{checks}
    RETURN NEW;
END $$
"""
