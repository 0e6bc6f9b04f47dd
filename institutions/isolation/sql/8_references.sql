-- What partners call objects in their own systems.

-- BEFORE trigger, with the rights of whoever names: an object that it does not see is refused in the words for one that
-- is not there. Puts the reference into the object's deal, where a deal team keeps it from colleagues.
CREATE OR REPLACE FUNCTION wall.stands_beside_its_object() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT a.deal_id INTO NEW.deal_id
    FROM institutions_standing s JOIN institutions_audience a ON a.id = s.audience_id
    WHERE s.row_id = NEW.object_id AND s."table" = NEW."table";
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no such object' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
