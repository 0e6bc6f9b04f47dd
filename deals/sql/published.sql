-- What others published: copied by whoever curates, of published deals only, and replaced by what is registered.

-- What replaces a row is about the same institution, and what is replaced is published: nobody strikes out registered
-- money, neither a rival's nor its own.
CREATE OR REPLACE FUNCTION deals.replaces_published() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE sound boolean;
BEGIN
    IF NEW.supersedes_id IS NOT NULL THEN
        EXECUTE format('SELECT EXISTS (SELECT FROM %I o WHERE o.id = $1 AND o.origin = %L'
                       ' AND ($2 IS NULL OR to_jsonb(o) ->> %L = $2))', TG_TABLE_NAME, 'published', 'institution_id')
        INTO sound USING NEW.supersedes_id, to_jsonb(NEW) ->> 'institution_id';
        IF NOT sound THEN
            RAISE EXCEPTION 'only a published row about the same institution is replaced'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'replaces_published';
        END IF;
    END IF;
    RETURN NEW;
END $$;

-- AFTER trigger: a published row needs no second person, since whoever curates copies what others published. So it is of a
-- published deal: in a registered one it would let in without two.
CREATE OR REPLACE FUNCTION deals.published_of_published() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.origin = 'published'
       AND NOT EXISTS (SELECT FROM deals_deal d WHERE d.id = NEW.deal_id AND d.origin = 'published') THEN
        RAISE EXCEPTION 'what is published is of a published deal'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'published_of_published';
    END IF;
    RETURN NULL;
END $$;
