-- Teasers: they end, and never later than was confirmed; what they say of the deal is what its owner says of it.

CREATE OR REPLACE FUNCTION deals.teaser_ends() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' AND NEW.until <= now() THEN
        RAISE EXCEPTION 'a teaser ends later than it begins'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'teaser_ends_in_time';
    ELSIF TG_OP = 'UPDATE' AND NEW.until > OLD.until THEN
        RAISE EXCEPTION 'a teaser is ended earlier, and not later'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'teaser_is_not_prolonged';
    END IF;
    RETURN NEW;
END $$;

-- After its origin is written: its own words aside, it holds the code name and at most the target that its owner states.
CREATE OR REPLACE FUNCTION deals.teaser_as_its_deal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM deals_teaser t JOIN deals_deal d ON d.id = NEW.deal_id
                   WHERE t.id = NEW.teaser_id AND t.code_name = d.code_name AND t.state = 'prepared'
                     AND (t.target IS NULL OR (t.target, t.currency) = (d.target_amount, d.target_currency))) THEN
        RAISE EXCEPTION 'a teaser says of its deal what its owner says'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'teaser_as_its_deal';
    END IF;
    RETURN NULL;
END $$;
