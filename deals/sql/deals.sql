-- The deals' own rules in the database. Functions of the wall are called here, never by the application.

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

-- An NDA lets an institution in among the parties: one that is recorded, made longer or with another company, after the invitation is seen by
-- two persons like the invitation itself. Shortening or ending it needs one.
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
    IF NEW.origin = 'registered' AND wall.rank(NEW.level) >
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
    END IF;
    RETURN NULL;
END $$;

-- The parts of a commitment are told no further than it.
CREATE OR REPLACE FUNCTION deals.within_commitment() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.origin = 'registered' AND wall.rank(NEW.level) >
            (SELECT wall.rank(c.level) FROM deals_commitment c
             WHERE c.id = (to_jsonb(NEW) ->> TG_ARGV[0])::uuid) THEN
        RAISE EXCEPTION 'a part of a commitment is told no further than the commitment'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'part_within_commitment';
    END IF;
    RETURN NEW;
END $$;

-- A commitment that is narrowed takes its parts along.
CREATE OR REPLACE FUNCTION deals.narrow_commitment_parts() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF wall.rank(NEW.level) < wall.rank(OLD.level) THEN
        UPDATE deals_size SET level = NEW.level
        WHERE commitment_id = NEW.id AND wall.rank(level) > wall.rank(NEW.level);
        UPDATE deals_price SET level = NEW.level
        WHERE commitment_id = NEW.id AND wall.rank(level) > wall.rank(NEW.level);
        UPDATE deals_step SET level = NEW.level
        WHERE commitment_id = NEW.id AND wall.rank(level) > wall.rank(NEW.level);
        UPDATE deals_coverlink SET level = NEW.level
        WHERE cover_id = NEW.id AND wall.rank(level) > wall.rank(NEW.level);
        UPDATE deals_participation SET level = NEW.level
        WHERE commitment_id = NEW.id AND wall.rank(level) > wall.rank(NEW.level);
    END IF;
    RETURN NULL;
END $$;

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

-- When the transaction ends: a stage or status that was taken in it was written down in it, as a step of that day. A life
-- has no stage that its history does not tell.
CREATE OR REPLACE FUNCTION deals.is_written_down() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE written boolean;
BEGIN
    IF NEW.origin <> 'registered' THEN
        RETURN NULL;
    ELSIF TG_TABLE_NAME = 'deals_deal' THEN
        written := to_jsonb(NEW) ->> 'status' = to_jsonb(OLD) ->> 'status' OR EXISTS (
            SELECT FROM deals_dealstep s
            WHERE s.deal_id = NEW.id AND s.status = to_jsonb(NEW) ->> 'status' AND s.created_at = now());
    ELSE
        written := to_jsonb(NEW) ->> 'stage' = to_jsonb(OLD) ->> 'stage' OR EXISTS (
            SELECT FROM deals_step s
            WHERE s.commitment_id = NEW.id AND s.stage = to_jsonb(NEW) ->> 'stage' AND s.created_at = now());
    END IF;
    IF NOT written THEN
        RAISE EXCEPTION 'what is moved is written down as a step'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'move_is_written_down';
    END IF;
    RETURN NULL;
END $$;

-- Letters and approvals whose day has passed lapse by themselves. Returns how many.
CREATE OR REPLACE FUNCTION deals.lapse() RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    c deals_commitment;
    n int := 0;
    actor text := current_setting('orebook.actor', true);
BEGIN
    PERFORM set_config('orebook.actor', 'system:lapse', true);
    FOR c IN SELECT * FROM deals_commitment
             WHERE origin = 'registered' AND valid_until < current_date
               AND stage IN ('letter_of_interest', 'conditional_approval', 'approved')
             ORDER BY id FOR NO KEY UPDATE SKIP LOCKED LOOP
        UPDATE deals_commitment SET stage = 'lapsed' WHERE id = c.id;
        INSERT INTO deals_step (id, owner_id, level, demo, origin, deal_id, commitment_id, stage, effective_on,
                                precision, valid_until, currency, reason, note)
        VALUES (gen_random_uuid(), c.owner_id, 'own', c.demo, 'registered', c.deal_id, c.id, 'lapsed',
                c.valid_until + 1, 'day', c.valid_until, '', '', '');
        n := n + 1;
    END LOOP;
    PERFORM set_config('orebook.actor', coalesce(actor, ''), true);
    RETURN n;
