-- What lets others in or takes them out: reach into a deal, grants, consents, deal teams, moves to another institution, and
-- passing time. Each brings the audiences up to date.

-- Called by the deals' own triggers (never by the application): how far `institution` is let into `deal`.
CREATE OR REPLACE FUNCTION wall.set_reach(
    source uuid, deal uuid, institution uuid, level_ text, starts_ timestamptz, ends_ timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE gen int := 0;
BEGIN
    -- Whoever becomes coordinator, or becomes it again, is a later one.
    IF level_ = 'lead' AND NOT EXISTS (SELECT FROM institutions_reach WHERE source_id = source AND level = 'lead'
                                       AND (ends > now() OR ends_ <= now())) THEN
        UPDATE institutions_circle SET generation = generation + 1 WHERE deal_id = deal RETURNING generation INTO gen;
    END IF;
    INSERT INTO institutions_reach (source_id, deal_id, institution_id, level, starts, ends, generation)
    VALUES (source, deal, institution, level_, starts_, ends_, gen)
    ON CONFLICT (source_id, level) DO UPDATE SET starts = excluded.starts, ends = excluded.ends,
        generation = greatest(institutions_reach.generation, excluded.generation);
    PERFORM wall.sync_deal(deal);
END $$;

CREATE OR REPLACE FUNCTION wall.after_grant() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    s institutions_standing;
    a institutions_audience;
    alone uuid;
BEGIN
    SELECT * INTO s FROM institutions_standing WHERE row_id = NEW.row_id AND owner_id = NEW.owner_id;
    IF s.row_id IS NULL THEN
        RAISE EXCEPTION 'a grant is given by the owner of the row' USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT * INTO a FROM institutions_audience WHERE id = s.audience_id;
    IF a.row_id IS NULL THEN
        -- From here on the row has an audience of its own, told to the coordinators to whom it was told.
        alone := wall.audience_for(a.owner_id, a.deal_id, a.network_id, a.level, NEW.row_id,
                                   a.addressee_id, a.while_in_deal, a.ends, a.generation);
        EXECUTE format('UPDATE %I SET audience_id = $1 WHERE id = $2', s."table") USING alone, NEW.row_id;
    ELSE
        PERFORM wall.sync(a.id);
    END IF;
    RETURN NULL;
END $$;

-- Before a grant: naming someone beyond the lead is a widening, so four eyes see whom, from when and until when; it ends
-- sooner by one person, never later. And some rows are named to nobody: whatever a constraint keeps with its institution.
CREATE OR REPLACE FUNCTION wall.before_grant() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.ends <= OLD.ends THEN
        RETURN NEW;
    END IF;
    -- Nobody is let in for the past.
    NEW.starts := greatest(NEW.starts, now());
    -- Whatever is not the asker's to name is as missing.
    IF EXISTS (SELECT FROM institutions_standing s WHERE s.row_id = NEW.row_id AND s.owner_id = NEW.owner_id
               AND s.audience_id IN (SELECT wall.own_audiences())
               AND (s."table" LIKE 'institutions\_%'
                    OR EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = to_regclass('public.' || s."table")
                               AND k.contype = 'c' AND k.conname ~ '_stays_(own|between_two)$'))) THEN
        RAISE EXCEPTION 'such a row stays with its institution'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'grant_of_what_can_be_told';
    END IF;
    IF NOT wall.approved(NEW.owner_id, NEW.row_id, ARRAY['grants', NEW.row_id::text], NEW.institution_id::text)
       -- From and until when, too, as somebody confirmed it: what was rejected in the same breath asks nothing.
       OR NOT EXISTS (SELECT FROM institutions_approval a
                      WHERE a.owner_id = NEW.owner_id AND a.decided_xact = journal.xact()
                        AND a.decision = 'confirmed'
                        AND a.asks -> 'grants' ->> NEW.row_id::text = NEW.institution_id::text
                        AND NEW.starts >= coalesce((a.asks ->> 'starts')::timestamptz, NEW.starts)
                        AND NEW.ends <= (a.asks ->> 'until')::timestamptz) THEN
        RAISE EXCEPTION 'a grant needs a second person'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'grant_needs_four_eyes';
    END IF;
    RETURN NEW;
END $$;

-- After a consent, a deal team or its people changed.
CREATE OR REPLACE FUNCTION wall.after_disclosure() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM wall.sync_deal(NEW.deal_id);
    RETURN NULL;
END $$;

-- Walls a deal off inside the asker's institution. One act, since after its first half the asker may see nothing of it.
CREATE OR REPLACE FUNCTION wall.wall_off(deal uuid, people uuid[]) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    team uuid := gen_random_uuid();
    -- A team of the demo's fictional people is as fictional.
    fictional boolean := EXISTS (SELECT FROM institutions_staff s WHERE s.id = ANY (people) AND s.demo);
BEGIN
    IF wall.me() IS NULL THEN
        RAISE EXCEPTION 'nobody acts here' USING ERRCODE = 'insufficient_privilege';
    END IF;
    -- Hidden is as missing; otherwise its audience would tell that it is there, and in which network. Whoever left it
    -- still walls off what it has of its own in it.
    IF NOT EXISTS (SELECT FROM institutions_standing s
                   WHERE s.row_id = deal AND s.audience_id IN (SELECT wall.audiences()))
       AND NOT EXISTS (SELECT FROM institutions_audience a
                       WHERE a.deal_id = deal AND a.owner_id = wall.me() AND a.id IN (SELECT wall.audiences())) THEN
        RAISE EXCEPTION 'there is no such deal' USING ERRCODE = 'insufficient_privilege';
    END IF;
    INSERT INTO institutions_dealteam (id, owner_id, level, deal_id, demo)
    VALUES (team, wall.me(), 'own', deal, fictional);
    INSERT INTO institutions_teammember
        (id, owner_id, level, deal_id, team_id, person_id, starts, ends, demo)
    SELECT gen_random_uuid(), wall.me(), 'own', deal, team, p, now(), 'infinity', fictional
    FROM unnest(people) p;
    PERFORM wall.sync_deal(deal);
    RETURN team;
END $$;

-- After a person or client moved to another institution: out of the deal teams of the old one. And after an institution
-- became the secretariat, or ceased to be it: in or out of what names it.
CREATE OR REPLACE FUNCTION wall.after_move() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM wall.sync(a) FROM (SELECT DISTINCT audience_id FROM institutions_audiencemember
                               WHERE principal = NEW.id AND ends > now() ORDER BY 1) AS theirs (a);
    RETURN NULL;
END $$;

-- Passing time: grants, NDAs and teams that began or ended since the last call. Returns how many audiences changed.
CREATE OR REPLACE FUNCTION wall.tick() RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    which uuid;
    n int := 0;
    actor text := current_setting('orebook.actor', true);
    home text := current_setting('orebook.institution', true);
BEGIN
    PERFORM set_config('orebook.actor', 'system:tick', true), set_config('orebook.institution', '', true);
    FOR which IN
        SELECT audience_id FROM institutions_audiencemember WHERE phase = 'waiting' AND starts <= now()
        UNION
        SELECT audience_id FROM institutions_audiencemember WHERE phase = 'in' AND ends <= now()
        ORDER BY 1
    LOOP
        PERFORM journal.tell(which);
        n := n + 1;
    END LOOP;
    PERFORM set_config('orebook.actor', coalesce(actor, ''), true),
            set_config('orebook.institution', coalesce(home, ''), true);
    RETURN n;
END $$;
