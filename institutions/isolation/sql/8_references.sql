-- What partners call objects in their own systems.

-- BEFORE trigger, with the rights of whoever names: an object that it does not see is refused in the words for one that
-- is not there. The reference stands in the object's deal, where a deal team keeps it from colleagues.
CREATE OR REPLACE FUNCTION wall.stands_beside_its_object() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    place record;
BEGIN
    SELECT a.deal_id INTO place
    FROM institutions_standing s JOIN institutions_audience a ON a.id = s.audience_id
    WHERE s.row_id = NEW.object_id AND s."table" = NEW."table";
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no such object' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF place.deal_id IS DISTINCT FROM NEW.deal_id THEN
        RAISE EXCEPTION 'a reference stands in the deal of its object'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'external_reference_beside_its_object';
    END IF;
    RETURN NEW;
END $$;
