-- The network's picture: money by mineral, stage of the supply chain, country and class (docs/decisions/0030).
--
-- What each deal brings to it is kept as lines, and their sums as totals, for each set of people who are told the same as
-- members of the same networks. Every change that they are told leaves a mark beside it, in the same transaction; whoever
-- reads counts the marked deals anew instead of their lines. So a picture is never older than its question, and a right
-- that was taken away is gone with its commit.

-- The deals that count together: those that take one published deal over, and that deal. Here, what each of those that
-- the asker sees brings, as its own stack counts it; money for the base alone. Every reader's own policies decide.
-- In a published deal's place counts, once, the first that is told of those whose registrar has a part in what is
-- published: anybody may register a deal over it, and whoever is no part of it takes nothing away.
-- Class '' is the deal itself. `roots` without elements is none; the reporting currency's rates are those of `day`.
CREATE OR REPLACE FUNCTION deals.pictured(roots uuid[], reporting text, day date)
RETURNS TABLE (root_id uuid, deal_id uuid, project_id uuid, country text, chain_stages text[], minerals text[],
               class text, cover boolean, amount numeric, counted bigint, unknown bigint, unconverted bigint,
               deals bigint, gap numeric, gap_unknown bigint)
LANGUAGE sql STABLE AS $$
    WITH seen AS MATERIALIZED (
        SELECT d.id, d.supersedes_id AS over, d.owner_id, d.told_at, d.status, d.target_amount, d.target_currency,
               d.project_id
        FROM deals_deal d WHERE d.status <> 'cancelled' AND d.id = ANY (roots)
        UNION
        SELECT d.id, d.supersedes_id, d.owner_id, d.told_at, d.status, d.target_amount, d.target_currency, d.project_id
        FROM deals_deal d WHERE d.status <> 'cancelled' AND d.supersedes_id = ANY (roots)
    ),
    taker AS MATERIALIZED (
        SELECT DISTINCT ON (s.over) s.id, s.over FROM seen s
        WHERE EXISTS (SELECT FROM deals_commitment c WHERE c.deal_id = s.over AND c.institution_id = s.owner_id)
           OR EXISTS (SELECT FROM deals_dealrole r WHERE r.deal_id = s.over AND r.institution_id = s.owner_id)
        ORDER BY s.over, s.told_at, s.id
    ),
    deal AS MATERIALIZED (
        SELECT coalesce(s.over, s.id) AS root, s.*, t.over AS before, p.id AS project, coalesce(p.country, '') AS country,
               coalesce(p.chain_stages::text[], '{}') AS chain_stages,
               ARRAY(SELECT DISTINCT m.slug::text FROM deals_projectmineral y JOIN deals_mineral m ON m.id = y.mineral_id
                     WHERE y.project_id = s.project_id ORDER BY 1) AS minerals
        FROM seen s
        LEFT JOIN taker t ON t.id = s.id
        -- A project that is not told with its deal falls out.
        LEFT JOIN deals_project p ON p.id = s.project_id
        WHERE s.id NOT IN (SELECT x.over FROM taker x)
    ),
    sums AS MATERIALIZED (
        SELECT d.id, c.class, c.side = 'cover' AS cover, coalesce(sum(c.converted), 0) AS amount, count(*) AS counted,
               count(*) FILTER (WHERE c.amount IS NULL) AS unknown,
               count(*) FILTER (WHERE c.amount IS NOT NULL AND c.converted IS NULL) AS unconverted
        FROM deal d, LATERAL deals.stack(array_remove(ARRAY[d.id, d.before], NULL), NULL, reporting, day) c
        WHERE c.side IN ('money', 'cover') AND c.purpose = 'base'
        GROUP BY 1, 2, 3
    )
    SELECT d.root, d.id, d.project, d.country, d.chain_stages, d.minerals, x.*
    FROM deal d, LATERAL (
        SELECT s.class, s.cover, s.amount, s.counted, s.unknown, s.unconverted, 0::bigint, 0::numeric, 0::bigint
        FROM sums s WHERE s.id = d.id
        UNION ALL
        SELECT '', false, 0, 0, 0, 0, 1,
               CASE WHEN o.open THEN coalesce(greatest(o.target - o.firm, 0), 0) ELSE 0 END,
               CASE WHEN o.open AND o.target IS NULL THEN 1 ELSE 0 END
        FROM (SELECT d.status IN ('in_market', 'allocating', 'documentation') AS open,
                     (SELECT v.converted FROM deals.convert(d.target_amount, d.target_currency, reporting, day) v) AS target,
                     coalesce((SELECT s.amount FROM sums s
                               WHERE s.id = d.id AND s.class = 'firm' AND NOT s.cover), 0) AS firm) o
    ) x
