-- The ledger of a commitment: what a movement adds to its sums, and that the sums hold on every day. Whatever is refused
-- here depends on the actor's own rows, and on rows that are addressed to it.

-- BEFORE trigger: what a movement says of itself and of the rows that it names.
CREATE OR REPLACE FUNCTION deals.movement_is_sound() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    was deals_movement;
BEGIN
    IF NEW.state = 'confirmed' AND NEW.recorded_at IS NULL THEN
        NEW.recorded_at := now();
    END IF;
    IF TG_OP = 'UPDATE' THEN
        RETURN NEW;
    END IF;
    IF NEW.kind IN ('initial', 'transfer_out') AND pg_trigger_depth() = 1 THEN
        RAISE EXCEPTION 'the ledger writes % itself', NEW.kind
            USING ERRCODE = 'check_violation', CONSTRAINT = 'movement_by_itself';
    END IF;
    IF NEW.effective_on > current_date THEN
        RAISE EXCEPTION 'what has not happened yet is no movement'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'movement_not_in_future';
    END IF;
    NEW.committed_change := CASE
        WHEN NEW.kind IN ('initial', 'increase', 'transfer_in') THEN NEW.amount
        WHEN NEW.kind = 'redenomination' AND NEW.pair_id IS NOT NULL THEN NEW.amount
        WHEN NEW.kind IN ('partial_cancellation', 'transfer_out', 'redenomination') THEN -NEW.amount
        ELSE 0 END;
    NEW.drawn_change := CASE WHEN NEW.kind = 'drawdown' THEN NEW.amount ELSE 0 END;
    NEW.repaid_change := CASE WHEN NEW.kind IN ('repayment', 'prepayment') THEN NEW.amount ELSE 0 END;
    IF NEW.kind = 'reversal' THEN
        SELECT * INTO was FROM deals_movement WHERE id = NEW.reverses_id;
        IF was.id IS NULL OR was.commitment_id <> NEW.commitment_id OR was.state <> 'confirmed'
           OR was.kind NOT IN ('increase', 'partial_cancellation', 'drawdown', 'repayment', 'prepayment')
           OR (was.amount, was.currency) <> (NEW.amount, NEW.currency) OR NEW.effective_on < was.effective_on THEN
            RAISE EXCEPTION 'a reversal takes back the whole of one movement of the same commitment'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'reversal_of_a_movement';
        END IF;
        NEW.committed_change := -was.committed_change;
        NEW.drawn_change := -was.drawn_change;
        NEW.repaid_change := -was.repaid_change;
    END IF;
    RETURN NEW;
END $$;

-- AFTER trigger: a proposal is confirmed as it stands. Not before: the policy comes in between, so that somebody else's
-- proposal is as one that is not there.
CREATE OR REPLACE FUNCTION deals.movement_as_proposed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.proposal_id IS NOT NULL AND NOT EXISTS (
            SELECT FROM deals_movementproposal p
            WHERE p.id = NEW.proposal_id AND p.to_id = NEW.owner_id AND p.withdrawn_on IS NULL
              AND p.owner_id = NEW.answers_id AND p.deal_id = NEW.deal_id
              AND coalesce(p.commitment_id, NEW.commitment_id) = NEW.commitment_id
              AND (p.kind, p.amount, p.currency, p.effective_on)
                  = (NEW.kind, NEW.amount, NEW.currency, NEW.effective_on)) THEN
        RAISE EXCEPTION 'a proposal is confirmed as it stands, by whom it is addressed to'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'movement_as_proposed';
    END IF;
    RETURN NULL;
END $$;