END $$;

-- The size of what two persons approved stands, as does that of what has ended; what is signed has the size that its
-- ledger sums to.
CREATE OR REPLACE FUNCTION deals.size_stands() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.origin <> 'registered' OR (TG_OP = 'UPDATE' AND (NEW.amount, NEW.currency, NEW.qualifier, NEW.joint_id)
            IS NOT DISTINCT FROM (OLD.amount, OLD.currency, OLD.qualifier, OLD.joint_id)) THEN
        RETURN NEW;
    END IF;
    IF EXISTS (SELECT FROM deals_movement m WHERE m.commitment_id = NEW.commitment_id AND m.state = 'confirmed') THEN
        IF (NEW.qualifier, NEW.joint_id) IS DISTINCT FROM (OLD.qualifier, OLD.joint_id)
           -- In the currency that the ledger is in now, chosen as `movement_counts` does.
           OR NOT EXISTS (
                SELECT FROM (
                    SELECT sum(m.committed_change) AS committed, m.currency FROM deals_movement m
                    WHERE m.commitment_id = NEW.commitment_id AND m.state = 'confirmed'
                    GROUP BY m.currency ORDER BY 1 DESC, max(m.effective_on) DESC LIMIT 1) l
                WHERE l.committed = NEW.amount AND l.currency = NEW.currency) THEN
            RAISE EXCEPTION 'the size of what is signed follows its ledger'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'size_follows_ledger';
        END IF;
        RETURN NEW;
    END IF;
    IF deals.class_of((SELECT c.stage FROM deals_commitment c WHERE c.id = NEW.commitment_id)) = 'ended' THEN
        RAISE EXCEPTION 'what has ended stays as it was'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ended_stands';
    END IF;
    IF NEW.amount = 0 THEN
        RAISE EXCEPTION 'a size is above zero'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'size_is_known_or_unknown';
    END IF;
    -- Two persons saw it with its stage, or with how far it is told.
    IF (deals.seen_by_two((SELECT c.stage FROM deals_commitment c WHERE c.id = NEW.commitment_id))
        OR (TG_OP = 'UPDATE' AND wall.rank(NEW.level) > wall.rank('lead')))
       AND NOT wall.approved(NEW.owner_id, NEW.commitment_id, ARRAY['size'],
                             coalesce(trim_scale(NEW.amount) || ' ' || NEW.currency || ' ', '') || NEW.qualifier) THEN
        RAISE EXCEPTION 'the size of what two persons approved stands'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'approved_size_stands';
    END IF;
    RETURN NEW;
END $$;

-- Amounts have no more decimals than their currency, which must be one of ISO 4217. Arguments: amount, currency, …
CREATE OR REPLACE FUNCTION deals.exact_money() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    r jsonb := to_jsonb(NEW);
    code text;
    places int;
BEGIN
    FOR i IN 0 .. TG_NARGS / 2 - 1 LOOP
        code := r ->> TG_ARGV[2 * i + 1];
        IF coalesce(code, '') = '' THEN
            CONTINUE;
        END IF;
        SELECT digits INTO places FROM deals_currency c WHERE c.code = r ->> TG_ARGV[2 * i + 1];
        IF places IS NULL THEN
            RAISE EXCEPTION '% is not a currency', code
                USING ERRCODE = 'check_violation', CONSTRAINT = 'currency_is_iso4217';
        END IF;
        IF (r ->> TG_ARGV[2 * i])::numeric = 'NaN' THEN
            RAISE EXCEPTION 'money is a number' USING ERRCODE = 'check_violation', CONSTRAINT = 'money_in_minor_units';
        END IF;
        IF scale(trim_scale((r ->> TG_ARGV[2 * i])::numeric)) > places THEN
            RAISE EXCEPTION '% has % decimals', code, places
                USING ERRCODE = 'check_violation', CONSTRAINT = 'money_in_minor_units';
        END IF;
    END LOOP;
    RETURN NEW;