$$;

-- Under which keys a line counts; whatever it has several of, under each.
CREATE OR REPLACE FUNCTION deals.picture_keys(country text, chain_stages text[], minerals text[])
RETURNS TABLE (dimension text, key text) LANGUAGE sql IMMUTABLE AS $$
    SELECT 'whole', ''
    UNION ALL SELECT 'country', country
    UNION ALL SELECT DISTINCT 'chain_stage', s FROM unnest(CASE WHEN chain_stages = '{}' THEN ARRAY[''] ELSE chain_stages END) s
    UNION ALL SELECT 'mineral', m FROM unnest(CASE WHEN minerals = '{}' THEN ARRAY[''] ELSE minerals END) m
$$;

-- The root of a mark that stands for every deal.
CREATE OR REPLACE FUNCTION deals.all_roots() RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT '00000000-0000-0000-0000-000000000000'::uuid $$;

-- What is counted anew when the picture is read: the marked deals of a picture that is kept and stands at the rates of
-- `on_`; without one, all. `kept` is the picture, or NULL.
CREATE OR REPLACE FUNCTION deals.picture_now(on_ date) RETURNS TABLE (kept uuid, roots uuid[])
LANGUAGE sql STABLE AS $$
    WITH scope AS MATERIALIZED (
        SELECT s.id FROM deals_picturescope s
        WHERE s.principals @> wall.principals() AND s.principals <@ wall.principals()
          AND s.day IS NOT DISTINCT FROM on_
          AND NOT EXISTS (SELECT FROM deals_picturemark m WHERE m.root_id = deals.all_roots())
    )
    SELECT (SELECT id FROM scope),
           CASE WHEN EXISTS (SELECT FROM scope)
                THEN ARRAY(SELECT DISTINCT m.root_id FROM deals_picturemark m)
                ELSE ARRAY(SELECT DISTINCT coalesce(d.supersedes_id, d.id) FROM deals_deal d) END
$$;

-- AFTER trigger of what is counted, where it is told to a network or to everyone, or was. The deals are looked up past
-- the walls, and marked for those to whom each is told itself: who is not told of a deal, counts nothing of it.
CREATE OR REPLACE FUNCTION deals.marks_picture() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    about uuid[];
    was uuid;
BEGIN
    IF TG_TABLE_NAME = 'deals_deal' THEN
        about := ARRAY[NEW.id];
        was := CASE WHEN TG_OP = 'UPDATE' THEN OLD.audience_id END;
    ELSIF TG_TABLE_NAME = 'deals_project' THEN
        about := ARRAY(SELECT d.id FROM deals_deal d WHERE d.project_id = NEW.id);
    ELSIF TG_TABLE_NAME = 'deals_projectmineral' THEN
        about := ARRAY(SELECT d.id FROM deals_deal d WHERE d.project_id = (to_jsonb(NEW) ->> 'project_id')::uuid);
    ELSIF TG_TABLE_NAME = 'deals_commitment' THEN
        -- What replaces a row takes it out of its deal.
        about := ARRAY[(to_jsonb(NEW) ->> 'deal_id')::uuid]
            || ARRAY(SELECT c.deal_id FROM deals_commitment c WHERE c.id = (to_jsonb(NEW) ->> 'supersedes_id')::uuid);
    ELSE
        about := ARRAY[(to_jsonb(NEW) ->> 'deal_id')::uuid];
    END IF;
    INSERT INTO deals_picturemark (root_id, audience_id, xact, marked_at)
    SELECT DISTINCT coalesce(d.supersedes_id, d.id), a.id, journal.xact(), clock_timestamp()
    FROM deals_deal d JOIN institutions_audience a ON a.id IN (d.audience_id, was) AND a.level IN ('network', 'public')
    WHERE d.id = ANY (about)
    ON CONFLICT (root_id, audience_id, xact) DO UPDATE SET marked_at = excluded.marked_at;
    RETURN NULL;
END $$;