-- AFTER trigger: who is told. What changes the committed amount is told as the size, which it changes; four eyes have
-- seen how far that is told. What was drawn and repaid is told no further than the size, beyond the lead by two persons.
CREATE OR REPLACE FUNCTION deals.movement_is_told() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.level <> 'own' THEN
        -- Held in the order in which a movement holds them: a size that is narrowed meanwhile takes this along, or has
        -- come before.
        PERFORM FROM deals_commitment WHERE id = NEW.commitment_id AND owner_id = NEW.owner_id FOR NO KEY UPDATE;
        PERFORM FROM deals_size WHERE commitment_id = NEW.commitment_id AND owner_id = NEW.owner_id FOR NO KEY UPDATE;
    END IF;
    IF NEW.level <> 'own' AND wall.rank(NEW.level) > coalesce(
            (SELECT wall.rank(s.level) FROM deals_size s WHERE s.commitment_id = NEW.commitment_id), 0) THEN
        RAISE EXCEPTION 'a movement is told no further than the size'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'part_within_size';
    END IF;
    IF NEW.committed_change = 0 AND wall.rank(NEW.level) > wall.rank('lead')
       AND (TG_OP = 'INSERT' OR wall.rank(NEW.level) > wall.rank(OLD.level))
       AND NOT wall.approved(NEW.owner_id, NEW.id, ARRAY['levels', NEW.id::text], NEW.level) THEN
        RAISE EXCEPTION 'widening to % needs a second person', NEW.level
            USING ERRCODE = 'check_violation', CONSTRAINT = 'widening_needs_four_eyes';
    END IF;
    RETURN NULL;
END $$;

-- AFTER trigger: what names another commitment is told no further than that. Not before: the policy comes in between, and
-- refuses what names a hidden commitment as it refuses what names none.
CREATE OR REPLACE FUNCTION deals.refinancing_is_told() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.repays_id IS NOT NULL AND wall.rank(NEW.level) >
            (SELECT wall.rank(c.level) FROM deals_commitment c WHERE c.id = NEW.repays_id) THEN
        RAISE EXCEPTION 'a refinancing is told no further than what it repays'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'part_within_commitment';
    END IF;
    RETURN NULL;
END $$;

