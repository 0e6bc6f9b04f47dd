-- What two persons saw is not changed by one afterwards, beside stages: sizes, prices, links, words that others read; and
-- what is laid before them is whole.

-- The size of what two persons approved stands, as does that of what has ended; what is signed has the size that its
-- ledger sums to.
CREATE OR REPLACE FUNCTION deals.size_stands() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    stands text;
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
    stands := deals.stage_held(NEW.commitment_id, TG_OP);
    IF deals.class_of(stands) = 'ended' THEN
        RAISE EXCEPTION 'what has ended stays as it was'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ended_stands';
    END IF;
    IF NEW.amount = 0 THEN
        RAISE EXCEPTION 'a size is above zero'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'size_is_known_or_unknown';
    END IF;
    IF wall.approved(NEW.owner_id, NEW.commitment_id, ARRAY['size'],
                     coalesce(trim_scale(NEW.amount) || ' ' || NEW.currency || ' ', '') || NEW.qualifier) THEN
        RETURN NEW;
    END IF;
    -- Two persons saw it with its stage, or one of them is looking at what it is part of.
    IF deals.seen_by_two(stands) OR wall.being_decided(NEW.owner_id, NEW.commitment_id)
       OR wall.being_decided(NEW.owner_id, NEW.id) THEN
        RAISE EXCEPTION 'the size of what two persons approved stands'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'approved_size_stands';
    END IF;
    IF TG_OP = 'UPDATE' AND wall.rank(NEW.level) > wall.rank('lead') THEN
        RAISE EXCEPTION 'the size of what is told beyond the lead is changed by two persons'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'told_size_stands';
    END IF;
    RETURN NEW;
END $$;

-- The stage of the commitment that a part is written of. Who adds one holds the commitment until the end: a second person
-- who confirms its stage meanwhile waits and finds the part, or has come before. Who changes one holds the part.
CREATE OR REPLACE FUNCTION deals.stage_held(which uuid, op text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    stands text;
BEGIN
    IF op = 'INSERT' THEN
        SELECT c.stage INTO stands FROM deals_commitment c WHERE c.id = which FOR NO KEY UPDATE;
    ELSE
        SELECT c.stage INTO stands FROM deals_commitment c WHERE c.id = which;
    END IF;
    RETURN stands;
END $$;

-- AFTER trigger: the price of what two persons approved is changed by two, that of what has ended by nobody. How far it is told is another
-- matter: the lead at most (price_goes_no_further_than_the_lead).
CREATE OR REPLACE FUNCTION deals.price_stands() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    stands text;
BEGIN
    IF NEW.origin = 'published' OR (TG_OP = 'UPDATE' AND (NEW.margin_bps, NEW.fees, NEW.premium)
            IS NOT DISTINCT FROM (OLD.margin_bps, OLD.fees, OLD.premium)) THEN
        RETURN NULL;
    END IF;
    stands := deals.stage_held(NEW.commitment_id, TG_OP);
    IF deals.class_of(stands) = 'ended' THEN
        RAISE EXCEPTION 'what has ended stays as it was'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ended_stands';
    END IF;
    IF (deals.seen_by_two(stands) OR wall.being_decided(NEW.owner_id, NEW.commitment_id)
        OR wall.being_decided(NEW.owner_id, NEW.id)) AND NOT (wall.approved(NEW.owner_id, NEW.commitment_id, ARRAY['price', 'margin_bps'],
                              coalesce(NEW.margin_bps::text, ''))
                AND wall.approved(NEW.owner_id, NEW.commitment_id, ARRAY['price', 'fees'], NEW.fees)
                AND wall.approved(NEW.owner_id, NEW.commitment_id, ARRAY['price', 'premium'], NEW.premium)) THEN
        RAISE EXCEPTION 'the price of what two persons approved stands'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'approved_price_stands';
    END IF;
    RETURN NULL;
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
    IF TG_OP = 'UPDATE' THEN
        -- Whoever adds a part holds the commitment (deals.stage_held): it has come before, or comes after.
        PERFORM FROM deals_commitment WHERE id = NEW.row_id AND owner_id = NEW.owner_id FOR NO KEY UPDATE;
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

-- Whether something is asked by what is confirmed in this transaction; of lists, that it is among them.
CREATE OR REPLACE FUNCTION deals.asked_now(owner uuid, what jsonb) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM institutions_approval
                   WHERE owner_id = owner AND decision = 'confirmed'
                     AND decided_xact = journal.xact() AND asks @> what)
$$;

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
        AND (created_at < now()
             OR EXISTS (SELECT FROM institutions_approval a
                        WHERE a.owner_id = NEW.owner_id AND a.decided_xact = journal.xact()
                          AND a.asks -> 'adds' ? (r ->> 'condition_id'))
                AND NOT deals.asked_now(NEW.owner_id, jsonb_build_object('condition', jsonb_build_object('waits_for',
                    jsonb_build_array(CASE WHEN r ->> 'shared_id' IS NULL
                        THEN jsonb_build_object('commitment', r -> 'awaited_id', 'stage', r -> 'stage')
                        ELSE jsonb_build_object('shared', r -> 'shared_id') END)))));
    ELSE
        whole := (r ->> TG_ARGV[0])::uuid;
    END IF;
    IF deals.class_of(deals.stage_held(whole, TG_OP)) IN ('conditional', 'firm')
       OR wall.being_decided(NEW.owner_id, whole) OR wall.being_decided(NEW.owner_id, NEW.id) THEN
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
    IF NEW.origin = 'registered'
       AND (wall.rank(OLD.level) > wall.rank('lead') AND wall.rank(NEW.level) > wall.rank('lead')
            OR wall.being_decided(NEW.owner_id, NEW.id))
       AND EXISTS (SELECT FROM unnest(TG_ARGV) AS col
                   WHERE to_jsonb(NEW) -> col IS DISTINCT FROM to_jsonb(OLD) -> col
                   AND NOT wall.approved(NEW.owner_id, NEW.id, ARRAY['facts', col], to_jsonb(NEW) ->> col)) THEN
        RAISE EXCEPTION 'what is told beyond the lead is changed by two persons'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'told_words_stand';
    END IF;
    RETURN NEW;
END $$;
