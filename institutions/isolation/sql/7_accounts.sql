-- Who may act for whom, and whom nobody lets in. The secretariat keeps the register of institutions, and with it could let
-- itself in anywhere: so it is let into no deal of others, and nobody keeps the accounts of another institution.

-- BEFORE trigger of staff and clients. The arguments: the columns that are rights, and those that are the secrets of
-- whoever answers for a client: an admin who knew those of one client that prepares and of one that approves would be
-- both persons. Commands of whoever runs the registry, and the log-in itself, act for nobody and pass.
CREATE OR REPLACE FUNCTION wall.keeps_accounts() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    actor text := coalesce(current_setting('orebook.actor', true), '');
BEGIN
    IF actor NOT LIKE 'person:%' AND actor NOT LIKE 'client:%' THEN
        RETURN NEW;
    END IF;
    -- One's own password, name and time zone are one's own business.
    IF TG_OP = 'UPDATE' AND actor = 'person:' || OLD.id AND NOT EXISTS (
            SELECT FROM unnest(string_to_array(TG_ARGV[0], ' ')) right_
            WHERE to_jsonb(NEW) -> right_ IS DISTINCT FROM to_jsonb(OLD) -> right_) THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND TG_NARGS > 1 THEN
        IF to_jsonb(NEW) - string_to_array(TG_ARGV[1], ' ') = to_jsonb(OLD) - string_to_array(TG_ARGV[1], ' ')
           AND actor = 'person:' || (to_jsonb(OLD) ->> 'responsible_id') AND OLD.institution_id = wall.me() THEN
            RETURN NEW;
        ELSIF EXISTS (SELECT FROM unnest(string_to_array(TG_ARGV[1], ' ')) secret
                      WHERE secret <> 'updated' AND to_jsonb(NEW) -> secret IS DISTINCT FROM to_jsonb(OLD) -> secret) THEN
            RAISE EXCEPTION 'a secret is changed by whoever answers for the client'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'secrets_are_their_persons';
        END IF;
    END IF;
    IF NEW.institution_id = wall.me() AND (TG_OP = 'INSERT' OR OLD.institution_id = wall.me())
       AND EXISTS (SELECT FROM institutions_staff s WHERE actor = 'person:' || s.id AND s.institution_id = wall.me()
                   AND s.role = 'institution_admin' AND s.is_active) THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'INSERT' AND TG_TABLE_NAME = 'institutions_staff' AND wall.is_first_admin(to_jsonb(NEW)) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'accounts are kept by an admin of their own institution'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'accounts_are_kept_inside';
END $$;

-- BEFORE trigger of whatever would let an institution into a deal: the secretariat is let into none of others.
CREATE OR REPLACE FUNCTION wall.tells_no_secretariat() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    -- Of what is in no deal its owner may name it: two projects are one only by the word of each owner.
    IF NEW.institution_id <> NEW.owner_id AND NEW.deal_id IS NOT NULL
       AND EXISTS (SELECT FROM institutions_institution WHERE id = NEW.institution_id AND kind = 'secretariat') THEN
        RAISE EXCEPTION 'the secretariat is let in nowhere'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'secretariat_is_let_in_nowhere';
    END IF;
    RETURN NEW;
END $$;

-- BEFORE trigger of institutions: whoever acts makes no secretariat, and a secretariat becomes nothing else.
CREATE OR REPLACE FUNCTION wall.secretariat_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF coalesce(current_setting('orebook.actor', true), '') ~ '^(person|client):'
       AND 'secretariat' IN (NEW.kind, CASE WHEN TG_OP = 'UPDATE' THEN OLD.kind END)
       AND (TG_OP = 'INSERT' OR NEW.kind <> OLD.kind) THEN
        RAISE EXCEPTION 'a secretariat is founded by whoever runs the registry'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'secretariat_stays_what_it_is';
    END IF;
    RETURN NEW;
END $$;
