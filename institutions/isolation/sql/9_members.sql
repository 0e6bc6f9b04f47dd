-- How an institution comes into a network and who is its first: the secretariat keeps memberships, and with them who is
-- told what the network is told; so no person of it does that alone.

-- Whether this was confirmed by a second person in this transaction.
CREATE OR REPLACE FUNCTION wall.confirmed_now(owner uuid, subject uuid) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT wall.approved(owner, subject, ARRAY['states', subject::text], 'confirmed')
$$;

-- BEFORE trigger of institutions that are made, and of memberships: as two persons confirmed it. Commands of whoever runs
-- the registry, and the loader, act for nobody here and pass.
CREATE OR REPLACE FUNCTION wall.members_by_two() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    new_ jsonb := to_jsonb(NEW);
    who uuid := coalesce(new_ ->> 'institution_id', new_ ->> 'id')::uuid;
BEGIN
    IF coalesce(current_setting('orebook.actor', true), '') !~ '^(person|client):' THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND to_jsonb(OLD) - 'until' <> new_ - 'until' THEN
        RAISE EXCEPTION 'a membership is ended, and another begins'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'membership_is_ended_only';
    END IF;
    IF TG_OP = 'UPDATE' AND (new_ ->> 'until')::date < (new_ ->> 'since')::date THEN
        RAISE EXCEPTION 'a membership ends after it began'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'membership_ends_after_it_began';
    END IF;
    IF EXISTS (SELECT FROM institutions_admission a
               WHERE a.owner_id = wall.me() AND a.member = who AND wall.confirmed_now(a.owner_id, a.id)
                 AND CASE WHEN TG_TABLE_NAME = 'institutions_institution'
                          THEN (a.name, a.kind, a.country) = (new_ ->> 'name', new_ ->> 'kind', new_ ->> 'country')
                          ELSE a.network_id = (new_ ->> 'network_id')::uuid
                               AND (TG_OP = 'UPDATE' AND (new_ ->> 'until')::date = a.since
                                    OR (a.status, a.since) = (new_ ->> 'status', (new_ ->> 'since')::date)) END)
       OR EXISTS (SELECT FROM institutions_membershipchange c
                  WHERE c.owner_id = wall.me() AND c.institution_id = who AND wall.confirmed_now(c.owner_id, c.id)
                    AND c.network_id = (new_ ->> 'network_id')::uuid
                    AND (TG_OP = 'UPDATE' AND (new_ ->> 'until')::date = c."on"
                         OR (c.becomes, c."on") = (new_ ->> 'status', (new_ ->> 'since')::date))) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'members are admitted, suspended and let go by two persons'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'members_by_two';
END $$;

-- BEFORE trigger of institutions: one is called, and is, what two persons saw. By its slug its own sign-in finds its
-- people: who gave it to another institution would let the people of one in as those of the other.
CREATE OR REPLACE FUNCTION wall.stays_as_admitted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF coalesce(current_setting('orebook.actor', true), '') ~ '^(person|client):'
       AND (NEW.slug, NEW.name, NEW.kind, NEW.country) <> (OLD.slug, OLD.name, OLD.kind, OLD.country) THEN
        RAISE EXCEPTION 'an institution stays what it was admitted as'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'institution_stays_as_admitted';
    END IF;
    RETURN NEW;
END $$;

-- BEFORE trigger of networks: what an ended one was told its successor is told, so whoever says which succeeds which lets
-- all members of one into another.
CREATE OR REPLACE FUNCTION wall.succession_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF coalesce(current_setting('orebook.actor', true), '') ~ '^(person|client):'
       AND (NEW.predecessor_id, NEW.ended_on) IS DISTINCT FROM
           (CASE WHEN TG_OP = 'UPDATE' THEN OLD.predecessor_id END, CASE WHEN TG_OP = 'UPDATE' THEN OLD.ended_on END) THEN
        RAISE EXCEPTION 'whoever runs the registry hands a network over'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'network_is_handed_over_by_its_operator';
    END IF;
    RETURN NEW;
END $$;

-- BEFORE trigger of admissions and of changes of memberships: what comes first is done before it is confirmed. The
-- arguments: lines of checklists, each after the kind that it is of ('' for every one).
CREATE OR REPLACE FUNCTION wall.checked_first() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state = 'confirmed' AND EXISTS (
            SELECT FROM unnest(TG_ARGV) AS asked
            WHERE split_part(asked, ':', 1) IN ('', to_jsonb(NEW) ->> 'kind')
              AND NOT EXISTS (SELECT FROM institutions_checkmark c
                              WHERE c.subject = NEW.id AND c.line = split_part(asked, ':', 2))) THEN
        RAISE EXCEPTION 'what comes first is done first' USING ERRCODE = 'check_violation', CONSTRAINT = 'checked_first';
    END IF;
    RETURN NEW;
END $$;

-- BEFORE trigger of checklists: whoever acts has done it. Who prepared an admission does not also say that its first
-- admin is who the letter names: one person alone could otherwise let anybody in.
CREATE OR REPLACE FUNCTION wall.marks() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    NEW.by_id := wall.person();
    IF NEW."on" > current_date + 1 THEN
        RAISE EXCEPTION 'what is to come was not done' USING ERRCODE = 'check_violation', CONSTRAINT = 'marked_when_done';
    END IF;
    -- Jobs act for nobody here. Who only looks on, or keeps accounts, answers for nothing.
    IF NEW.by_id IS NOT NULL AND NOT EXISTS (SELECT FROM institutions_staff s WHERE s.id = NEW.by_id
                                             AND s.is_active AND s.role IN ('officer', 'approver')) THEN
        RAISE EXCEPTION 'an officer or an approver marks it'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'marked_by_who_answers';
    END IF;
    -- Whoever prepared anything of it: a second request about the same row makes nobody another person.
    IF NEW.line = 'first_admin_verified'
       AND (NEW.by_id IS NULL
            OR NOT EXISTS (SELECT FROM institutions_admission a WHERE a.id = NEW.subject AND a.state = 'confirmed')
            OR EXISTS (SELECT FROM institutions_approval p
                       WHERE p.row_id = NEW.subject AND p.prepared_by_id = NEW.by_id)) THEN
        RAISE EXCEPTION 'another person says who the first admin is'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'verified_by_another';
    END IF;
    RETURN NEW;
END $$;

-- Whether this account is the first of an admitted institution: its admin as the letter names it, verified (by another
-- person, once it was confirmed: wall.marks), with a password that nobody knows, and before the institution has anything
-- that somebody could read. Not of the secretariat's own domain, whose mail its people read.
CREATE OR REPLACE FUNCTION wall.is_first_admin(account jsonb) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT account ->> 'role' = 'institution_admin' AND account ->> 'password' LIKE '!%'
       AND EXISTS (
           SELECT FROM institutions_admission a
           JOIN institutions_checkmark c ON c.subject = a.id AND c.line = 'first_admin_verified'
           WHERE a.owner_id = wall.me() AND wall.is_curator()
             AND a.member = (account ->> 'institution_id')::uuid
             AND lower(a.admin_email) = lower(account ->> 'email'))
       AND NOT EXISTS (SELECT FROM institutions_staff s WHERE s.institution_id = (account ->> 'institution_id')::uuid)
       AND NOT EXISTS (SELECT FROM institutions_standing s WHERE s.owner_id = (account ->> 'institution_id')::uuid)
       AND NOT EXISTS (SELECT FROM institutions_staff s
                       WHERE s.institution_id = wall.me()
                         AND split_part(lower(s.email), '@', 2) = split_part(lower(account ->> 'email'), '@', 2))
$$;
