-- The registry as it stood: what the log tells of each row at a moment, to whoever could see the row then and may see it
-- now. `past.stand` begins it for the rest of the transaction. The views of this schema (isolation/past.py) have the names of
-- the tables and lie before them in the search path, so that every question of lists, details and stacks is asked of them
-- as it stands.

-- The day that is today in what is asked.
CREATE OR REPLACE FUNCTION journal.today() RETURNS date LANGUAGE sql STABLE AS
$$ SELECT coalesce(nullif(current_setting('orebook.past_day', true), '')::date, current_date) $$;

-- What was recorded before this moment counts.
CREATE OR REPLACE FUNCTION past.known() RETURNS timestamptz LANGUAGE sql STABLE AS
$$ SELECT current_setting('orebook.past_known', true)::timestamptz $$;

-- Of what institutions recorded, what took effect by this day: no bound unless more was known later than the day that is
-- asked for. Reference rows have no such day.
CREATE OR REPLACE FUNCTION past.effective() RETURNS date LANGUAGE sql STABLE AS
$$ SELECT CASE WHEN past.looks_back() THEN journal.today() ELSE 'infinity' END $$;

CREATE OR REPLACE FUNCTION past.looks_back() RETURNS boolean LANGUAGE sql STABLE AS
$$ SELECT (past.known() AT TIME ZONE 'UTC')::timestamp > journal.today() + 1 $$;

-- As whom the asker saw then: itself, or the one whose sight of its own rows it asks for.
CREATE OR REPLACE FUNCTION past.principals() RETURNS uuid[] LANGUAGE sql STABLE AS
$$ SELECT nullif(current_setting('orebook.past_principals', true), '')::uuid[] $$;

CREATE OR REPLACE FUNCTION past.owner() RETURNS uuid LANGUAGE sql STABLE AS
$$ SELECT nullif(current_setting('orebook.past_owner', true), '')::uuid $$;

-- A row as the log has it; NULL where there was none. For functions of the owner's alone.
CREATE OR REPLACE FUNCTION past.logged(row_ uuid) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT e.after FROM institutions_event e
    WHERE e.row_id = row_ AND e.action IN ('created', 'updated')
      AND e.recorded_at < past.known()
      AND (e.effective_on <= past.effective() OR e.audience_id = '00000000-0000-4000-8000-000000000002')
    ORDER BY e.xact DESC, e.seq DESC LIMIT 1
$$;

-- A row as it stood, NULL unless it was seen just before the moment, and is now. Both audiences are asked: what was told
-- since is not shown of before, and what is told no more is not shown at all.
CREATE OR REPLACE FUNCTION past.state(row_ uuid) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT l.stood
    FROM (SELECT past.logged(row_) AS stood) l
    JOIN institutions_standing s ON s.row_id = row_
    WHERE l.stood IS NOT NULL
      AND (s.owner_id IS NULL OR past.owner() IS NULL OR s.owner_id = past.owner())
      AND (s.owner_id IS NULL OR EXISTS (
          SELECT FROM institutions_audiencemember m
          WHERE m.audience_id = (l.stood ->> 'audience_id')::uuid AND m.principal = ANY (past.principals())
            AND m.starts < past.known() AND m.ends >= past.known()))
      AND EXISTS (
          SELECT FROM institutions_audiencemember m
          WHERE m.audience_id = s.audience_id AND m.principal = ANY (wall.principals())
            AND m.starts <= statement_timestamp() AND m.ends > statement_timestamp())
$$;

