-- Conditions precedent. Checks of what a row names are AFTER triggers: what the policies refuse is never looked at, so
-- that no error tells of a hidden row.

-- After a condition is written: who may, and what two persons have to see.
CREATE OR REPLACE FUNCTION deals.guard_condition() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    stage_ text;
    seen_by_two boolean;
BEGIN
    IF NEW.origin = 'published' THEN
        RETURN NULL;
    END IF;
    IF TG_OP = 'INSERT' THEN
        -- Held until the end: a move to 'effective' at the same time waits and then finds the condition, or comes first.
        SELECT stage INTO stage_ FROM deals_commitment WHERE id = NEW.commitment_id FOR SHARE;
    ELSE
        SELECT stage INTO stage_ FROM deals_commitment WHERE id = NEW.commitment_id;
    END IF;
    seen_by_two := coalesce(deals.class_of(stage_) IN ('conditional', 'firm'), false)
        -- What lapses with its commitment is the database's own doing.
        OR (pg_trigger_depth() = 1 AND (wall.being_decided(NEW.owner_id, NEW.commitment_id)
                                        OR wall.being_decided(NEW.owner_id, NEW.id)));
    IF NEW.decided_on > current_date THEN
        RAISE EXCEPTION 'a condition is decided today or earlier'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'condition_decided_by_today';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'open' THEN
            RAISE EXCEPTION 'a condition begins open'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'condition_begins_open';
        END IF;
        IF NEW.commitment_id IS NULL
           AND NOT EXISTS (SELECT FROM deals_deal d WHERE d.id = NEW.deal_id AND d.owner_id = NEW.owner_id) THEN
            RAISE EXCEPTION 'the registrar keeps the conditions of the deal'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'condition_of_the_deal_is_its_registrars';
        END IF;
        IF stage_ IN ('effective', 'disbursing') OR deals.class_of(stage_) = 'ended' THEN
            RAISE EXCEPTION 'nothing is precedent to what is effective or has ended'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'condition_is_precedent';
        END IF;
        -- In its words, and with what stands beside them in the same request.
        IF seen_by_two AND NOT (
                wall.approved(NEW.owner_id, NEW.commitment_id, ARRAY['adds', NEW.id::text], NEW.text)
                AND wall.approved(NEW.owner_id, NEW.commitment_id, ARRAY['condition', 'kind'], NEW.kind)
                AND wall.approved(NEW.owner_id, NEW.commitment_id, ARRAY['condition', 'responsible'], NEW.responsible)
                AND deals.asked_now(NEW.owner_id, jsonb_build_object('condition', jsonb_build_object(
                    'due_on', NEW.due_on, 'reopens', NEW.reopens_id, 'least_offtake', NEW.least_offtake::text)))) THEN
            RAISE EXCEPTION 'a condition of what two persons approved is added by two'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'condition_needs_four_eyes';
        END IF;
        IF NEW.reopens_id IS NOT NULL AND NOT EXISTS (
                SELECT FROM deals_condition o
                WHERE o.id = NEW.reopens_id AND o.deal_id = NEW.deal_id AND o.state <> 'open'
                  AND o.commitment_id IS NOT DISTINCT FROM NEW.commitment_id) THEN
            RAISE EXCEPTION 'what is reopened was decided, of the same commitment'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'condition_reopens_a_decided_one';
        END IF;
        RETURN NULL;
    END IF;
    IF OLD.state <> 'open'
       AND (NEW.state, NEW.decided_on, NEW.kind, NEW.text, NEW.responsible, NEW.due_on, NEW.evidence,
            NEW.evidence_reference, NEW.reason)
           IS DISTINCT FROM (OLD.state, OLD.decided_on, OLD.kind, OLD.text, OLD.responsible, OLD.due_on, OLD.evidence,
                             OLD.evidence_reference, OLD.reason) THEN
        RAISE EXCEPTION 'what was decided stays decided'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'condition_is_decided_once';
    END IF;
    IF seen_by_two AND (NEW.kind, NEW.text, NEW.due_on) IS DISTINCT FROM (OLD.kind, OLD.text, OLD.due_on) THEN
        RAISE EXCEPTION 'the conditions of what two persons approved stand'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'approved_condition_stands';
    END IF;
    -- Lenders name it as their own: it does not become another under their hands.
    IF NEW.commitment_id IS NULL AND (NEW.kind, NEW.text) IS DISTINCT FROM (OLD.kind, OLD.text) THEN
        RAISE EXCEPTION 'a condition of the deal stands as it was worded'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'shared_condition_stands';
    END IF;
    IF NEW.state IN ('waived', 'lapsed') AND OLD.state = 'open' AND (seen_by_two OR NEW.commitment_id IS NULL)
       AND NOT wall.approved(NEW.owner_id, NEW.id, ARRAY['conditions', NEW.id::text], NEW.state) THEN
        RAISE EXCEPTION 'a condition is waived by two persons'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'waiver_needs_four_eyes';
    END IF;
    RETURN NULL;
