-- An institution's word about what is published of it.

-- Only a published commitment of one's own is confirmed. Looks as the writer: a hidden row is as a missing one.
CREATE OR REPLACE FUNCTION deals.confirms_published() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM deals_commitment c WHERE c.id = NEW.commitment_id AND c.origin = 'published'
                   AND c.institution_id = NEW.owner_id) THEN
        RAISE EXCEPTION 'only a published row about the same institution is confirmed'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'confirms_published';
    END IF;
    IF NEW.as_of > current_date THEN
        RAISE EXCEPTION 'a confirmation is dated today or earlier'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'confirmation_is_not_of_the_future';
    END IF;
    RETURN NEW;
END $$;