-- The networks that an institution was told things in, as wall.networks_of has it for now.
CREATE OR REPLACE FUNCTION past.networks_of(home uuid) RETURNS uuid[] LANGUAGE sql STABLE AS $$
    WITH RECURSIVE day AS (SELECT ((past.known() - interval '1 microsecond') AT TIME ZONE 'UTC')::date AS day),
    network AS (
        SELECT t.id, (s.stood ->> 'predecessor_id')::uuid AS predecessor_id, (s.stood ->> 'ended_on')::date AS ended_on
        FROM institutions_network t, LATERAL past.logged(t.id) s (stood) WHERE s.stood IS NOT NULL
    ),
    told AS (
        SELECT n.id, n.predecessor_id
        FROM day, institutions_membership t, LATERAL past.logged(t.id) m (stood)
        JOIN network n ON n.id = (m.stood ->> 'network_id')::uuid
        WHERE t.institution_id = home AND m.stood ->> 'status' IN ('member', 'observer')
          AND NOT EXISTS (SELECT FROM institutions_institution i WHERE i.id = home AND i.kind = 'secretariat')
          AND (m.stood ->> 'since')::date <= day AND coalesce((m.stood ->> 'until')::date > day, true)
          AND (coalesce(n.ended_on > day, true) OR NOT EXISTS (SELECT FROM network x WHERE x.predecessor_id = n.id))
        UNION
        SELECT p.id, p.predecessor_id
        FROM day, told JOIN network p ON p.id = told.predecessor_id WHERE p.ended_on <= day
    )
    SELECT coalesce(array_agg(id), '{}') FROM told
$$;

-- Up to which moment nothing that was recorded can still appear. What a transaction writes is recorded at its beginning,
-- and none of the application's lasts longer than its limit; but for long imports, of which one is made at a time.
CREATE OR REPLACE FUNCTION past.settled() RETURNS timestamptz
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    longest interval := coalesce(nullif(current_setting('transaction_timeout')::interval, '0'), '60s') + interval '1s';
BEGIN
    -- Released at once: whoever asks holds up no import.
    BEGIN
        IF NOT pg_try_advisory_xact_lock_shared(hashtext('orebook long import')) THEN
            longest := interval '12 minutes';
        END IF;
        RAISE EXCEPTION USING ERRCODE = 'OB000';
    EXCEPTION WHEN SQLSTATE 'OB000' THEN
        NULL;
    END;
    RETURN statement_timestamp() - longest;
END $$;

-- The transaction reads what stood at the end of `day_`, as it was known before `known_`, and writes nothing. `whom`: of
-- what the asker owns, what that institution, network or everyone could see then; of an institution any of its people
-- counts, as in wall.see_as. Who calls this puts the schema `past` before the others.
CREATE OR REPLACE FUNCTION past.stand(day_ date, known_ timestamptz, whom uuid DEFAULT NULL) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    home uuid := wall.me();
    seen uuid[] := ARRAY[wall.everyone()];
BEGIN
    IF known_ > past.settled() THEN
        RAISE EXCEPTION 'what was recorded by then is not settled' USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
    PERFORM set_config('orebook.past_day', '', true), set_config('orebook.past_known', known_::text, true);
    IF whom IS NULL THEN
        seen := seen || wall.myself() || past.networks_of(home);
    ELSIF EXISTS (SELECT FROM institutions_institution WHERE id = whom) THEN
        seen := seen || whom || past.networks_of(whom) || ARRAY(
            SELECT id FROM institutions_staff WHERE institution_id = whom
            UNION SELECT id FROM institutions_client WHERE institution_id = whom
            UNION SELECT person_id FROM institutions_teammember WHERE owner_id = whom);
    ELSIF whom = ANY (wall.networks_of(home)) THEN
        seen := seen || whom;
    ELSIF whom <> wall.everyone() THEN
        RAISE EXCEPTION 'nobody sees anything as that' USING ERRCODE = 'insufficient_privilege';
    END IF;
    PERFORM set_config('orebook.past_day', day_::text, true), set_config('orebook.past_principals', seen::text, true),
            set_config('orebook.past_owner', CASE WHEN whom IS NULL THEN '' ELSE home::text END, true),
            set_config('transaction_read_only', 'on', true);
END $$;

-- The elements of a JSON array of texts.
CREATE OR REPLACE FUNCTION past.texts(found jsonb) RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN jsonb_typeof(found) = 'array'
                THEN ARRAY(SELECT value FROM jsonb_array_elements_text(found) WITH ORDINALITY e (value, place) ORDER BY place) END
$$;