END $$;

-- After a dependency is written: told no further than its condition, and no further than what it names was told then.
CREATE OR REPLACE FUNCTION deals.guard_dependency() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.origin = 'published' THEN
        RETURN NULL;
    END IF;
    IF wall.rank(NEW.level) > (SELECT wall.rank(c.level) FROM deals_condition c WHERE c.id = NEW.condition_id) THEN
        RAISE EXCEPTION 'a dependency is told no further than its condition'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'part_within_condition';
    END IF;
    IF TG_OP = 'UPDATE' THEN
        RETURN NULL;
    END IF;
    IF (SELECT c.state FROM deals_condition c WHERE c.id = NEW.condition_id) <> 'open' THEN
        RAISE EXCEPTION 'what was decided waits for nothing'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'condition_is_decided_once';
    END IF;
    -- The writer sees what it names: the policy has asked. Later it may not, and then nothing asks again.
    IF wall.rank(NEW.level) > (SELECT wall.rank(a.level) FROM deals_commitment a WHERE a.id = NEW.awaited_id)
       OR wall.rank(NEW.level) > (SELECT wall.rank(s.level) FROM deals_condition s WHERE s.id = NEW.shared_id) THEN
        RAISE EXCEPTION 'a dependency is told no further than what it names'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'dependency_within_what_it_names';
    END IF;
    IF NEW.shared_id IS NOT NULL
       AND (SELECT s.commitment_id FROM deals_condition s WHERE s.id = NEW.shared_id) IS NOT NULL THEN
        RAISE EXCEPTION 'what lenders share is a condition of the deal'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'shared_condition_is_the_deals';
    END IF;
    RETURN NULL;
END $$;

-- After a commitment, a deal or a condition is narrowed: what hangs on it goes along.
CREATE OR REPLACE FUNCTION deals.narrow_conditions() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF wall.rank(NEW.level) >= wall.rank(OLD.level) THEN
        RETURN NULL;
    END IF;
    IF TG_TABLE_NAME = 'deals_commitment' THEN
        UPDATE deals_condition SET level = NEW.level
        WHERE commitment_id = NEW.id AND wall.rank(level) > wall.rank(NEW.level);
    ELSIF TG_TABLE_NAME = 'deals_deal' THEN
        UPDATE deals_condition SET level = NEW.level
        WHERE deal_id = NEW.id AND commitment_id IS NULL AND wall.rank(level) > wall.rank(NEW.level);
    ELSE
        UPDATE deals_dependency SET level = NEW.level
        WHERE condition_id = NEW.id AND wall.rank(level) > wall.rank(NEW.level);
    END IF;
    RETURN NULL;
END $$;

-- After a commitment has ended: its open conditions lapse, and its institution is told where it ended by its date.
CREATE OR REPLACE FUNCTION deals.commitment_ended() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.origin = 'published' OR deals.class_of(NEW.stage) <> 'ended' OR deals.class_of(OLD.stage) = 'ended' THEN
        RETURN NULL;
    END IF;
    UPDATE deals_condition SET state = 'lapsed', decided_on = current_date
    WHERE commitment_id = NEW.id AND state = 'open';
    IF NEW.stage = 'lapsed' THEN
        INSERT INTO deals_expirynotice (id, owner_id, level, demo, deal_id, commitment_id, kind, due_on, days)
        VALUES (gen_random_uuid(), NEW.owner_id, 'own', NEW.demo, NEW.deal_id, NEW.id, 'validity', NEW.valid_until, 0)
        ON CONFLICT DO NOTHING;
    END IF;
    RETURN NULL;
END $$;

-- After a commitment is registered that takes up another: that one is the institution's own, which lapsed.
CREATE OR REPLACE FUNCTION deals.renews_lapsed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.renews_id IS NOT NULL
       AND (SELECT c.stage FROM deals_commitment c WHERE c.id = NEW.renews_id AND c.owner_id = NEW.owner_id)
           IS DISTINCT FROM 'lapsed' THEN
        RAISE EXCEPTION 'only what lapsed is taken up by a new commitment'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'renews_what_lapsed';
    END IF;
    RETURN NULL;
END $$;
