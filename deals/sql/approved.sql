-- What two persons saw is not changed by one afterwards, beside stages and sizes (deals.sql).

-- AFTER trigger: the price of what two persons approved changes with a move that two see. How far it is told is another
-- matter: the lead at most (price_goes_no_further_than_the_lead).
CREATE OR REPLACE FUNCTION deals.price_stands() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.origin = 'published' OR (TG_OP = 'UPDATE' AND (NEW.margin_bps, NEW.fees, NEW.premium)
            IS NOT DISTINCT FROM (OLD.margin_bps, OLD.fees, OLD.premium)) THEN
        RETURN NULL;
    END IF;
    IF EXISTS (SELECT FROM deals_commitment c WHERE c.id = NEW.commitment_id AND deals.seen_by_two(c.stage))
       AND NOT (wall.approved(NEW.owner_id, NEW.commitment_id, ARRAY['price', 'margin_bps'],
                              coalesce(NEW.margin_bps::text, ''))
                AND wall.approved(NEW.owner_id, NEW.commitment_id, ARRAY['price', 'fees'], NEW.fees)
                AND wall.approved(NEW.owner_id, NEW.commitment_id, ARRAY['price', 'premium'], NEW.premium)) THEN
        RAISE EXCEPTION 'the price of what two persons approved stands'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'approved_price_stands';
    END IF;
    RETURN NULL;
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
