-- The event log: one event per change, written in the change's own transaction, so that nothing goes round it.

CREATE SEQUENCE IF NOT EXISTS journal.seq;

-- The number of the running transaction, which takes one with this: greater than all that the log holds, also where a
-- backup was put back into a cluster that counts from the beginning (`journal.shift`, isolation/raising.py).
CREATE OR REPLACE FUNCTION journal.xact() RETURNS bigint LANGUAGE sql STABLE AS
$$ SELECT pg_current_xact_id()::text::bigint + journal.shift() $$;

-- What a dated row (a step, a movement) is about to bring about of another takes effect on its day, not on that of its
-- record: the next event of the row `id`, or of a part of it.
CREATE OR REPLACE FUNCTION journal.dates(id uuid, day date) RETURNS void LANGUAGE sql AS
$$ SELECT set_config('orebook.dates', concat_ws(' ', id, day), true) $$;

CREATE OR REPLACE FUNCTION journal.dated(row_ uuid, after_ jsonb) RETURNS date LANGUAGE plpgsql AS $$
DECLARE said text[] := string_to_array(current_setting('orebook.dates', true), ' ');
BEGIN
    IF said[1] IN (row_::text, after_ ->> 'commitment_id') THEN
        PERFORM set_config('orebook.dates', '', true);
        RETURN said[2]::date;
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION journal.write(
    tbl text, row_ uuid, action_ text, before_ jsonb, after_ jsonb, audience_ uuid, addressee_ uuid) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    INSERT INTO institutions_event (id, xact, seq, effective_on, actor, institution_id, "table", row_id,
                                    action, before, after, audience_id, addressee)
    VALUES (gen_random_uuid(), journal.xact(), nextval('journal.seq'),
            coalesce((after_ ->> 'effective_on')::date, journal.dated(row_, after_), current_date),
            coalesce(nullif(current_setting('orebook.actor', true), ''), 'system:owner'), wall.me(),
            tbl, row_, action_, before_, after_, audience_, addressee_)
$$;

-- Principals that an audience admits at this moment.
CREATE OR REPLACE FUNCTION journal.admitted(which uuid) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT DISTINCT principal FROM institutions_audiencemember
    WHERE audience_id = which AND starts <= now() AND ends > now()
$$;

-- Tells `who` that a row came into its sight: an addressed event with the row as it now stands.
CREATE OR REPLACE FUNCTION journal.reveal(tbl text, row_ uuid, now_ jsonb, who uuid) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS
$$ SELECT journal.write(tbl, row_, 'revealed', NULL, now_, NULL, who) $$;

-- Whether an institution has a wall around the deal that a row is, or is of.
CREATE OR REPLACE FUNCTION journal.is_walled_off(home uuid, row_ uuid, r jsonb) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM institutions_dealteam t WHERE t.owner_id = home AND t.ended_at IS NULL
                   AND t.deal_id IN (row_, (r ->> 'deal_id')::uuid))
$$;

-- Tells `who` that a row went out of its sight: type and id only, and for a part the ids of its whole. A network is told
-- one member at a time, so that who joins later does not learn of rows that it never saw; so is an institution that walls
-- the deal off, one colleague and client at a time.
CREATE OR REPLACE FUNCTION journal.conceal(tbl text, row_ uuid, was jsonb, who uuid) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT journal.write(tbl, row_, 'concealed', NULL,
        (SELECT jsonb_object_agg(key, value) FROM jsonb_each(was)
         WHERE key IN ('commitment_id', 'deal_id', 'project_id', 'question_id', 'report_id') AND value <> 'null'),
        NULL, concerned)
    FROM (
        SELECT who WHERE NOT EXISTS (SELECT FROM institutions_network WHERE id = who) AND who <> wall.everyone()
                     AND NOT journal.is_walled_off(who, row_, was)
        UNION
        SELECT p.id FROM (SELECT id, institution_id FROM institutions_staff
                          UNION ALL SELECT id, institution_id FROM institutions_client) p
        WHERE p.institution_id = who AND journal.is_walled_off(who, row_, was)
        UNION
        SELECT i.id FROM institutions_institution i
        WHERE who = wall.everyone() OR (EXISTS (SELECT FROM institutions_network WHERE id = who)
                                        AND who = ANY (wall.networks_of(i.id)))
    ) AS of_it (concerned)
$$;

