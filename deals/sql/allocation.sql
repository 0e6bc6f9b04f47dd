-- Allocation: the lead's counter, and what an answer does to it. The counter moves by the lead's own rows and by answers
-- that are addressed to the lead; nothing that is hidden from the lead has a part in it.

-- Before a counter: it begins at nothing, under the tranche's own amount. The application can't state either.
CREATE OR REPLACE FUNCTION deals.counter_begins() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.allocated := 0;
    SELECT coalesce(t.amount, 0), t.currency INTO NEW.ceiling, NEW.currency
    FROM deals_tranche t WHERE t.id = NEW.tranche_id;
    RETURN NEW;
END $$;

-- After an allocation is confirmed: its lines add up to what it says, and the counter takes them, or all is refused.
CREATE OR REPLACE FUNCTION deals.count_allocation() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.state <> 'confirmed' OR OLD.state = 'confirmed' THEN
        RETURN NULL;
    END IF;
    IF NEW.total IS DISTINCT FROM (SELECT sum(l.amount) FROM deals_allocationline l WHERE l.allocation_id = NEW.id) THEN
        RAISE EXCEPTION 'the lines of an allocation add up to its total'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'allocation_adds_up';
    END IF;
    UPDATE deals_allocationcounter SET allocated = allocated + NEW.total
    WHERE tranche_id = NEW.tranche_id AND owner_id = NEW.owner_id AND currency = NEW.currency;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the tranche has no counter in this currency'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'allocation_is_counted';
    END IF;
    -- Looked at after the counter is taken, which only one allocation of the tranche holds at a time.
    IF EXISTS (SELECT FROM deals_allocationline l JOIN deals_allocationline o ON o.commitment_id = l.commitment_id
               WHERE l.allocation_id = NEW.id AND o.allocation_id <> NEW.id AND o.owner_id = NEW.owner_id
                 AND o.state = 'confirmed' AND o.taken_back_on IS NULL
                 AND NOT EXISTS (SELECT FROM deals_allocationacceptance a WHERE a.line_id = o.id AND a.state = 'confirmed'
                                 AND (a.answer = 'declined' OR a.given_back_on IS NOT NULL))) THEN
        RAISE EXCEPTION 'an offer has one line at a time'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'one_line_at_a_time';
    END IF;
    RETURN NULL;
END $$;

-- Money that was allocated and is free again: what was counted, and never below nothing, so that no answer of another
-- institution fails for the sake of the lead's counter.
CREATE OR REPLACE FUNCTION deals.uncount(line uuid) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    UPDATE deals_allocationcounter c SET allocated = greatest(c.allocated - l.amount, 0)
    FROM deals_allocationline l WHERE l.id = line AND c.tranche_id = l.tranche_id AND c.owner_id = l.owner_id
      AND c.currency = l.currency
$$;

-- Before a line: it is in the currency of its allocation, in which it is counted. It is written while its allocation is prepared, confirmed with it, and taken back while nobody has
-- answered it. An answer that its owner only prepares is hidden from the lead, and stands in the way of nothing.
CREATE OR REPLACE FUNCTION deals.guard_line() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF (TG_OP = 'INSERT' OR NEW.state <> OLD.state) AND NOT EXISTS (
            SELECT FROM deals_allocation a
            WHERE a.id = NEW.allocation_id AND a.owner_id = NEW.owner_id AND a.state = NEW.state
              AND a.currency = NEW.currency) THEN
        RAISE EXCEPTION 'a line stands and falls with its allocation'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'line_follows_its_allocation';
    END IF;
    IF NEW.taken_back_on IS NOT NULL AND (TG_OP = 'INSERT' OR OLD.taken_back_on IS DISTINCT FROM NEW.taken_back_on) THEN
        IF TG_OP = 'INSERT' OR OLD.taken_back_on IS NOT NULL OR NEW.state <> 'confirmed'
           OR EXISTS (SELECT FROM deals_allocationacceptance a WHERE a.line_id = NEW.id AND a.state = 'confirmed') THEN
            RAISE EXCEPTION 'a line is taken back while it is open'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'allocation_line_is_open';
        END IF;
        PERFORM deals.uncount(NEW.id);
    ELSIF TG_OP = 'UPDATE' AND NEW.taken_back_on IS DISTINCT FROM OLD.taken_back_on THEN
        RAISE EXCEPTION 'a line that was taken back is replaced by a new one'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'allocation_line_is_open';
    END IF;
    RETURN NEW;
END $$;

-- Before an answer: to a line that was confirmed for this institution and is not taken back. Another's line is as missing.
CREATE OR REPLACE FUNCTION deals.guard_acceptance() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' OR NEW.state = 'confirmed' AND OLD.state <> 'confirmed' THEN
        -- Locked, so that the lead who takes it back at this moment comes first or finds it answered.
        PERFORM FROM deals_allocationline l
        WHERE l.id = NEW.line_id AND l.institution_id = NEW.owner_id AND l.state = 'confirmed' AND l.taken_back_on IS NULL
        FOR NO KEY UPDATE;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'an answer is about an open line of its institution'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'allocation_line_is_open';
        END IF;
        -- In one currency, and no more than was offered: the line becomes the size.
        IF NEW.answer = 'accepted' AND EXISTS (
                SELECT FROM deals_allocationline l JOIN deals_size s ON s.commitment_id = l.commitment_id
                WHERE l.id = NEW.line_id AND s.owner_id = NEW.owner_id AND s.amount IS NOT NULL
                  AND (s.currency <> l.currency OR s.amount < l.amount)) THEN
            RAISE EXCEPTION 'a line above the offer is not accepted'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'allocation_line_within_its_offer';
        END IF;
        NEW.given_back_on := NULL;
    END IF;
    RETURN NEW;
END $$;

-- After an answer: what is declined, or given back after it was accepted, is free again for the lead.
CREATE OR REPLACE FUNCTION deals.count_answer() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.answer = 'declined' AND NEW.state = 'confirmed' AND OLD.state <> 'confirmed'
       OR NEW.answer = 'accepted' AND NEW.state = 'confirmed'
          AND NEW.given_back_on IS NOT NULL AND OLD.given_back_on IS NULL THEN
        PERFORM deals.uncount(NEW.line_id);
    END IF;
    RETURN NULL;
END $$;

-- After a commitment left what was allocated (it ended, or went back): its owner's answer tells the lead so.
CREATE OR REPLACE FUNCTION deals.give_back() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF deals.holds_allocation(OLD.stage) AND NOT deals.holds_allocation(NEW.stage) THEN
        UPDATE deals_allocationacceptance SET given_back_on = current_date
        WHERE commitment_id = NEW.id AND answer = 'accepted' AND state = 'confirmed' AND given_back_on IS NULL;
    END IF;
    RETURN NULL;
END $$;

-- After a tranche's amount or currency: the counter's ceiling follows; below what is allocated it does not go.
CREATE OR REPLACE FUNCTION deals.raise_ceiling() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM deals_allocationcounter c
               WHERE c.tranche_id = NEW.id AND c.currency <> NEW.currency AND c.allocated > 0) THEN
        RAISE EXCEPTION 'what is allocated keeps its currency'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'allocated_within_the_tranche';
    END IF;
    UPDATE deals_allocationcounter SET ceiling = coalesce(NEW.amount, 0), currency = NEW.currency
    WHERE tranche_id = NEW.id;
    RETURN NULL;
END $$;