-- AFTER statement trigger of rates and of what minerals are called: where there is a change, all is counted anew.
CREATE OR REPLACE FUNCTION deals.marks_whole_picture() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM changed) THEN
        PERFORM deals.count_picture_anew();
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION deals.count_picture_anew() RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    INSERT INTO deals_picturemark (root_id, audience_id, xact, marked_at)
    SELECT deals.all_roots(), a.id, journal.xact(), clock_timestamp()
    FROM institutions_audience a WHERE a.owner_id IS NULL
    ON CONFLICT DO NOTHING;
$$;

-- Keeps the pictures of today's networks, as each reads it: counts the deals of some marks anew, or marks all where all
-- changed. Returns 0 where nothing is left, or another is at it: whoever comes meanwhile has no use in waiting. Callers
-- act for nobody, in a transaction of its own for each call: what is counted is written at its end, since the log tells
-- nobody of what came after the oldest transaction that still writes.
CREATE OR REPLACE FUNCTION deals.keep_picture(reporting text) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
    rates_on date := (SELECT max(r.date) FROM deals_fxrate r WHERE r.date <= current_date);
    scope record;
    marks deals_picturemark[];
    due uuid[];
    scopes uuid[] := '{}';
    told jsonb[] := '{}';
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtext('orebook network picture')) THEN
        RETURN 0;
    END IF;
    IF deals.begin_pictures(rates_on) > 0 THEN
        RETURN 1;
    END IF;
    -- Whatever is committed from here on keeps its mark.
    SELECT m.marks, m.roots INTO marks, due FROM deals.picture_marks(200) m;
    IF due = '{}' THEN
        RETURN 0;
    END IF;
    FOR scope IN SELECT s.* FROM deals.pictures_kept() s LOOP
        PERFORM set_config('orebook.principals', scope.principals::text, true),
                set_config('orebook.sees_much', CASE WHEN wall.is_in_many(scope.principals) THEN 'on' ELSE '' END, true);
        scopes := scopes || scope.id;
        told := told || coalesce((SELECT jsonb_agg(p) FROM deals.pictured(due, reporting, coalesce(rates_on, current_date)) p), '[]');
    END LOOP;
    PERFORM set_config('orebook.principals', '', true), set_config('orebook.sees_much', '', true);
    PERFORM deals.keep_lines(scopes, due, told, marks);
    RETURN cardinality(due);
END $$;

-- Below: what keeping does past the policies, for deals.keep_picture alone: whoever acts for an institution is refused, or
-- told nothing.