-- On every day, in every currency: repaid <= drawn <= committed. What is offered for transfer is reserved, so that
-- whoever takes it up is never refused by what its owner did meanwhile. The caller holds the commitment.
CREATE OR REPLACE FUNCTION deals.check_ledger(which uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    over boolean;
BEGIN
    SELECT d.drawn > d.committed INTO over FROM (
        SELECT sum(sum(m.committed)) OVER w AS committed, sum(sum(m.drawn)) OVER w AS drawn,
               sum(sum(m.repaid)) OVER w AS repaid, m.effective_on
        FROM (SELECT currency, effective_on, committed_change AS committed, drawn_change AS drawn,
                     repaid_change AS repaid
              FROM deals_movement WHERE commitment_id = which AND state = 'confirmed'
              UNION ALL
              SELECT t.currency, t.effective_on, -t.amount, 0, 0 FROM deals_transfer t
              WHERE t.commitment_id = which AND deals.is_open(t)) m
        GROUP BY m.currency, m.effective_on
        WINDOW w AS (PARTITION BY m.currency ORDER BY m.effective_on)
    ) d WHERE d.drawn > d.committed OR d.repaid > d.drawn ORDER BY d.effective_on LIMIT 1;
    IF over THEN
        RAISE EXCEPTION 'drawn never exceeds committed'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'drawn_within_committed';
    ELSIF NOT over THEN
        RAISE EXCEPTION 'no more is repaid than was drawn'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'repaid_within_drawn';
    END IF;
END $$;

-- AFTER trigger: a movement comes into force. One at a time per commitment: of two who race, the second sees the first.
CREATE OR REPLACE FUNCTION deals.movement_counts() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    c deals_commitment;
    s deals_size;
    told text;
BEGIN
    IF NEW.state <> 'confirmed' OR (TG_OP = 'UPDATE' AND OLD.state = 'confirmed') THEN
        RETURN NULL;
    END IF;
    SELECT * INTO c FROM deals_commitment WHERE id = NEW.commitment_id FOR NO KEY UPDATE;
    SELECT * INTO s FROM deals_size WHERE commitment_id = NEW.commitment_id FOR NO KEY UPDATE;
    IF c.origin <> 'registered' OR NOT (deals.runs_ledger(c.stage)
            -- Or begins with the money that another hands over, in the transaction in which it is signed.
            OR (NEW.kind = 'transfer_in' AND s.amount = NEW.amount
                AND wall.approved(c.owner_id, c.id, ARRAY['stage'], 'signed'))) THEN
        RAISE EXCEPTION 'movements are recorded of what is signed and has not ended'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_of_what_is_signed';
    END IF;
    IF NEW.kind = 'drawdown' AND c.stage = 'signed' THEN
        RAISE EXCEPTION 'nothing is drawn before the agreement is effective'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'drawdown_once_effective';
    END IF;
    IF NEW.kind = 'redenomination' THEN
        PERFORM deals.check_redenomination(NEW, s.currency);
    ELSIF NEW.currency IS DISTINCT FROM s.currency OR EXISTS (
            SELECT FROM deals_movement m WHERE m.commitment_id = NEW.commitment_id AND m.kind = 'redenomination'
            AND m.state = 'confirmed' AND m.effective_on > NEW.effective_on) THEN
        RAISE EXCEPTION 'a movement is in the currency of its commitment'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'movement_in_its_currency';
    END IF;
    IF NEW.kind = 'transfer_in' THEN
        PERFORM deals.take_up(NEW);
    END IF;
    PERFORM deals.check_ledger(NEW.commitment_id);
    IF NEW.committed_change <> 0 THEN
        told := s.level;
        PERFORM journal.dates(NEW.commitment_id, NEW.effective_on);
        UPDATE deals_size SET amount = l.committed, currency = l.currency
        FROM (SELECT currency, sum(committed_change) AS committed FROM deals_movement
              WHERE commitment_id = NEW.commitment_id AND state = 'confirmed'
              GROUP BY currency ORDER BY 2 DESC, max(effective_on) DESC LIMIT 1) l
        WHERE commitment_id = NEW.commitment_id AND (deals_size.amount, deals_size.currency) <> (l.committed, l.currency);
    ELSIF NEW.kind = 'reversal' THEN
        told := (SELECT m.level FROM deals_movement m WHERE m.id = NEW.reverses_id);
    END IF;
    IF told <> NEW.level AND NOT (NEW.committed_change = 0 AND wall.rank(told) > wall.rank('lead')) THEN
        UPDATE deals_movement SET level = told WHERE id = NEW.id;
    END IF;
    RETURN NULL;
END $$;

-- What a ledger came to as it stood: amounts are the sums of movements, which may be recorded later than they took effect.
CREATE OR REPLACE FUNCTION deals.committed_then(commitment uuid) RETURNS TABLE (amount numeric, currency text)
LANGUAGE sql STABLE AS $$
    SELECT sum(m.committed_change), m.currency FROM past.deals_movement m
    WHERE m.commitment_id = commitment AND m.state = 'confirmed'
    GROUP BY m.currency ORDER BY 1 DESC, max(m.effective_on) DESC LIMIT 1
$$;

-- A redenomination takes the whole of what is committed, before anything is drawn, from one currency into another: both
-- sides at once, at the rate, to the minor unit.
CREATE OR REPLACE FUNCTION deals.check_redenomination(m deals_movement, present text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    gone deals_movement;
    came deals_movement;
BEGIN
    SELECT * INTO came FROM deals_movement WHERE id = m.id AND m.pair_id IS NOT NULL
        OR pair_id = m.id AND state = 'confirmed';
    SELECT * INTO gone FROM deals_movement WHERE id = came.pair_id;
    IF gone.id IS NULL OR gone.commitment_id <> came.commitment_id OR gone.pair_id IS NOT NULL
       OR gone.kind <> 'redenomination' OR gone.state <> 'confirmed' OR gone.currency = came.currency
       OR gone.effective_on <> came.effective_on
       OR came.amount <> round(gone.amount * came.rate,
                               (SELECT digits FROM deals_currency WHERE code = came.currency)::int) THEN
        RAISE EXCEPTION 'a redenomination has two sides that balance at its rate'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'redenomination_balances';
    END IF;
    -- The side that goes first finds the size in the old currency still.
    IF present NOT IN (gone.currency, came.currency)
       OR EXISTS (SELECT FROM deals_movement x WHERE x.commitment_id = m.commitment_id AND x.state = 'confirmed'
                  AND x.effective_on > m.effective_on)
       OR (SELECT (sum(x.committed_change), sum(x.drawn_change)) <> (0, 0) FROM deals_movement x
           WHERE x.commitment_id = m.commitment_id AND x.state = 'confirmed' AND x.currency = gone.currency) THEN
        RAISE EXCEPTION 'the whole of an undrawn commitment is redenominated'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'redenomination_of_the_whole';
    END IF;
END $$;

-- After a commitment: its ledger begins at signature with its size, unless it began with what was transferred to it.
CREATE OR REPLACE FUNCTION deals.begin_ledger() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.origin = 'registered' AND deals.runs_ledger(NEW.stage) AND NOT EXISTS (
            SELECT FROM deals_movement m WHERE m.commitment_id = NEW.id AND m.state = 'confirmed') THEN
        INSERT INTO deals_movement (id, owner_id, level, demo, state, deal_id, commitment_id, kind, amount, currency,
                                    effective_on, reference, committed_change, drawn_change, repaid_change)
        SELECT gen_random_uuid(), NEW.owner_id, s.level, NEW.demo, 'confirmed', NEW.deal_id, NEW.id, 'initial', s.amount,
               s.currency, least(NEW.signed_on, current_date), NEW.agreement_reference, 0, 0, 0
        FROM deals_size s WHERE s.commitment_id = NEW.id;
    END IF;
    RETURN NULL;
END $$;

-- After a size was told to others: what changed the amount is told with it, and nothing of the ledger further than it.
CREATE OR REPLACE FUNCTION deals.ledger_follows_size() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    UPDATE deals_movement SET level = NEW.level
    WHERE commitment_id = NEW.commitment_id AND state = 'confirmed' AND level <> NEW.level
      AND (committed_change <> 0 OR wall.rank(level) > wall.rank(NEW.level));
    RETURN NULL;
END $$;

-- AFTER trigger (after the policy, as above): only the deal's facility agent proposes, to those whom it sees in the deal, so
-- that no refusal tells it who else is there or has left; whoever is out sees nothing of it. And
-- it names a commitment of whom it proposes to.
CREATE OR REPLACE FUNCTION deals.agent_proposes() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM deals_dealrole r WHERE r.deal_id = NEW.deal_id AND r.institution_id = NEW.owner_id
                   AND r.role = 'facility_agent' AND r.state = 'confirmed'
                   AND coalesce(r.since, '-infinity') <= current_date AND coalesce(r.until, 'infinity') > current_date) THEN
        RAISE EXCEPTION 'the facility agent of the deal proposes movements'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'proposed_by_the_agent';
    END IF;
    IF NOT EXISTS (SELECT FROM deals_party p WHERE p.deal_id = NEW.deal_id AND p.institution_id = NEW.to_id
                   AND p.state = 'confirmed' AND coalesce(p.left_on, 'infinity') > current_date
                   AND deals.sees(p.audience_id))
       AND NOT EXISTS (SELECT FROM deals_commitment c WHERE c.deal_id = NEW.deal_id AND c.owner_id = NEW.to_id
                       AND deals.sees(c.audience_id))
       AND NOT EXISTS (SELECT FROM deals_deal d WHERE d.id = NEW.deal_id AND d.owner_id = NEW.to_id) THEN
        RAISE EXCEPTION 'a movement is proposed to whom is let into the deal'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'proposed_within_the_deal';
    END IF;
    IF NEW.commitment_id IS NOT NULL AND NOT EXISTS (
            SELECT FROM deals_commitment c WHERE c.id = NEW.commitment_id AND c.owner_id = NEW.to_id
            AND c.deal_id = NEW.deal_id) THEN
        RAISE EXCEPTION 'a proposal names a commitment of whom it is addressed to'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'proposal_of_its_commitment';
    END IF;
    RETURN NULL;
END $$;
