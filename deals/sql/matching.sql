-- Matching: what a deal seeks against what a mandate allows. Every function here runs as its invoker: the policies decide
-- which deals, projects, tranches, companies and mandates there are, so that a match tells nothing that its reader could
-- not read for itself. Nothing is stored, so nothing is stale and nothing outlives a revocation (decision 0025).

-- The development stage that is shown of each of these projects (deals.shown_fact of sql/projects.sql, for many at once).
CREATE OR REPLACE FUNCTION deals.shown_stages(projects uuid[]) RETURNS TABLE (project_id uuid, stage text)
LANGUAGE sql STABLE AS $$
    SELECT DISTINCT ON (p.project_id) p.project_id, p.text
    FROM (
        SELECT DISTINCT ON (f.project_id, f.owner_id) f.project_id, f.text, f.id, f.as_of, f.precision, f.origin, f.told_at
        FROM deals_projectfact f WHERE f.project_id = ANY (projects) AND f.code = 'development_stage'
        ORDER BY f.project_id, f.owner_id, f.as_of DESC, f.created_at DESC, f.id) p
    ORDER BY p.project_id, p.as_of DESC, array_position(ARRAY['day', 'month', 'year'], p.precision::text),
             p.origin DESC, p.told_at DESC, p.id
$$;

CREATE OR REPLACE FUNCTION deals.shown_stage(project uuid) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT stage FROM deals.shown_stages(ARRAY[project])
$$;

-- What these deals seek: one row per deal, with null where the asker sees nothing of it. Only `base` tranches count.
CREATE OR REPLACE FUNCTION deals.seeks(deals_ uuid[])
RETURNS TABLE (deal_id uuid, project_id uuid, country text, chain_stages text[], minerals uuid[], stage text,
               amount numeric, currency text, seniorities text[], tenors int[], open_tenor boolean,
               roles text[], ties text[])
LANGUAGE sql STABLE AS $$
    WITH deal AS MATERIALIZED (
        SELECT d.id, d.project_id, d.target_amount, nullif(d.target_currency, '') AS currency
        FROM deals_deal d WHERE d.id = ANY (deals_)
    ),
    project AS MATERIALIZED (
        SELECT p.id, p.country, p.chain_stages::text[] AS chain_stages,
               coalesce(s.stage, nullif(p.development_stage, '')) AS stage
        FROM deals_project p
        LEFT JOIN deals.shown_stages(ARRAY(SELECT d.project_id FROM deal d)) s ON s.project_id = p.id
        WHERE p.id IN (SELECT d.project_id FROM deal d)
    ),
    mineral AS MATERIALIZED (
        SELECT m.project_id, array_agg(DISTINCT m.mineral_id) AS minerals
        FROM deals_projectmineral m WHERE m.project_id IN (SELECT p.id FROM project p) GROUP BY 1
    ),
    company AS MATERIALIZED (
        -- A tie is a role with the country of whoever has it; '' where that country is not told.
        SELECT r.project_id, array_agg(DISTINCT r.role::text) AS roles,
               array_agg(DISTINCT r.role || ':' || c.country) AS ties
        FROM deals_companyrole r JOIN deals_company c ON c.id = r.company_id
        WHERE r.project_id IN (SELECT p.id FROM project p) AND (r.until IS NULL OR r.until >= journal.today()) GROUP BY 1
    ),
    tranche AS MATERIALIZED (
        SELECT t.deal_id, array_agg(DISTINCT t.seniority::text) AS seniorities,
               array_agg(DISTINCT t.tenor_months) FILTER (WHERE t.tenor_months IS NOT NULL) AS tenors,
               bool_or(t.tenor_months IS NULL) AS open_tenor
        FROM deals_tranche t WHERE t.deal_id IN (SELECT d.id FROM deal d) AND t.purpose = 'base' GROUP BY 1
    )
    SELECT d.id, p.id, p.country, nullif(p.chain_stages, '{}'), m.minerals, p.stage, d.target_amount, d.currency,
           t.seniorities, t.tenors, coalesce(t.open_tenor, true), coalesce(c.roles, '{}'), coalesce(c.ties, '{}')
    FROM deal d LEFT JOIN project p ON p.id = d.project_id LEFT JOIN mineral m ON m.project_id = p.id
    LEFT JOIN company c ON c.project_id = p.id LEFT JOIN tranche t ON t.deal_id = d.id
$$;

-- One criterion each: true where it is passed, false where it failed, null where what is known does not say. What a
-- mandate does not ask for is passed. Each is one expression, so that it becomes part of what asks.
CREATE OR REPLACE FUNCTION deals.one_of(asked uuid[], there uuid[]) RETURNS boolean LANGUAGE sql IMMUTABLE AS
$$ SELECT asked = '{}' OR asked && there $$;

CREATE OR REPLACE FUNCTION deals.one_of(asked text[], there text[]) RETURNS boolean LANGUAGE sql IMMUTABLE AS
$$ SELECT asked = '{}' OR asked && there $$;

CREATE OR REPLACE FUNCTION deals.within(countries text[], countries_out text[], country text) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
    SELECT (countries = '{}' AND countries_out = '{}')
           OR ((countries = '{}' OR country = ANY (countries)) AND country <> ALL (countries_out))
$$;

CREATE OR REPLACE FUNCTION deals.runs_within(longest int, tenors int[], open_tenor boolean) RETURNS boolean
LANGUAGE sql IMMUTABLE AS
$$ SELECT CASE WHEN longest IS NULL OR longest >= ANY (tenors) THEN true WHEN open_tenor THEN NULL ELSE false END $$;