CREATE OR REPLACE FUNCTION deals.picture_marks(most int) RETURNS TABLE (marks deals_picturemark[], roots uuid[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    -- The wall lets see what began before this statement did: what was written since is counted the next time.
    WITH ripe AS MATERIALIZED (
        SELECT m FROM deals_picturemark m
        WHERE m.root_id <> deals.all_roots() AND m.marked_at <= statement_timestamp() AND wall.me() IS NULL
    ),
    taken AS MATERIALIZED (SELECT DISTINCT (r.m).root_id FROM ripe r ORDER BY 1 LIMIT most)
    SELECT ARRAY(SELECT r.m FROM ripe r WHERE (r.m).root_id IN (SELECT root_id FROM taken)),
           ARRAY(SELECT root_id FROM taken)
$$;

CREATE OR REPLACE FUNCTION deals.pictures_kept() RETURNS SETOF deals_picturescope
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT * FROM deals_picturescope WHERE wall.me() IS NULL ORDER BY principals
$$;

-- A picture for everyone and one for each set of networks that somebody is told things in; no other stays. Where one is
-- new, or all is to be counted anew, every deal is marked in the place of all. Returns 0 where there is nothing to begin.
CREATE OR REPLACE FUNCTION deals.begin_pictures(rates_on date) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    wanted jsonb := (
        SELECT jsonb_agg(DISTINCT ARRAY(SELECT p FROM unnest(wall.everyone() || w.networks) p ORDER BY p))
        FROM (SELECT wall.networks_of(m.institution_id) FROM institutions_membership m GROUP BY m.institution_id
              UNION ALL SELECT '{}') w (networks));
    gone uuid[] := ARRAY(SELECT s.id FROM deals_picturescope s
                         WHERE NOT EXISTS (SELECT FROM jsonb_array_elements(wanted) w WHERE w = to_jsonb(s.principals)));
    n int;
BEGIN
    IF wall.me() IS NOT NULL THEN
        RAISE EXCEPTION 'a picture is kept for nobody' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF gone <> '{}' THEN
        DELETE FROM deals_pictureline WHERE scope_id = ANY (gone);
        DELETE FROM deals_picturescope WHERE id = ANY (gone);
        RETURN 1;
    END IF;
    IF NOT EXISTS (SELECT FROM deals_picturemark WHERE root_id = deals.all_roots())
       AND NOT EXISTS (SELECT FROM deals_picturescope WHERE day IS DISTINCT FROM rates_on)
       AND NOT EXISTS (SELECT FROM jsonb_array_elements(wanted) w
                       WHERE NOT EXISTS (SELECT FROM deals_picturescope s WHERE to_jsonb(s.principals) = w)) THEN
        RETURN 0;
    END IF;
    INSERT INTO deals_picturescope (id, principals, day)
    SELECT gen_random_uuid(), ARRAY(SELECT p::uuid FROM jsonb_array_elements_text(w) p ORDER BY 1), rates_on
    FROM jsonb_array_elements(wanted) w
    WHERE NOT EXISTS (SELECT FROM deals_picturescope s WHERE to_jsonb(s.principals) = w);
    UPDATE deals_picturescope SET day = rates_on;
    DELETE FROM deals_picturemark WHERE root_id = deals.all_roots();
    INSERT INTO deals_picturemark (root_id, audience_id, xact, marked_at)
    SELECT DISTINCT coalesce(d.supersedes_id, d.id), d.audience_id, journal.xact(), clock_timestamp()
    FROM deals_deal d WHERE d.level IN ('network', 'public')
    ON CONFLICT DO NOTHING;
    GET DIAGNOSTICS n = ROW_COUNT;
    RETURN greatest(n, 1);
END $$;

-- Puts what deals.pictured told each of `scopes` in the place of the lines of `roots`, and takes their marks away.
CREATE OR REPLACE FUNCTION deals.keep_lines(scopes uuid[], roots uuid[], told jsonb[], marks deals_picturemark[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF wall.me() IS NOT NULL THEN
        RAISE EXCEPTION 'a picture is kept for nobody' USING ERRCODE = 'insufficient_privilege';
    END IF;
    DELETE FROM deals_picturemark m USING unnest(marks) x
    WHERE (m.root_id, m.audience_id, m.xact) = (x.root_id, x.audience_id, x.xact);
    DELETE FROM deals_pictureline WHERE scope_id = ANY (scopes) AND root_id = ANY (roots);
    INSERT INTO deals_pictureline (scope_id, root_id, deal_id, project_id, country, chain_stages, minerals, class, cover,
                                   amount, counted, unknown, unconverted, deals, gap, gap_unknown)
    SELECT s.id, n.* FROM unnest(scopes, told) s (id, lines), jsonb_to_recordset(s.lines) n (
        root_id uuid, deal_id uuid, project_id uuid, country text, chain_stages text[], minerals text[], class text,
        cover boolean, amount numeric, counted bigint, unknown bigint, unconverted bigint, deals bigint, gap numeric,
        gap_unknown bigint);
END $$;

-- AFTER statement trigger of lines: the totals move by what came, or went. Sums of exact numbers do not drift.
CREATE OR REPLACE FUNCTION deals.total_lines() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE sign int := CASE TG_OP WHEN 'DELETE' THEN -1 ELSE 1 END;
BEGIN
    INSERT INTO deals_picturetotal AS t (scope_id, dimension, key, class, cover, amount, counted, unknown, unconverted,
                                         deals, gap, gap_unknown)
    SELECT c.scope_id, k.dimension, k.key, c.class, c.cover, sign * sum(c.amount), sign * sum(c.counted),
           sign * sum(c.unknown), sign * sum(c.unconverted), sign * sum(c.deals), sign * sum(c.gap), sign * sum(c.gap_unknown)
    FROM changed c, deals.picture_keys(c.country, c.chain_stages::text[], c.minerals::text[]) k
    GROUP BY 1, 2, 3, 4, 5
    ON CONFLICT (scope_id, dimension, key, class, cover) DO UPDATE SET
        amount = t.amount + excluded.amount, counted = t.counted + excluded.counted, unknown = t.unknown + excluded.unknown,
        unconverted = t.unconverted + excluded.unconverted, deals = t.deals + excluded.deals, gap = t.gap + excluded.gap,
        gap_unknown = t.gap_unknown + excluded.gap_unknown;
    DELETE FROM deals_picturetotal t USING (SELECT DISTINCT scope_id FROM changed) c
    WHERE t.scope_id = c.scope_id AND t.deals = 0 AND t.counted = 0;
    RETURN NULL;
END $$;