END $$;

-- BEFORE a request about a commitment: its parts are what an approver looks at with it, whatever the preparer names; one
-- that came since voids the request.
CREATE OR REPLACE FUNCTION deals.approval_parts() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    parts jsonb;
BEGIN
    IF NEW."table" <> 'deals_commitment' OR (TG_OP = 'UPDATE' AND NEW.decision <> 'confirmed') THEN
        RETURN NEW;
    END IF;
    SELECT coalesce(jsonb_agg(id), '[]') INTO parts FROM (
        SELECT id FROM deals_size WHERE commitment_id = NEW.row_id
        UNION ALL SELECT id FROM deals_price WHERE commitment_id = NEW.row_id
        UNION ALL SELECT id FROM deals_participation WHERE commitment_id = NEW.row_id
        UNION ALL SELECT id FROM deals_coverlink WHERE cover_id = NEW.row_id
        UNION ALL SELECT id FROM deals_condition WHERE commitment_id = NEW.row_id AND NEW.asks ? 'stage'
        UNION ALL SELECT d.id FROM deals_dependency d JOIN deals_condition c ON c.id = d.condition_id
                  WHERE c.commitment_id = NEW.row_id AND NEW.asks ? 'stage') p;
    IF TG_OP = 'INSERT' THEN
        NEW.asks := jsonb_set(NEW.asks, '{rows}', coalesce(NEW.asks -> 'rows', '[]') || parts);
    ELSIF NOT NEW.asks -> 'rows' @> parts THEN
        RAISE EXCEPTION 'what was prepared has changed since'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'approval_void';
    END IF;
    RETURN NEW;
END $$;

-- What a firm or conditional commitment protects, shares in or waits for was seen by two persons: it is not added to,
-- changed or dropped by one. Argument: the column that names the commitment; of a dependency its condition's.
CREATE OR REPLACE FUNCTION deals.link_stands() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    r jsonb := to_jsonb(NEW);
    whole uuid;
BEGIN
    IF coalesce(r ->> 'origin', 'registered') = 'published' OR (TG_OP = 'UPDATE'
            AND r - '{level,audience_id,updated_at,told_at}'::text[]
                = to_jsonb(OLD) - '{level,audience_id,updated_at,told_at}'::text[]) THEN
        RETURN NULL;
    END IF;
    IF TG_ARGV[0] = 'condition_id' THEN
        -- A condition that is added by two persons comes with what it waits for.
        SELECT commitment_id INTO whole FROM deals_condition WHERE id = (r ->> 'condition_id')::uuid
        AND created_at < now();
    ELSE
        whole := (r ->> TG_ARGV[0])::uuid;
    END IF;
    IF EXISTS (SELECT FROM deals_commitment c WHERE c.id = whole
               AND deals.class_of(c.stage) IN ('conditional', 'firm')) THEN
        RAISE EXCEPTION 'what two persons approved stands, with what it protects, shares in and waits for'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'approved_links_stand';
    END IF;
    RETURN NULL;
END $$;

-- What is told beyond the lead was seen by two persons: its words are not changed by one. Narrow it first, or have it
-- seen anew. Arguments: the columns that tell.
CREATE OR REPLACE FUNCTION deals.told_words_stand() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.origin = 'registered' AND wall.rank(OLD.level) > wall.rank('lead') AND wall.rank(NEW.level) > wall.rank('lead')
       AND EXISTS (SELECT FROM unnest(TG_ARGV) AS col
                   WHERE to_jsonb(NEW) -> col IS DISTINCT FROM to_jsonb(OLD) -> col
                   AND NOT wall.approved(NEW.owner_id, NEW.id, ARRAY['facts', col], to_jsonb(NEW) ->> col)) THEN
        RAISE EXCEPTION 'what is told beyond the lead is changed by two persons'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'told_words_stand';
    END IF;
    RETURN NEW;
END $$;
