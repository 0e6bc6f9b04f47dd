-- Commitments: their parts go with them, each move is written down, and what runs out lapses.

-- The parts of a commitment are told no further than it.
CREATE OR REPLACE FUNCTION deals.within_commitment() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    whole uuid := (to_jsonb(NEW) ->> TG_ARGV[0])::uuid;
BEGIN
    IF NEW.level <> 'own' THEN
        -- Held until the end: its owner who narrows it meanwhile takes this part along, or has come before. Another's is
        -- not: its owner would notice.
        PERFORM FROM deals_commitment WHERE id = whole AND owner_id = NEW.owner_id FOR NO KEY UPDATE;
    END IF;
    IF NEW.origin = 'registered' AND wall.rank(NEW.level) >
            (SELECT wall.rank(c.level) FROM deals_commitment c WHERE c.id = whole) THEN
        RAISE EXCEPTION 'a part of a commitment is told no further than the commitment'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'part_within_commitment';
    END IF;
    RETURN NEW;
END $$;

-- A commitment that is narrowed takes its parts along.
CREATE OR REPLACE FUNCTION deals.narrow_commitment_parts() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF wall.rank(NEW.level) < wall.rank(OLD.level) THEN
        UPDATE deals_size SET level = NEW.level
        WHERE commitment_id = NEW.id AND wall.rank(level) > wall.rank(NEW.level);
        UPDATE deals_price SET level = NEW.level
        WHERE commitment_id = NEW.id AND wall.rank(level) > wall.rank(NEW.level);
        UPDATE deals_coverlink SET level = NEW.level
        WHERE cover_id = NEW.id AND wall.rank(level) > wall.rank(NEW.level);
        UPDATE deals_participation SET level = NEW.level
        WHERE commitment_id = NEW.id AND wall.rank(level) > wall.rank(NEW.level);
    END IF;
    RETURN NULL;
END $$;

-- When the transaction ends: a step is of what was taken in it, or stands. What never was is not told afterwards.
CREATE OR REPLACE FUNCTION deals.step_was_taken() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    whole uuid;
    tells text;
    stands text;
BEGIN
    IF NEW.origin <> 'registered' THEN
        RETURN NULL;
    ELSIF TG_TABLE_NAME = 'deals_dealstep' THEN
        whole := NEW.deal_id;
        tells := to_jsonb(NEW) ->> 'status';
        SELECT d.status INTO stands FROM deals_deal d WHERE d.id = whole;
    ELSE
        whole := (to_jsonb(NEW) ->> 'commitment_id')::uuid;
        tells := to_jsonb(NEW) ->> 'stage';
        SELECT c.stage INTO stands FROM deals_commitment c WHERE c.id = whole;
    END IF;
    IF tells <> stands AND NOT EXISTS (
            SELECT FROM institutions_event e
            WHERE e.row_id = whole AND e.xact = journal.xact() AND e.action IN ('created', 'updated')
              AND tells IN (e.after ->> 'stage', e.after ->> 'status')) THEN
        RAISE EXCEPTION 'a step tells what was taken'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'step_was_taken';
    END IF;
    RETURN NULL;
END $$;

-- When the transaction ends: a stage or status that was taken in it was written down in it, as a step of that day. A life
-- has no stage that its history does not tell.
CREATE OR REPLACE FUNCTION deals.is_written_down() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE written boolean;
BEGIN
    IF NEW.origin <> 'registered' THEN
        RETURN NULL;
    ELSIF TG_TABLE_NAME = 'deals_deal' THEN
        written := to_jsonb(NEW) ->> 'status' = to_jsonb(OLD) ->> 'status' OR EXISTS (
            SELECT FROM deals_dealstep s
            WHERE s.deal_id = NEW.id AND s.status = to_jsonb(NEW) ->> 'status' AND s.created_at = now());
    ELSE
        written := to_jsonb(NEW) ->> 'stage' = to_jsonb(OLD) ->> 'stage' OR EXISTS (
            SELECT FROM deals_step s
            WHERE s.commitment_id = NEW.id AND s.stage = to_jsonb(NEW) ->> 'stage' AND s.created_at = now());
    END IF;
    IF NOT written THEN
        RAISE EXCEPTION 'what is moved is written down as a step'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'move_is_written_down';
    END IF;
    RETURN NULL;
END $$;

-- Letters and approvals whose day has passed lapse by themselves. Returns how many.
CREATE OR REPLACE FUNCTION deals.lapse() RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    c deals_commitment;
    n int := 0;
    actor text := current_setting('orebook.actor', true);
    home text := current_setting('orebook.institution', true);
BEGIN
    -- Whoever rings the clock, it is nobody's act.
    PERFORM set_config('orebook.actor', 'system:lapse', true), set_config('orebook.institution', '', true);
    FOR c IN SELECT * FROM deals_commitment
             WHERE origin = 'registered' AND valid_until < current_date
               AND deals.lapses(stage)
             ORDER BY id FOR NO KEY UPDATE SKIP LOCKED LOOP
        PERFORM journal.dates(c.id, c.valid_until + 1);
        UPDATE deals_commitment SET stage = 'lapsed' WHERE id = c.id;
        INSERT INTO deals_step (id, owner_id, level, demo, origin, deal_id, commitment_id, stage, effective_on,
                                precision, valid_until, currency, reason, note)
        VALUES (gen_random_uuid(), c.owner_id, 'own', c.demo, 'registered', c.deal_id, c.id, 'lapsed',
                c.valid_until + 1, 'day', c.valid_until, '', '', '');
        n := n + 1;
    END LOOP;
    PERFORM set_config('orebook.actor', coalesce(actor, ''), true),
            set_config('orebook.institution', coalesce(home, ''), true);
    RETURN n;
END $$;

-- BEFORE trigger: a step of a commitment or deal tells what happened, and dates the move that it tells. What others
-- published may be announced for later.
CREATE OR REPLACE FUNCTION deals.step_has_come() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.origin = 'registered' AND NEW.effective_on > current_date THEN
        RAISE EXCEPTION 'a step is dated today or earlier'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'step_has_come';
    END IF;
    PERFORM journal.dates(coalesce((to_jsonb(NEW) ->> 'commitment_id')::uuid, NEW.deal_id), NEW.effective_on);
    RETURN NEW;
END $$;