-- One country that is not told, or one role that nobody is told to have, could be the tie.
CREATE OR REPLACE FUNCTION deals.tied(links text[], ties text[], untold text[], there text[], roles text[])
RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN links = '{}' OR ties && there THEN true
                WHEN untold && there OR NOT links <@ roles THEN NULL ELSE false END
$$;

-- Each of these deals against each of these mandates, with how many criteria failed and are unknown; `fitting`: only
-- the pairs of which none failed.
CREATE OR REPLACE FUNCTION deals.match(deals_ uuid[], mandates_ uuid[], day date, fitting boolean)
RETURNS TABLE (deal_id uuid, mandate_id uuid, minerals boolean, chain_stages boolean, stage boolean, country boolean,
               instruments boolean, ticket boolean, tenor boolean, link boolean, failed int, unknown int)
LANGUAGE sql STABLE AS $$
    WITH mandate AS MATERIALIZED (
        SELECT m.id, m.minerals, m.chain_stages::text[] AS chain_stages, m.countries::text[] AS countries,
               m.countries_out::text[] AS countries_out, m.ticket_from, m.currency,
               m.longest_tenor_months AS longest, m.links::text[] AS links,
               coalesce(deals.stages_from(m.earliest_stage), '{}') AS stages,
               -- What a mandate's instruments can be in: covers protect debt, and a grant ranks behind everything.
               ARRAY(SELECT DISTINCT s FROM unnest(m.instruments) i,
                     unnest(CASE WHEN deals.is_cover(i) THEN ARRAY['senior', 'subordinated']
                                 WHEN i = 'grant' THEN ARRAY['senior', 'subordinated', 'mezzanine', 'equity']
                                 ELSE ARRAY[deals.seniority_of(i)] END) s) AS seniorities,
               ARRAY(SELECT l || ':' || m.link_country FROM unnest(m.links) l) AS ties,
               ARRAY(SELECT l || ':' FROM unnest(m.links) l) AS untold
        FROM deals_mandate m WHERE m.id = ANY (mandates_)
    ),
    sought AS MATERIALIZED (SELECT s.*, nullif(ARRAY[s.stage], ARRAY[NULL::text]) AS stages FROM deals.seeks(deals_) s),
    -- Each mandate with its smallest ticket in each of the deals' currencies, stated once per pair of the two.
    asked AS MATERIALIZED (
        SELECT m.*, c.currency AS of_currency, v.converted AS smallest
        FROM mandate m CROSS JOIN (SELECT DISTINCT coalesce(s.currency, '') FROM sought s) c (currency)
        LEFT JOIN LATERAL deals.convert(m.ticket_from, m.currency, c.currency, day) v ON m.ticket_from IS NOT NULL
    ),
    judged AS (
        SELECT s.deal_id, m.id AS mandate_id,
               deals.one_of(m.minerals, s.minerals) AS minerals,
               deals.one_of(m.chain_stages, s.chain_stages) AS chain_stages,
               deals.one_of(m.stages, s.stages) AS stage,
               deals.within(m.countries, m.countries_out, s.country) AS country,
               deals.one_of(m.seniorities, s.seniorities) AS instruments,
               m.ticket_from IS NULL OR s.amount >= m.smallest AS ticket,
               deals.runs_within(m.longest, s.tenors, s.open_tenor) AS tenor,
               deals.tied(m.links, m.ties, m.untold, s.ties, s.roles) AS link
        FROM sought s JOIN asked m ON m.of_currency = coalesce(s.currency, '')
        -- The first that failed ends it: most pairs go by the first three.
        WHERE NOT fitting OR (
            deals.within(m.countries, m.countries_out, s.country) IS NOT FALSE
            AND deals.one_of(m.minerals, s.minerals) IS NOT FALSE
            AND (m.ticket_from IS NULL OR s.amount >= m.smallest) IS NOT FALSE
            AND deals.one_of(m.stages, s.stages) IS NOT FALSE
            AND deals.one_of(m.chain_stages, s.chain_stages) IS NOT FALSE
            AND deals.one_of(m.seniorities, s.seniorities) IS NOT FALSE
            AND deals.runs_within(m.longest, s.tenors, s.open_tenor) IS NOT FALSE
            AND deals.tied(m.links, m.ties, m.untold, s.ties, s.roles) IS NOT FALSE)
    )
    SELECT j.*,
           (j.minerals IS FALSE)::int + (j.chain_stages IS FALSE)::int + (j.stage IS FALSE)::int
           + (j.country IS FALSE)::int + (j.instruments IS FALSE)::int + (j.ticket IS FALSE)::int
           + (j.tenor IS FALSE)::int + (j.link IS FALSE)::int,
           num_nulls(j.minerals, j.chain_stages, j.stage, j.country, j.instruments, j.ticket, j.tenor, j.link)
    FROM judged j
$$;

-- A mandate names minerals that there are, and countries by their two capital letters.
CREATE OR REPLACE FUNCTION deals.mandate_is_sound() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM unnest(NEW.minerals) m WHERE NOT EXISTS (SELECT FROM deals_mineral x WHERE x.id = m)) THEN
        RAISE EXCEPTION 'a mandate names minerals that there are'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'mandate_minerals_are_known';
    END IF;
    IF EXISTS (SELECT FROM unnest(NEW.countries || NEW.countries_out || nullif(NEW.link_country, '')) c
               WHERE c !~ '^[A-Z]{2}$') THEN
        RAISE EXCEPTION 'a country is two capital letters'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'mandate_countries_are_codes';
    END IF;
    RETURN NEW;
END $$;