-- After members of an audience began or ended: events for every row that stands in it.
CREATE OR REPLACE FUNCTION journal.tell(which uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    gained uuid[];
    lost uuid[];
    s institutions_standing;
    now_ jsonb;
BEGIN
    SELECT array_agg(DISTINCT m.principal) INTO gained
    FROM institutions_audiencemember m
    WHERE m.audience_id = which AND m.phase = 'waiting' AND m.starts <= now() AND m.ends > now()
      AND NOT EXISTS (SELECT FROM institutions_audiencemember o
                      WHERE o.audience_id = which AND o.principal = m.principal AND o.phase = 'in');
    SELECT array_agg(DISTINCT m.principal) INTO lost
    FROM institutions_audiencemember m
    WHERE m.audience_id = which AND m.phase = 'in' AND m.ends <= now()
      AND m.principal NOT IN (SELECT journal.admitted(which));
    UPDATE institutions_audiencemember SET phase = CASE WHEN ends <= now() THEN 'out' ELSE 'in' END
    WHERE audience_id = which AND ((phase = 'waiting' AND starts <= now()) OR (phase = 'in' AND ends <= now()));
    IF gained IS NULL AND lost IS NULL THEN
        RETURN;
    END IF;
    FOR s IN SELECT * FROM institutions_standing WHERE audience_id = which ORDER BY row_id LOOP
        EXECUTE format('SELECT to_jsonb(t) FROM %I t WHERE id = $1', s."table") INTO now_ USING s.row_id;
        PERFORM journal.reveal(s."table", s.row_id, now_, who) FROM unnest(gained) who;
        PERFORM journal.conceal(s."table", s.row_id, now_, who) FROM unnest(lost) who;
    END LOOP;
END $$;

-- AFTER trigger of every logged table. Rows without an audience are reference rows, which everyone may read.
CREATE OR REPLACE FUNCTION journal.record() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    new_ jsonb := to_jsonb(NEW);
    old_ jsonb;
    audience_ uuid := coalesce((new_ ->> 'audience_id')::uuid, '00000000-0000-4000-8000-000000000002');
    was uuid;
    readers uuid;
    changed jsonb;
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO institutions_standing (row_id, "table", owner_id, audience_id)
        VALUES (NEW.id, TG_TABLE_NAME, (new_ ->> 'owner_id')::uuid, audience_);
        PERFORM journal.write(TG_TABLE_NAME, NEW.id, 'created', NULL, new_, audience_, NULL);
        RETURN NULL;
    END IF;
    old_ := to_jsonb(OLD);
    IF new_ - '{updated_at,told_at}'::text[] = old_ - '{updated_at,told_at}'::text[] THEN
        RETURN NULL;
    END IF;
    was := coalesce((old_ ->> 'audience_id')::uuid, audience_);
    SELECT jsonb_object_agg(key, value) INTO changed
    FROM jsonb_each(old_) WHERE new_ -> key IS DISTINCT FROM value;
    IF was = audience_ THEN
        PERFORM journal.write(TG_TABLE_NAME, NEW.id, 'updated', changed, new_, audience_, NULL);
        RETURN NULL;
    END IF;
    UPDATE institutions_standing SET audience_id = audience_ WHERE row_id = NEW.id;
    IF new_ ->> 'level' = old_ ->> 'level' THEN
        -- A grant: others must not learn that someone was named.
        SELECT wall.audience_for(a.owner_id, a.deal_id, a.network_id, 'own', NULL, NULL) INTO readers
        FROM institutions_audience a WHERE a.id = was;
    ELSE
        -- The narrower of the two: only who saw both may read both.
        SELECT id INTO readers FROM institutions_audience WHERE id IN (was, audience_) ORDER BY wall.rank(level) LIMIT 1;
    END IF;
    PERFORM journal.write(TG_TABLE_NAME, NEW.id, 'updated', changed, new_, readers, NULL);
    PERFORM journal.reveal(TG_TABLE_NAME, NEW.id, new_, who)
    FROM (SELECT journal.admitted(audience_) EXCEPT SELECT journal.admitted(was)) AS gained (who);
    PERFORM journal.conceal(TG_TABLE_NAME, NEW.id, new_, who)
    FROM (SELECT journal.admitted(was) EXCEPT SELECT journal.admitted(audience_)) AS lost (who);
    RETURN NULL;
END $$;

-- BEFORE trigger: nothing is deleted, not even by the tables' owner.
CREATE OR REPLACE FUNCTION journal.never() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% of % is not possible: history stays', lower(TG_OP), TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;

-- How far the log can be read without missing anything: no transaction below this is still open.
CREATE OR REPLACE FUNCTION journal.horizon() RETURNS bigint LANGUAGE sql STABLE AS
$$ SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint + journal.shift() $$;

-- Whether this server sees every transaction that another saw, whose snapshot is given: what had ended there has ended
-- here. Of a standby's snapshot only the ends are known, so one that is still open on both counts as not seen.
CREATE OR REPLACE FUNCTION journal.has_seen(other text) RETURNS boolean LANGUAGE sql STABLE AS
$$ SELECT pg_snapshot_xmin(pg_current_snapshot()) >= pg_snapshot_xmax(other::pg_snapshot) $$;
