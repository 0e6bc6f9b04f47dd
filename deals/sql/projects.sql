-- Projects, their facts and what makes two of them one. What is not SECURITY DEFINER here looks as the writer itself: a
-- project that the writer does not see is passed over, and the policy refuses the row as it does for a missing one.

-- Whether the asker is in an audience; for the few functions here that do not look as the asker.
CREATE OR REPLACE FUNCTION deals.sees(which uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM institutions_audiencemember m
                   WHERE m.audience_id = which AND m.principal = ANY (wall.principals())
                     AND m.starts <= statement_timestamp() AND m.ends > statement_timestamp())
$$;

-- A project or deal is registered by a member of its network; the secretariat curates the network's own projects.
-- With an argument the secretariat, which curates elsewhere, is kept out too: it takes no part in what it publishes.
CREATE OR REPLACE FUNCTION deals.registers_as_member() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    curates boolean := EXISTS (SELECT FROM institutions_institution i
                               WHERE i.id = NEW.owner_id AND i.kind = 'secretariat');
BEGIN
    IF coalesce(to_jsonb(NEW) ->> 'origin', 'registered') = 'registered'
       AND (curates AND TG_NARGS > 0
            OR NOT curates AND NOT EXISTS (
                SELECT FROM institutions_membership m
                WHERE m.institution_id = NEW.owner_id AND m.network_id = NEW.network_id AND m.status = 'member'
                  AND m.since <= current_date AND (m.until IS NULL OR m.until > current_date))) THEN
        RAISE EXCEPTION 'projects, deals, mandates and returns are registered by members of their network'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'registered_by_member';
    END IF;
    RETURN NEW;
END $$;

-- What is said of a project is told no further than the project. Argument: the column that names it.
CREATE OR REPLACE FUNCTION deals.within_project() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    told text;
    net uuid;
BEGIN
    IF NEW.level = 'own' THEN
        RETURN NEW;
    END IF;
    SELECT p.level, p.network_id INTO told, net FROM deals_project p
    WHERE p.id = (to_jsonb(NEW) ->> TG_ARGV[0])::uuid;
    IF wall.rank(NEW.level) > wall.rank(told) OR (NEW.network_id <> net AND told <> 'public') THEN
        RAISE EXCEPTION 'what is said of a project is told no further than the project'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'part_within_project';
    END IF;
    RETURN NEW;
END $$;

-- A project that is narrowed takes its owner's rows about it along; what others say of it is theirs.
CREATE OR REPLACE FUNCTION deals.narrow_project_parts() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE part text;
BEGIN
    IF wall.rank(NEW.level) < wall.rank(OLD.level) THEN
        FOREACH part IN ARRAY ARRAY['deals_projectmineral', 'deals_companyrole', 'deals_projectfact', 'deals_sameas',
                                    'deals_projectmerge', 'deals_holding', 'deals_offtake',
                                    'deals_esgcategory', 'deals_projectcheckanswer'] LOOP
            EXECUTE format('UPDATE %I SET level = $1 WHERE project_id = $2 AND owner_id = $3'
                           ' AND wall.rank(level) > wall.rank($1)', part) USING NEW.level, NEW.id, NEW.owner_id;
        END LOOP;
        UPDATE deals_projectmerge SET level = NEW.level
        WHERE survivor_id = NEW.id AND owner_id = NEW.owner_id AND wall.rank(level) > wall.rank(NEW.level);
    END IF;
    RETURN NULL;
END $$;

-- A statement is of today or earlier.
CREATE OR REPLACE FUNCTION deals.states_fact() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.as_of > current_date THEN
        RAISE EXCEPTION 'a statement is dated today or earlier'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'fact_is_not_of_the_future';
    END IF;
    RETURN NEW;
END $$;

-- A maker's present statement about one thing, as far as the asker sees its statements: the latest. Each of these reads
-- what there is about the thing once, however often its maker stated it.
CREATE OR REPLACE FUNCTION deals.present_fact(owner uuid, project uuid, code text, category text, mineral uuid)
RETURNS uuid LANGUAGE sql STABLE AS $$
    SELECT f.id FROM deals_projectfact f
    WHERE f.owner_id = owner AND f.project_id = project AND f.code = present_fact.code
      AND f.category = present_fact.category AND f.mineral_id IS NOT DISTINCT FROM mineral
    ORDER BY f.as_of DESC, f.created_at DESC, f.id LIMIT 1
$$;

