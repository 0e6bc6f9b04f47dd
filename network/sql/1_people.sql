-- What belongs to one person: its follows, its preferences, its digests.

-- The acting person; NULL for clients, jobs and nobody.
CREATE OR REPLACE FUNCTION network.person() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN current_setting('orebook.actor', true) LIKE 'person:%'
                THEN substr(current_setting('orebook.actor', true), 8)::uuid END
$$;

-- The accounts that the acting person keeps: the own one and, of an institution's admin, all of that institution.
CREATE OR REPLACE FUNCTION network.kept_accounts() RETURNS SETOF uuid LANGUAGE sql STABLE AS $$
    SELECT s.id FROM institutions_staff me
    JOIN institutions_staff s ON s.id = me.id OR me.role = 'institution_admin' AND s.institution_id = me.institution_id
    WHERE me.id = network.person() AND me.is_active
$$;

-- Whether a job works, and nobody's session: the ledger is the jobs' alone, whatever statement a person could smuggle in.
CREATE OR REPLACE FUNCTION network.nobody_acts() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT coalesce(current_setting('orebook.actor', true), '') !~ '^(person|client):'
$$;

-- BEFORE trigger, with the rights of whoever follows: foreign keys are checked past policies, so a hidden deal is
-- refused here, in the same words as a missing one.
CREATE OR REPLACE FUNCTION network.begin_follow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM deals_deal WHERE id = NEW.deal_id) THEN
        RAISE EXCEPTION 'there is no such deal' USING ERRCODE = 'insufficient_privilege';
    END IF;
    -- Whatever is still being written now is told; it could not be seen yet.
    NEW.since_xact := journal.horizon();
    RETURN NEW;
END $$;

-- BEFORE trigger of what is watched; a hidden project is refused as a missing one.
CREATE OR REPLACE FUNCTION network.begin_watch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.project_id IS NOT NULL AND NOT EXISTS (SELECT FROM deals_project WHERE id = NEW.project_id) THEN
        RAISE EXCEPTION 'there is no such project' USING ERRCODE = 'insufficient_privilege';
    END IF;
    NEW.since_xact := journal.horizon();
    RETURN NEW;
END $$;
