-- Holdings: who holds what, tier by tier, as the asker sees it. Nothing here is SECURITY DEFINER.

-- What is said of companies is told no further than they are. Arguments: the columns that name them.
CREATE OR REPLACE FUNCTION deals.within_companies() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    named text;
    told text;
    net uuid;
BEGIN
    IF NEW.level = 'own' THEN
        RETURN NEW;
    END IF;
    FOREACH named IN ARRAY TG_ARGV LOOP
        SELECT c.level, c.network_id INTO told, net FROM deals_company c WHERE c.id = (to_jsonb(NEW) ->> named)::uuid;
        IF wall.rank(NEW.level) > wall.rank(told) OR (NEW.network_id <> net AND told <> 'public') THEN
            RAISE EXCEPTION 'what is said of a company is told no further than the company'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'part_within_company';
        END IF;
    END LOOP;
    RETURN NEW;
END $$;

-- A company that is narrowed takes its owner's rows about it along; what others say of it is theirs.
CREATE OR REPLACE FUNCTION deals.narrow_company_parts() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF wall.rank(NEW.level) < wall.rank(OLD.level) THEN
        UPDATE deals_holding SET level = NEW.level
        WHERE NEW.id IN (company_id, holder_id) AND owner_id = NEW.owner_id AND wall.rank(level) > wall.rank(NEW.level);
        UPDATE deals_offtake SET level = NEW.level
        WHERE buyer_id = NEW.id AND owner_id = NEW.owner_id AND wall.rank(level) > wall.rank(NEW.level);
        UPDATE deals_companyrole SET level = NEW.level
        WHERE company_id = NEW.id AND owner_id = NEW.owner_id AND wall.rank(level) > wall.rank(NEW.level);
    END IF;
    RETURN NULL;
END $$;

-- A maker's present statement about one holding, as far as the asker sees its statements: the latest.
CREATE OR REPLACE FUNCTION deals.present_holding(owner uuid, project uuid, company uuid, holder uuid)
RETURNS uuid LANGUAGE sql STABLE AS $$
    SELECT h.id FROM deals_holding h
    WHERE h.owner_id = owner AND h.project_id IS NOT DISTINCT FROM project AND h.company_id IS NOT DISTINCT FROM company
      AND h.holder_id IS NOT DISTINCT FROM holder
    ORDER BY h.as_of DESC, h.created_at DESC, h.id LIMIT 1
$$;

-- The same of one offtake.
CREATE OR REPLACE FUNCTION deals.present_offtake(owner uuid, project uuid, buyer uuid, mineral uuid, contract text)
RETURNS uuid LANGUAGE sql STABLE AS $$
    SELECT o.id FROM deals_offtake o
    WHERE o.owner_id = owner AND o.project_id = project AND o.buyer_id = buyer AND o.mineral_id = mineral
      AND o.contract = present_offtake.contract
    ORDER BY o.as_of DESC, o.created_at DESC, o.id LIMIT 1
$$;

-- The companies above these projects, tier by tier. One that several institutions registered is one where its LEI is.
-- Circles end, since a company is looked at once; beyond `most` companies the rest is left unread. The joins let a way end
-- at a company that the asker does not see: what lies above it is no part of what it is told, and fills no room.
CREATE OR REPLACE FUNCTION deals.companies_above(projects uuid[], most integer)
RETURNS SETOF uuid LANGUAGE sql STABLE AS $$
    WITH RECURSIVE above (company) AS (
        SELECT h.holder_id FROM deals_holding h JOIN deals_company c ON c.id = h.holder_id
        WHERE h.project_id = ANY (projects)
        UNION
        SELECT n.company FROM above a
        CROSS JOIN LATERAL (
            SELECT h.holder_id FROM deals_holding h JOIN deals_company c ON c.id = h.holder_id
            WHERE h.company_id = a.company
            UNION ALL
            SELECT o.id FROM deals_company c JOIN deals_company o ON o.lei = c.lei AND o.lei <> ''
            WHERE c.id = a.company) n (company)
    )
    SELECT company FROM above LIMIT most
$$;
