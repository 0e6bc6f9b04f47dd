-- Who asks. `wall.act` is the only way to become someone; it looks the person or client up, so that an identity that is
-- suspended, or a person who moved, has the rights of now. Everything is local to the transaction and dies with it.

CREATE OR REPLACE FUNCTION wall.everyone() RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT '00000000-0000-4000-8000-000000000001'::uuid $$;

CREATE OR REPLACE FUNCTION wall.me() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT nullif(current_setting('orebook.institution', true), '')::uuid $$;

CREATE OR REPLACE FUNCTION wall.principals() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT coalesce(nullif(current_setting('orebook.principals', true), '')::uuid[], ARRAY[wall.everyone()]) $$;

-- The asker as itself, not as one of a network or of everyone: its institution, and the person or client. Only so does it
-- act for its institution: where that walled a deal off, its colleagues outside the team do not.
CREATE OR REPLACE FUNCTION wall.myself() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT ARRAY[wall.me(), CASE WHEN actor ~ '^(person|client):' THEN split_part(actor, ':', 2)::uuid END]
    FROM current_setting('orebook.actor', true) AS actor
$$;

CREATE OR REPLACE FUNCTION wall.is_curator() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT coalesce(current_setting('orebook.curator', true), '') = 'on' $$;

-- Whether the asker is in so many audiences that looking all of them up takes longer than asking row by row. It decides
-- how the policies ask, never what they answer.
CREATE OR REPLACE FUNCTION wall.sees_much() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT coalesce(current_setting('orebook.sees_much', true), '') = 'on' $$;

-- In 10,000 audiences or more, as a sample has it: ids are random, so that one in 64 begins with 00 to 03.
CREATE OR REPLACE FUNCTION wall.is_in_many(principals_ uuid[]) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM institutions_audiencemember m
                   WHERE m.principal = ANY (principals_) AND m.audience_id < '04000000-0000-0000-0000-000000000000'
                   OFFSET 156)
$$;

-- Networks that `home` is told things in: where it is member or observer today, and their ended predecessors.
-- A membership in an ended network counts only where no successor took over. The secretariat, which keeps the memberships,
-- is told nothing by one.
CREATE OR REPLACE FUNCTION wall.networks_of(home uuid) RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH RECURSIVE told AS (
        SELECT n.id, n.predecessor_id
        FROM institutions_membership m JOIN institutions_network n ON n.id = m.network_id
        WHERE m.institution_id = home AND m.status IN ('member', 'observer')
          AND NOT EXISTS (SELECT FROM institutions_institution i WHERE i.id = home AND i.kind = 'secretariat')
          AND m.since <= current_date AND (m.until IS NULL OR m.until > current_date)
          AND (n.ended_on IS NULL OR n.ended_on > current_date
               OR NOT EXISTS (SELECT FROM institutions_network s WHERE s.predecessor_id = n.id))
        UNION
        SELECT p.id, p.predecessor_id
        FROM told JOIN institutions_network p ON p.id = told.predecessor_id
        WHERE p.ended_on <= current_date
    )
    SELECT coalesce(array_agg(id), '{}') FROM told
$$;

-- For which institution somebody may act now; NULL where it may not. For functions of the owner's alone.
-- kind: person | client | system (a job acting for the institution `actor`) | nobody.
CREATE OR REPLACE FUNCTION wall.acts_for(kind text, actor uuid, job text DEFAULT NULL) RETURNS uuid
LANGUAGE plpgsql STABLE AS $$
DECLARE home uuid;
BEGIN
    IF kind = 'person' THEN
        SELECT institution_id INTO home FROM institutions_staff WHERE id = actor AND is_active;
    ELSIF kind = 'client' THEN
        -- A client whose responsible person is suspended or moved away acts no more.
        SELECT c.institution_id INTO home FROM institutions_client c
        WHERE c.id = actor AND c.is_active
          AND (c.responsible_id IS NULL OR EXISTS (
              SELECT FROM institutions_staff s
              WHERE s.id = c.responsible_id AND s.is_active AND s.institution_id = c.institution_id));
    ELSIF kind = 'system' AND job IS NOT NULL THEN
        SELECT id INTO home FROM institutions_institution WHERE id = actor;
    END IF;
    RETURN home;
END $$;

CREATE OR REPLACE FUNCTION wall.act(kind text, actor uuid, job text DEFAULT NULL) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    home uuid := wall.acts_for(kind, actor, job);
    who text := kind || ':' || coalesce(job, actor::text, '');
    curator boolean := false;
    mine uuid[] := ARRAY[wall.everyone()];
BEGIN
    IF home IS NULL AND kind <> 'nobody' THEN
        RAISE EXCEPTION 'no such % can act', kind USING ERRCODE = 'invalid_authorization_specification';
    END IF;
    IF home IS NOT NULL THEN
        SELECT i.kind = 'secretariat' INTO curator FROM institutions_institution i WHERE id = home;
        mine := mine || home || wall.networks_of(home);
        IF kind IN ('person', 'client') THEN
            mine := mine || actor;
        END IF;
    ELSE
        who := '';
    END IF;
    PERFORM set_config('orebook.actor', who, true),
            set_config('orebook.institution', coalesce(home::text, ''), true),
            set_config('orebook.principals', mine::text, true),
            set_config('orebook.curator', CASE WHEN curator THEN 'on' ELSE '' END, true),
            set_config('orebook.sees_much', CASE WHEN wall.is_in_many(mine) THEN 'on' ELSE '' END, true);
    RETURN home;
END $$;
