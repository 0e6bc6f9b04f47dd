-- What holds a wall that an institution put around a deal: who may stand on its team, and how it comes down again.

-- BEFORE trigger of deal teams. A wall that comes down shows the deal to every colleague: that is a widening, and needs
-- two persons of the team, since nobody else sees that it is asked. It comes down once.
CREATE OR REPLACE FUNCTION wall.before_team() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' OR NEW.ended_at IS NOT DISTINCT FROM OLD.ended_at THEN
        RETURN NEW;
    END IF;
    IF OLD.ended_at IS NOT NULL THEN
        RAISE EXCEPTION 'a wall comes down once' USING ERRCODE = 'check_violation', CONSTRAINT = 'deal_team_ends_once';
    END IF;
    IF NOT wall.approved(NEW.owner_id, NEW.id, ARRAY['ends', NEW.id::text], 'wall') THEN
        RAISE EXCEPTION 'a wall comes down by two persons'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'deal_team_ends_by_two';
    END IF;
    NEW.ended_at := now();
    RETURN NEW;
END $$;

-- BEFORE trigger of the people on a team: the institution's own, on a wall that stands, and for no longer than was said.
CREATE OR REPLACE FUNCTION wall.before_member() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF NEW.ends > OLD.ends THEN
            RAISE EXCEPTION 'a time on a team is only shortened'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'team_time_is_only_shortened';
        END IF;
        RETURN NEW;
    END IF;
    NEW.starts := greatest(NEW.starts, now());
    -- The last day that the application can write is no end: owners of others' rows would be told of one, and so of a team.
    IF NEW.ends >= '9999-12-31 00:00+00' THEN
        NEW.ends := 'infinity';
    END IF;
    IF NOT EXISTS (SELECT FROM institutions_dealteam t
                   WHERE t.id = NEW.team_id AND t.owner_id = NEW.owner_id AND t.deal_id = NEW.deal_id
                     AND t.ended_at IS NULL) THEN
        RAISE EXCEPTION 'there is no such team' USING ERRCODE = 'check_violation', CONSTRAINT = 'team_that_stands';
    END IF;
    IF NOT EXISTS (SELECT FROM institutions_staff s WHERE s.id = NEW.person_id AND s.institution_id = NEW.owner_id
                   UNION ALL
                   SELECT FROM institutions_client c WHERE c.id = NEW.person_id AND c.institution_id = NEW.owner_id) THEN
        RAISE EXCEPTION 'a deal team is of the institution''s own people'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'team_of_own_people';
    END IF;
    RETURN NEW;
END $$;