-- Of the makers' present statements about one thing the one that is shown: the latest; of one day the more exactly dated,
-- then a registered before a published one, then the one told last.
CREATE OR REPLACE FUNCTION deals.shown_fact(project uuid, code text, category text, mineral uuid)
RETURNS uuid LANGUAGE sql STABLE AS $$
    SELECT p.id FROM (
        SELECT DISTINCT ON (f.owner_id) f.id, f.as_of, f.precision, f.origin, f.told_at
        FROM deals_projectfact f
        WHERE f.project_id = project AND f.code = shown_fact.code AND f.category = shown_fact.category
          AND f.mineral_id IS NOT DISTINCT FROM mineral
        ORDER BY f.owner_id, f.as_of DESC, f.created_at DESC, f.id) p
    ORDER BY p.as_of DESC, array_position(ARRAY['day', 'month', 'year'], p.precision::text), p.origin DESC,
             p.told_at DESC, p.id
    LIMIT 1
$$;

-- Projects are merged by their owners. Where the other project is another's, the word is given by two persons, and it
-- comes with a grant that shows it to that owner. Projects that the writer does not see are left to the policy.
CREATE OR REPLACE FUNCTION deals.merged_by_owners() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    owners uuid[];
    other uuid;
BEGIN
    SELECT array_agg(p.owner_id) INTO owners FROM deals_project p
    WHERE p.id IN (NEW.project_id, NEW.survivor_id) AND deals.sees(p.audience_id);
    IF cardinality(owners) < 2 OR owners IS NULL THEN
        RETURN NEW;
    END IF;
    IF NEW.owner_id <> ALL (owners) THEN
        RAISE EXCEPTION 'projects are merged by their owners'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'merged_by_owners';
    END IF;
    SELECT o INTO other FROM unnest(owners) o WHERE o <> NEW.owner_id;
    IF other IS NOT NULL AND NOT (
            wall.approved(NEW.owner_id, NEW.id, ARRAY['grants', NEW.id::text], other::text)
            AND deals.asked_now(NEW.owner_id, jsonb_build_object('merge', jsonb_build_object(
                'word', NEW.id, 'project', NEW.project_id, 'survivor', NEW.survivor_id)))) THEN
        RAISE EXCEPTION 'a merge with another institution needs a second person'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'merge_needs_four_eyes';
    END IF;
    RETURN NEW;
END $$;

-- A word that was withdrawn, and a link that was ended, are given anew, not taken up again. Argument: the column.
CREATE OR REPLACE FUNCTION deals.ends_once() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF to_jsonb(OLD) ->> TG_ARGV[0] IS NOT NULL
       AND to_jsonb(NEW) ->> TG_ARGV[0] IS DISTINCT FROM to_jsonb(OLD) ->> TG_ARGV[0] THEN
        RAISE EXCEPTION 'what has ended stays ended'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ends_once';
    END IF;
    RETURN NEW;
END $$;

-- The project into which another was merged, as the asker sees it: both projects, and the word of each owner.
CREATE OR REPLACE FUNCTION deals.merged_into(which uuid) RETURNS uuid
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT m.survivor_id
    FROM deals_projectmerge m
    JOIN deals_project a ON a.id = m.project_id
    JOIN deals_project s ON s.id = m.survivor_id
    WHERE m.project_id = which AND m.owner_id = a.owner_id AND m.withdrawn_at IS NULL
      AND (s.owner_id = a.owner_id
           OR EXISTS (SELECT FROM deals_projectmerge o
                      WHERE o.project_id = m.project_id AND o.survivor_id = m.survivor_id
                        AND o.owner_id = s.owner_id AND o.withdrawn_at IS NULL))
$$;

-- Where its merges lead in the end; null where it was not merged, or the merges lead in a circle.
CREATE OR REPLACE FUNCTION deals.survivor(which uuid) RETURNS uuid
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    here uuid := which;
    onward uuid;
    seen uuid[] := ARRAY[which];
BEGIN
    LOOP
        onward := deals.merged_into(here);
        IF onward IS NULL THEN
            RETURN nullif(here, which);
        END IF;
        IF onward = ANY (seen) THEN
            RETURN NULL;
        END IF;
        seen := seen || onward;
        here := onward;
    END LOOP;
END $$;

-- The projects that are this one now: their ids are its aliases.
CREATE OR REPLACE FUNCTION deals.absorbed(which uuid) RETURNS uuid[]
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    WITH RECURSIVE below (id) AS (
        SELECT which
        UNION
        SELECT m.project_id FROM below JOIN deals_projectmerge m ON m.survivor_id = below.id
        WHERE m.withdrawn_at IS NULL
    )
    SELECT coalesce(array_agg(b.id ORDER BY b.id), '{}') FROM below b
    WHERE b.id <> which AND deals.survivor(b.id) = which
$$;

-- Every id under which a project is kept, whichever of them is asked for.
CREATE OR REPLACE FUNCTION deals.family(which uuid) RETURNS uuid[]
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT ARRAY[root.id] || deals.absorbed(root.id) FROM (SELECT coalesce(deals.survivor(which), which)) AS root (id)
$$;
