-- A deal and who is let into it: its parties, their NDAs, its roles. Functions of the wall are called here, never by the
-- application.

CREATE OR REPLACE FUNCTION deals.at(day date, otherwise timestamptz) RETURNS timestamptz LANGUAGE sql IMMUTABLE AS
$$ SELECT coalesce(day::timestamp AT TIME ZONE 'UTC', otherwise) $$;

-- Before a deal: the wall learns of it, so that its audiences know its network.
CREATE OR REPLACE FUNCTION deals.make_circle() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO institutions_circle (deal_id, network_id, generation) VALUES (NEW.id, NEW.network_id, 0)
    ON CONFLICT (deal_id) DO UPDATE SET network_id = excluded.network_id;
    RETURN NEW;
END $$;

-- A slug is its owner's once, among the deals that whoever writes it sees. It runs as the writer: a deal that is walled off
-- from it, and one that is missing, leave it the same.
CREATE OR REPLACE FUNCTION deals.slug_is_free() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM deals_deal WHERE owner_id = NEW.owner_id AND slug = NEW.slug AND id <> NEW.id) THEN
        RAISE EXCEPTION 'a slug is its owner''s once'
            USING ERRCODE = 'unique_violation', CONSTRAINT = 'deal_slug_once_per_owner';
    END IF;
    RETURN NEW;
END $$;

-- After a party: invited, and within the NDA from its signature to its end.
CREATE OR REPLACE FUNCTION deals.party_reaches() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE gone timestamptz := deals.at(NEW.left_on, 'infinity');
BEGIN
    -- Prepared by one person, it lets nobody in yet.
    IF NEW.state <> 'confirmed' THEN
        RETURN NULL;
    END IF;
    PERFORM wall.set_reach(NEW.id, NEW.deal_id, NEW.institution_id, 'invited', deals.at(NEW.invited_on, now()), gone);
    IF NEW.nda_signed_on IS NOT NULL THEN
        PERFORM wall.set_reach(NEW.id, NEW.deal_id, NEW.institution_id, 'parties', deals.at(NEW.nda_signed_on, now()),
                               least(gone, deals.at(NEW.nda_expires_on, 'infinity')));
    ELSIF TG_OP = 'UPDATE' AND OLD.nda_signed_on IS NOT NULL THEN
        -- Signed by mistake: it is as if it had ended now.
        PERFORM wall.set_reach(NEW.id, NEW.deal_id, NEW.institution_id, 'parties', '-infinity', now());
    END IF;
    RETURN NULL;
END $$;

-- An NDA lets an institution in among the parties: one that is recorded, made longer or put with another company after
-- the invitation is seen by two persons like the invitation itself. Shortening or ending it needs one.
CREATE OR REPLACE FUNCTION deals.nda_by_two() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.origin = 'registered' AND OLD.state = 'confirmed' AND NEW.nda_signed_on IS NOT NULL
       AND (OLD.nda_signed_on IS NULL OR NEW.nda_signed_on < OLD.nda_signed_on
            OR coalesce(NEW.nda_expires_on, 'infinity') > coalesce(OLD.nda_expires_on, 'infinity')
            OR (NEW.nda_company, NEW.nda_version) IS DISTINCT FROM (OLD.nda_company, OLD.nda_version))
       AND NOT (wall.approved(NEW.owner_id, NEW.id, ARRAY['nda', NEW.id::text],
                              NEW.nda_signed_on || '/' || coalesce(NEW.nda_expires_on::text, ''))
                AND wall.approved(NEW.owner_id, NEW.id, ARRAY['nda_company'], NEW.nda_company)
                AND wall.approved(NEW.owner_id, NEW.id, ARRAY['nda_version'], NEW.nda_version)) THEN
        RAISE EXCEPTION 'an NDA is recorded by two persons'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'nda_needs_two_persons';
    END IF;
    RETURN NEW;
END $$;

-- Who left a deal or a role is let in again by a new row, which two persons see. Argument: the column of its end.
CREATE OR REPLACE FUNCTION deals.ended_stays_ended() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF coalesce((to_jsonb(NEW) ->> TG_ARGV[0])::date, 'infinity')
       > coalesce((to_jsonb(OLD) ->> TG_ARGV[0])::date, 'infinity') THEN
        RAISE EXCEPTION 'who left is let in again by a new row'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ended_stays_ended';
    END IF;
    RETURN NEW;
END $$;

-- After a role: a coordinator is 'the lead'.
CREATE OR REPLACE FUNCTION deals.role_reaches() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.role = 'coordinator' AND NEW.state = 'confirmed' THEN
        PERFORM wall.set_reach(NEW.id, NEW.deal_id, NEW.institution_id, 'lead',
                               deals.at(NEW.since, '-infinity'), deals.at(NEW.until, 'infinity'));
    END IF;
    RETURN NULL;
END $$;

-- A deal's own rows are told no further than the deal, whose widening four eyes have seen.
CREATE OR REPLACE FUNCTION deals.within_deal() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF coalesce(to_jsonb(NEW) ->> 'origin', 'registered') = 'registered' AND wall.rank(NEW.level) >
            (SELECT wall.rank(d.level) FROM deals_deal d WHERE d.id = NEW.deal_id) THEN
        RAISE EXCEPTION 'a part of a deal is told no further than the deal'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'part_within_deal';
    END IF;
    RETURN NEW;
END $$;

-- A deal that is narrowed takes its own rows along.
CREATE OR REPLACE FUNCTION deals.narrow_parts() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF wall.rank(NEW.level) < wall.rank(OLD.level) THEN
        UPDATE deals_party SET level = NEW.level WHERE deal_id = NEW.id AND wall.rank(level) > wall.rank(NEW.level);
        UPDATE deals_tranche SET level = NEW.level WHERE deal_id = NEW.id AND wall.rank(level) > wall.rank(NEW.level);
        UPDATE deals_dealrole SET level = NEW.level WHERE deal_id = NEW.id AND wall.rank(level) > wall.rank(NEW.level);
        UPDATE deals_dealcheckanswer SET level = NEW.level
        WHERE deal_id = NEW.id AND wall.rank(level) > wall.rank(NEW.level);
    END IF;
    RETURN NULL;
END $$;
