-- Four eyes. What an officer prepared is done only in the transaction in which another person confirms it.

CREATE OR REPLACE FUNCTION wall.approved(owner uuid, subject uuid, path text[], wanted text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM institutions_approval
        WHERE owner_id = owner AND decision = 'confirmed'
          AND decided_xact = journal.xact()
          -- A level or a grant may be of a part; a stage is the subject's own.
          AND (row_id = subject OR (path[1] <> 'stage' AND asks -> path[1] ? subject::text))
          AND asks #>> path = wanted)
$$;

-- The person who acts, or who answers for the client that does; null for a job.
CREATE OR REPLACE FUNCTION wall.person() RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT CASE split_part(actor, ':', 1) WHEN 'person' THEN split_part(actor, ':', 2)::uuid
                WHEN 'client' THEN (SELECT c.responsible_id FROM institutions_client c
                                    WHERE c.id = split_part(actor, ':', 2)::uuid) END
    FROM current_setting('orebook.actor', true) AS actor
$$;

-- Whether a row is among those of which the actor, as a second person, confirms something in this transaction. What is
-- changed of it meanwhile is what was asked, or the approver alone has seen it.
CREATE OR REPLACE FUNCTION wall.being_decided(owner uuid, subject uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM institutions_approval
        WHERE owner_id = owner AND decision = 'confirmed' AND decided_xact = journal.xact()
          AND asks -> 'rows' ? subject::text AND decided_by_id = coalesce(wall.person(), decided_by_id))
$$;

-- BEFORE trigger: nothing registered is told beyond the lead by one person alone.
CREATE OR REPLACE FUNCTION wall.widening() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF coalesce(to_jsonb(NEW) ->> 'origin', 'registered') = 'published' THEN
        RETURN NEW;
    END IF;
    IF wall.rank(NEW.level) > wall.rank('lead')
       AND (TG_OP = 'INSERT' OR wall.rank(NEW.level) > wall.rank(OLD.level))
       AND NOT wall.approved(NEW.owner_id, NEW.id, ARRAY['levels', NEW.id::text], NEW.level) THEN
        RAISE EXCEPTION 'widening to % needs a second person', NEW.level
            USING ERRCODE = 'check_violation', CONSTRAINT = 'widening_needs_four_eyes';
    END IF;
    RETURN NEW;
END $$;

-- BEFORE trigger of rows that two persons make: prepared by one, in force once another confirmed. Arguments: '*', or the
-- column that names whom the row is addressed to, since what an institution addresses to itself needs no second person;
-- then a column, and those of its values that need none either.
CREATE OR REPLACE FUNCTION wall.two_persons() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF coalesce(to_jsonb(NEW) ->> 'origin', 'registered') = 'published'
       OR to_jsonb(NEW) ->> TG_ARGV[0] = NEW.owner_id::text
       OR to_jsonb(NEW) ->> TG_ARGV[1] = ANY (TG_ARGV[2:]) THEN
        NEW.state := 'confirmed';
        RETURN NEW;
    END IF;
    IF NEW.state = 'confirmed' AND (TG_OP = 'INSERT' OR OLD.state <> 'confirmed')
       AND NOT wall.approved(NEW.owner_id, NEW.id, ARRAY['states', NEW.id::text], 'confirmed') THEN
        RAISE EXCEPTION 'it takes effect when a second person confirms it'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'two_persons_needed';
    END IF;
    -- It comes into force as it was prepared: the approver changes nothing of it on the way.
    IF TG_OP = 'UPDATE' AND OLD.state = 'prepared'
       AND to_jsonb(NEW) - '{state,level,audience_id,updated_at,told_at,recorded_at}'::text[]
           <> to_jsonb(OLD) - '{state,level,audience_id,updated_at,told_at,recorded_at}'::text[]
       AND (NEW.state = 'confirmed' OR wall.being_decided(NEW.owner_id, NEW.id)) THEN
        RAISE EXCEPTION 'what is confirmed is what was prepared'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'confirmed_as_prepared';
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.state <> NEW.state AND OLD.state <> 'prepared' THEN
        RAISE EXCEPTION 'what was decided stays decided'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'state_is_decided_once';
    END IF;
    IF NEW.state <> 'confirmed' AND NEW.level <> 'own' THEN
        RAISE EXCEPTION 'what is prepared is told to nobody'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'prepared_stays_own';
    END IF;
    RETURN NEW;
END $$;

-- Whether a client (or none) may act in a person's name: the one who answers for it, within its scopes.
CREATE OR REPLACE FUNCTION wall.speaks_for(client uuid, person uuid, scope text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT client IS NULL OR EXISTS (
        SELECT FROM institutions_client c
        WHERE c.id = client AND c.responsible_id = person AND c.is_active AND scope = ANY (c.scopes))
$$;

-- The audiences that the asker is in now.
CREATE OR REPLACE FUNCTION wall.audiences() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT m.audience_id FROM institutions_audiencemember m
    WHERE m.principal = ANY (wall.principals()) AND m.starts <= statement_timestamp() AND m.ends > statement_timestamp()
$$;

-- Those that it is in as itself, and not as one of a network or of everyone.
CREATE OR REPLACE FUNCTION wall.own_audiences() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT m.audience_id FROM institutions_audiencemember m
    WHERE m.principal = ANY (wall.myself()) AND m.starts <= statement_timestamp() AND m.ends > statement_timestamp()
$$;

-- What rows looked like to the asker: a hash over the last event of each, which changes with each change of any. Of
-- others' rows what the asker sees, so that no hidden change is told.
CREATE OR REPLACE FUNCTION wall.fingerprint(rows_ uuid[]) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT encode(sha256(convert_to(coalesce(string_agg(e.id::text, ' ' ORDER BY e.row_id), ''), 'UTF8')), 'hex')
    FROM (SELECT DISTINCT ON (row_id) row_id, id FROM institutions_event
          WHERE row_id = ANY (rows_) AND action IN ('created', 'updated')
            AND (row_id IN (SELECT s.row_id FROM institutions_standing s
                            WHERE s.row_id = ANY (rows_) AND s.owner_id = wall.me()
                              AND s.audience_id IN (SELECT wall.own_audiences()))
                 OR (audience_id IN (SELECT wall.audiences())
                     AND row_id IN (SELECT s.row_id FROM institutions_standing s
                                    WHERE s.row_id = ANY (rows_) AND s.audience_id IN (SELECT wall.audiences()))))
          ORDER BY row_id, xact DESC, seq DESC) e
$$;

-- The rows that a request adds, and the word of its merge: they are written when it is confirmed.
CREATE OR REPLACE FUNCTION wall.added_rows(asks jsonb) RETURNS SETOF uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT key::uuid FROM jsonb_object_keys(coalesce(asks -> 'adds', '{}')) AS key
    UNION ALL SELECT (asks -> 'merge' ->> 'word')::uuid WHERE asks -> 'merge' ? 'word'
$$;

-- Every row there is that a request asks something of.
CREATE OR REPLACE FUNCTION wall.asked_rows(asks jsonb) RETURNS SETOF uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT key::uuid FROM unnest(ARRAY['levels', 'states', 'grants', 'nda', 'conditions', 'ends']) AS part,
                          jsonb_object_keys(coalesce(asks -> part, '{}')) AS key
    WHERE key::uuid NOT IN (SELECT wall.added_rows(asks))
$$;

-- BEFORE trigger of approvals: what a request is about is worked out by the database, not believed. It asks known things
-- of its own institution's rows alone; a change of any of them, before it is decided, voids it.
CREATE OR REPLACE FUNCTION wall.asks_honestly() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    about uuid[];
    held text;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF NEW.decision <> 'confirmed' OR OLD.decision <> '' THEN
            RETURN NEW;
        END IF;
        about := ARRAY(SELECT r::uuid FROM jsonb_array_elements_text(OLD.asks -> 'rows') r);
        -- Held until the end, the subject first as the services do: a change that races comes before and is found, or
        -- waits and finds what was decided. Of others' rows none: they would notice.
        FOR held IN SELECT s."table" FROM institutions_standing s
                    WHERE s.row_id = ANY (about) AND s.owner_id = NEW.owner_id
                    GROUP BY 1 ORDER BY s."table" <> NEW."table", 1 LOOP
            EXECUTE format('SELECT FROM %I WHERE id = ANY ($1) AND owner_id = $2 ORDER BY id FOR NO KEY UPDATE', held)
            USING about, NEW.owner_id;
        END LOOP;
        IF OLD.prepared_from <> wall.fingerprint(about) THEN
            RAISE EXCEPTION 'what was prepared has changed since'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'approval_void';
        END IF;
        RETURN NEW;
    END IF;
    IF jsonb_typeof(NEW.asks) <> 'object' OR EXISTS (
            SELECT FROM jsonb_object_keys(NEW.asks) AS key
            WHERE key NOT IN ('rows', 'levels', 'states', 'grants', 'starts', 'until', 'ends', 'nda', 'nda_company', 'nda_version', 'stage',
                              'on', 'reason', 'facts', 'size', 'price', 'conditions', 'adds', 'condition', 'merge', 'says')) THEN
        RAISE EXCEPTION 'a request asks known things'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'approval_asks_known_things';
    END IF;
    about := ARRAY(SELECT DISTINCT r FROM (
        SELECT NEW.row_id AS r UNION ALL SELECT wall.asked_rows(NEW.asks)
        UNION ALL SELECT e::uuid FROM jsonb_array_elements_text(coalesce(NEW.asks -> 'rows', '[]')) e) x ORDER BY r);
    IF EXISTS (SELECT FROM (SELECT NEW.row_id AS r UNION SELECT wall.asked_rows(NEW.asks)) a
               LEFT JOIN institutions_standing s ON s.row_id = a.r
               -- What a deal team keeps from the asker is as missing.
               WHERE s.owner_id IS DISTINCT FROM NEW.owner_id
                  OR s.audience_id NOT IN (SELECT wall.own_audiences()))
       -- Nor is what stands already slipped in as added.
       OR EXISTS (SELECT FROM institutions_standing s
                  WHERE s.row_id IN (SELECT wall.added_rows(NEW.asks)) AND s.owner_id = NEW.owner_id) THEN
        RAISE EXCEPTION 'a request is about rows of its own institution'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'approval_of_own_rows';
    END IF;
    NEW.asks := jsonb_set(NEW.asks, '{rows}', to_jsonb(about));
    NEW.prepared_from := wall.fingerprint(about);
    RETURN NEW;
END $$;

-- BEFORE trigger of approvals: decided once, by whoever acts, and nothing of what was asked changes.
CREATE OR REPLACE FUNCTION wall.decided_once() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    actor text := current_setting('orebook.actor', true);
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.decision <> '' THEN
            RAISE EXCEPTION 'an approval is prepared before it is decided'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'approval_is_prepared_first';
        END IF;
        IF actor NOT IN ('person:' || NEW.prepared_by_id, coalesce('client:' || NEW.prepared_client_id, '-')) THEN
            RAISE EXCEPTION 'an approval is prepared by whoever acts'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'approval_is_prepared_by_the_actor';
        END IF;
        IF NOT EXISTS (SELECT FROM institutions_staff s
                       WHERE s.id = NEW.prepared_by_id AND s.institution_id = NEW.owner_id AND s.is_active)
           OR NOT wall.speaks_for(NEW.prepared_client_id, NEW.prepared_by_id, 'commitments:write') THEN
            RAISE EXCEPTION 'an approval is prepared inside the institution'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'approval_is_prepared_inside';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.decision <> '' OR (to_jsonb(NEW) - '{decision,decided_by_id,decided_client_id,decided_at,decided_xact,reason,updated_at}'::text[])
            IS DISTINCT FROM (to_jsonb(OLD) - '{decision,decided_by_id,decided_client_id,decided_at,decided_xact,reason,updated_at}'::text[]) THEN
        RAISE EXCEPTION 'an approval is decided once and otherwise never changed'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'approval_is_decided_once';
    END IF;
    IF actor NOT IN ('person:' || NEW.decided_by_id, coalesce('client:' || NEW.decided_client_id, '-')) THEN
        RAISE EXCEPTION 'an approval is decided by whoever acts'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'approval_is_decided_by_the_actor';
    END IF;
    IF NOT EXISTS (SELECT FROM institutions_staff s WHERE s.id = NEW.decided_by_id AND s.institution_id = NEW.owner_id
                   AND s.role = 'approver' AND s.is_active)
       OR NOT wall.speaks_for(NEW.decided_client_id, NEW.decided_by_id, 'commitments:approve') THEN
        RAISE EXCEPTION 'an approval is decided by an approver of the same institution'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'approval_is_decided_by_an_approver';
    END IF;
    NEW.decided_xact := journal.xact();
    RETURN NEW;
END $$;
