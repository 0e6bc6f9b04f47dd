-- Commitments that change hands: an offer reserves what it offers, and both sides of a transfer are written in one
-- transaction.

-- AFTER trigger: a transfer is taken up by whom it was offered to, so that nobody else stands in its way.
CREATE OR REPLACE FUNCTION deals.transfer_is_offered() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.kind = 'transfer_in' AND NOT EXISTS (
            SELECT FROM deals_transfer t WHERE t.id = NEW.transfer_id AND t.to_id = NEW.owner_id
            AND t.state = 'confirmed') THEN
        RAISE EXCEPTION 'a transfer is taken up as it was offered, by whom it was offered to'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'transfer_balances';
    END IF;
    RETURN NULL;
END $$;

-- Whether an offer stands and was not taken up.
CREATE OR REPLACE FUNCTION deals.is_open(t deals_transfer) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT t.state = 'confirmed' AND t.withdrawn_on IS NULL AND NOT EXISTS (
        SELECT FROM deals_movement m WHERE m.transfer_id = t.id AND m.kind = 'transfer_out')
$$;

-- The other side of a transfer, in the name of whose offer it is: two of its persons said so, and whoever may read its
-- ledger does not learn from the log who took it.
CREATE OR REPLACE FUNCTION deals.take_up(m deals_movement) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    t deals_transfer;
    actor text := current_setting('orebook.actor', true);
    home text := current_setting('orebook.institution', true);
BEGIN
    SELECT * INTO t FROM deals_transfer WHERE id = m.transfer_id FOR NO KEY UPDATE;
    IF t.id IS NULL OR t.to_id <> m.owner_id OR NOT deals.is_open(t) OR t.deal_id <> m.deal_id
       OR t.commitment_id = m.commitment_id
       OR (t.amount, t.currency, t.effective_on) <> (m.amount, m.currency, m.effective_on) THEN
        RAISE EXCEPTION 'a transfer is taken up as it was offered, by whom it was offered to'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'transfer_balances';
    END IF;
    PERFORM set_config('orebook.actor', 'system:transfer', true), set_config('orebook.institution', t.owner_id::text, true);
    INSERT INTO deals_movement (id, owner_id, level, demo, state, deal_id, commitment_id, kind, amount, currency,
                                effective_on, reference, transfer_id, committed_change, drawn_change, repaid_change)
    SELECT gen_random_uuid(), t.owner_id, s.level, t.demo, 'confirmed', t.deal_id, t.commitment_id, 'transfer_out',
           t.amount, t.currency, t.effective_on, t.reference, t.id, 0, 0, 0
    FROM deals_size s WHERE s.commitment_id = t.commitment_id;
    PERFORM set_config('orebook.actor', coalesce(actor, ''), true),
            set_config('orebook.institution', coalesce(home, ''), true);
END $$;

-- AFTER trigger: an offer reserves what it offers.
CREATE OR REPLACE FUNCTION deals.transfer_reserves() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    c deals_commitment;
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.withdrawn_on IS DISTINCT FROM OLD.withdrawn_on THEN
        IF OLD.withdrawn_on IS NOT NULL OR NOT deals.is_open(OLD) THEN
            RAISE EXCEPTION 'what was taken up is not withdrawn'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'transfer_is_open';
        END IF;
        RETURN NULL;
    END IF;
    IF NEW.state <> 'confirmed' OR (TG_OP = 'UPDATE' AND OLD.state = 'confirmed') THEN
        RETURN NULL;
    END IF;
    SELECT * INTO c FROM deals_commitment WHERE id = NEW.commitment_id FOR NO KEY UPDATE;
    IF c.origin <> 'registered' OR NOT deals.runs_ledger(c.stage) THEN
        RAISE EXCEPTION 'movements are recorded of what is signed and has not ended'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_of_what_is_signed';
    END IF;
    IF NEW.effective_on > current_date THEN
        RAISE EXCEPTION 'what has not happened yet is no movement'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'movement_not_in_future';
    END IF;
    IF NEW.currency IS DISTINCT FROM (SELECT s.currency FROM deals_size s WHERE s.commitment_id = NEW.commitment_id) THEN
        RAISE EXCEPTION 'a movement is in the currency of its commitment'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'movement_in_its_currency';
    END IF;
    PERFORM deals.check_ledger(NEW.commitment_id);
    RETURN NULL;
END $$;
