-- Who sees what. An audience is (owner, deal, network, level), for rows that are addressed to an institution the
-- addressee too, and for rows with named grants the row; from its end on nobody but its owner is in it. Its members are
-- worked out here and nowhere else, whenever a party, role, grant, consent or deal team changes.

CREATE OR REPLACE FUNCTION wall.rank(level text) RETURNS int LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT array_position(ARRAY['own', 'lead', 'parties', 'invited', 'network', 'public'], level) $$;

-- Who should be in an audience, and when. An institution with a deal team is replaced by the people on it.
CREATE OR REPLACE FUNCTION wall.desired(a institutions_audience)
RETURNS TABLE (principal uuid, starts timestamptz, ends timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH let_in AS (
        SELECT a.owner_id AS institution, '-infinity'::timestamptz AS starts, 'infinity'::timestamptz AS ends
        WHERE a.owner_id IS NOT NULL
        UNION ALL
        SELECT r.institution_id, r.starts, r.ends
        FROM institutions_reach r
        WHERE r.deal_id = a.deal_id AND wall.rank(a.level) >= wall.rank(r.level)
          -- A later coordinator does not see what was disclosed before, until its owner consents.
          AND (r.level <> 'lead' OR r.generation <= a.generation
               OR EXISTS (SELECT FROM institutions_consent c WHERE c.owner_id = a.owner_id
                          AND c.deal_id = a.deal_id AND c.institution_id = r.institution_id
                          AND c.ended_at IS NULL))
        UNION ALL
        SELECT g.institution_id, g.starts, g.ends FROM institutions_grant g WHERE g.row_id = a.row_id
        UNION ALL
        SELECT a.addressee_id, '-infinity', 'infinity' WHERE a.addressee_id IS NOT NULL AND NOT a.while_in_deal
        UNION ALL
        SELECT r.institution_id, r.starts, r.ends FROM institutions_reach r
        WHERE a.while_in_deal AND r.deal_id = a.deal_id AND r.institution_id = a.addressee_id
        UNION ALL
        -- Whoever registered the deal is in it.
        SELECT a.addressee_id, '-infinity', 'infinity' FROM institutions_standing s
        WHERE a.while_in_deal AND s.row_id = a.deal_id AND s.owner_id = a.addressee_id
    ),
    shown AS (
        -- Where the audience has no end, least() passes over it.
        SELECT institution, starts, CASE WHEN institution = a.owner_id THEN ends ELSE least(ends, a.ends) END AS ends
        FROM let_in
        -- The secretariat is let into no deal of others, whatever names it.
        WHERE institution = a.owner_id OR a.deal_id IS NULL
           OR NOT EXISTS (SELECT FROM institutions_institution i WHERE i.id = institution AND i.kind = 'secretariat')
    )
    SELECT institution, l.starts, l.ends FROM shown l
    WHERE l.ends > now() AND l.ends > l.starts
      AND NOT EXISTS (SELECT FROM institutions_dealteam t
                      WHERE t.owner_id = l.institution AND t.deal_id = a.deal_id AND t.ended_at IS NULL)
    UNION
    SELECT m.person_id, greatest(l.starts, m.starts), least(l.ends, m.ends)
    FROM shown l
    JOIN institutions_dealteam t ON t.owner_id = l.institution AND t.deal_id = a.deal_id AND t.ended_at IS NULL
    JOIN institutions_teammember m ON m.team_id = t.id
    -- Whoever moves to another institution leaves the team.
    JOIN (SELECT id, institution_id FROM institutions_staff
          UNION ALL SELECT id, institution_id FROM institutions_client) p
      ON p.id = m.person_id AND p.institution_id = t.owner_id
    WHERE least(l.ends, m.ends) > greatest(now(), l.starts, m.starts)
    UNION
    SELECT a.network_id, '-infinity', coalesce(a.ends, 'infinity')
    WHERE a.level IN ('network', 'public') AND a.network_id IS NOT NULL AND coalesce(a.ends > now(), true)
    UNION
    SELECT wall.everyone(), '-infinity', coalesce(a.ends, 'infinity')
    WHERE a.level = 'public' AND coalesce(a.ends > now(), true)
$$;

-- Brings the members of an audience up to date. Who leaves keeps its row, ended: 'who could see this then' stays known.
CREATE OR REPLACE FUNCTION wall.sync(which uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE a institutions_audience;
BEGIN
    -- One at a time per audience: two changes that race must both be in the result.
    SELECT * INTO STRICT a FROM institutions_audience WHERE id = which FOR NO KEY UPDATE;
    UPDATE institutions_audiencemember m SET ends = now()
    WHERE m.audience_id = which AND m.ends > now()
      AND NOT EXISTS (SELECT FROM wall.desired(a) d
                      WHERE d.principal = m.principal AND d.ends = m.ends
                        AND (d.starts = m.starts OR greatest(d.starts, m.starts) <= now()));
    INSERT INTO institutions_audiencemember (audience_id, owner_id, principal, starts, ends, phase)
    SELECT which, a.owner_id, d.principal, greatest(d.starts, now()), d.ends, 'waiting'
    FROM wall.desired(a) d
    WHERE NOT EXISTS (SELECT FROM institutions_audiencemember m
                      WHERE m.audience_id = which AND m.principal = d.principal AND m.ends = d.ends
                        AND (d.starts = m.starts OR greatest(d.starts, m.starts) <= now()));
    PERFORM journal.tell(which);
END $$;

CREATE OR REPLACE FUNCTION wall.sync_deal(deal uuid) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS
$$ SELECT wall.sync(id) FROM institutions_audience WHERE deal_id = deal ORDER BY id $$;

-- The audience of a row, made when it is the first of its kind. `told`: the generation of coordinators to which the row
-- was told already, where it is told no further now; without one it is told to those of today.
CREATE OR REPLACE FUNCTION wall.audience_for(
    owner uuid, deal uuid, net uuid, level_ text, single uuid,
    addressee uuid DEFAULT NULL, in_deal boolean DEFAULT false, ends_ timestamptz DEFAULT NULL, told int DEFAULT NULL)
RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    found uuid;
    gen int := 0;
    bound boolean := coalesce(in_deal, false) AND addressee IS NOT NULL;
BEGIN
    IF deal IS NOT NULL THEN
        SELECT network_id, CASE WHEN level_ = 'own' THEN 0 ELSE coalesce(told, generation) END INTO net, gen
        FROM institutions_circle WHERE deal_id = deal;
    END IF;
    FOR attempt IN 1..2 LOOP
        SELECT id INTO found FROM institutions_audience
        WHERE owner_id = owner AND level = level_
          AND deal_id IS NOT DISTINCT FROM deal AND network_id IS NOT DISTINCT FROM net
          AND row_id IS NOT DISTINCT FROM single AND addressee_id IS NOT DISTINCT FROM addressee
          AND while_in_deal = bound AND ends IS NOT DISTINCT FROM ends_
          AND generation = coalesce(gen, 0);
        IF found IS NOT NULL THEN
            RETURN found;
        END IF;
        INSERT INTO institutions_audience
            (id, owner_id, deal_id, network_id, level, row_id, generation, addressee_id, while_in_deal, ends)
        VALUES (gen_random_uuid(), owner, deal, net, level_, single, coalesce(gen, 0), addressee, bound, ends_)
        ON CONFLICT DO NOTHING RETURNING id INTO found;
        IF found IS NOT NULL THEN
            PERFORM wall.sync(found);
            RETURN found;
        END IF;
    END LOOP;
    RAISE EXCEPTION 'audience could not be made';
END $$;

-- To which coordinators a row stays told when it takes a level: those of before, unless it is told further. Who became
-- coordinator since does not see it by being told less.
CREATE OR REPLACE FUNCTION wall.still_told(was institutions_audience, level_ text) RETURNS int LANGUAGE sql IMMUTABLE AS
$$ SELECT CASE WHEN wall.rank(level_) <= wall.rank(was.level) THEN was.generation END $$;

-- Makes the audience that a row of the asker's is about to take. A statement does not see what its own triggers insert,
-- so the policies would refuse a row whose audience is made by the row's own statement. Nothing is made about a deal or
-- row that the asker does not see: the members of an audience are shown to its owner.
CREATE OR REPLACE FUNCTION wall.prepare(
    deal uuid, net uuid, level_ text, row_ uuid,
    addressee uuid DEFAULT NULL, in_deal boolean DEFAULT false, ends_ timestamptz DEFAULT NULL)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    single uuid;
    told int;
BEGIN
    SELECT a.row_id, wall.still_told(a, level_) INTO single, told
    FROM institutions_standing s JOIN institutions_audience a ON a.id = s.audience_id
    WHERE s.row_id = row_ AND s.owner_id = wall.me();
    IF wall.me() IS NULL THEN
        RAISE EXCEPTION 'nobody acts here' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF EXISTS (SELECT FROM institutions_standing s WHERE s.row_id = deal AND s.audience_id NOT IN (
            SELECT m.audience_id FROM institutions_audiencemember m
            WHERE m.principal = ANY (wall.principals()) AND m.audience_id = s.audience_id
              AND m.starts <= statement_timestamp() AND m.ends > statement_timestamp())) THEN
        RETURN;
    END IF;
    IF deal IS NOT NULL AND net IS NOT NULL THEN
        INSERT INTO institutions_circle (deal_id, network_id, generation) VALUES (deal, net, 0) ON CONFLICT DO NOTHING;
    END IF;
    PERFORM wall.audience_for(wall.me(), deal, net, level_, single, NULL, false, ends_, told);
    -- While it is prepared, an addressed row stands in the one, afterwards in the other.
    IF addressee <> wall.me() THEN
        PERFORM wall.audience_for(wall.me(), deal, net, level_, single, addressee, in_deal, ends_, told);
    END IF;
END $$;

-- Whom a row is addressed to beside its owner: nobody yet while it waits for a second person.
CREATE OR REPLACE FUNCTION wall.addressee(r jsonb, col text) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT nullif(r ->> col, r ->> 'owner_id')::uuid WHERE coalesce(r ->> 'state', '') NOT IN ('prepared', 'rejected')
$$;

-- BEFORE trigger of every confidential table. Arguments, each '' where there is none: the columns of its deal, of its
-- network and of the institution that it is addressed to; whether that sees it only while it is let into the deal; and the
-- column of the moment until which it is shown.
CREATE OR REPLACE FUNCTION wall.place() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    r jsonb := to_jsonb(NEW);
    single uuid;
    told int;
    addressee uuid := wall.addressee(r, TG_ARGV[2]);
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.created_at := now();
        NEW.updated_at := now();
        NEW.told_at := now();
    ELSE
        -- A grant moves the row to another audience; that is nobody's business but its owner's.
        NEW.updated_at := CASE WHEN r - '{audience_id,updated_at,told_at}'::text[]
                                    = to_jsonb(OLD) - '{audience_id,updated_at,told_at}'::text[]
                               THEN OLD.updated_at ELSE now() END;
        -- An addressee is not told how long its row was prepared.
        NEW.told_at := CASE WHEN wall.rank(NEW.level) > wall.rank(OLD.level)
                                 OR addressee IS DISTINCT FROM wall.addressee(to_jsonb(OLD), TG_ARGV[2])
                            THEN now() ELSE OLD.told_at END;
        IF NEW.level = OLD.level AND addressee IS NOT DISTINCT FROM wall.addressee(to_jsonb(OLD), TG_ARGV[2])
           AND r ->> TG_ARGV[4] IS NOT DISTINCT FROM to_jsonb(OLD) ->> TG_ARGV[4] THEN
            RETURN NEW;
        END IF;
        SELECT a.row_id, wall.still_told(a, NEW.level) INTO single, told
        FROM institutions_audience a WHERE a.id = OLD.audience_id;
    END IF;
    NEW.audience_id := wall.audience_for(
        NEW.owner_id, (r ->> TG_ARGV[0])::uuid, (r ->> TG_ARGV[1])::uuid, NEW.level, single, addressee,
        TG_ARGV[3] <> '', (r ->> TG_ARGV[4])::timestamptz, told);
    RETURN NEW;
END $$;
