-- The ledger of webhooks: which lanes have something to do, and what is forgotten. The application gets ids and counts
-- from here and nothing else.

-- Whether an endpoint may still speak: what a client set up ends when the client ends, loses the scope, or nobody answers
-- for it any more. One that a person set up is its institution's.
CREATE OR REPLACE FUNCTION network.webhook_speaks(client uuid, home uuid) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT client IS NULL OR EXISTS (
        SELECT FROM institutions_client c JOIN institutions_staff s ON s.id = c.responsible_id
        WHERE c.id = client AND c.is_active AND c.institution_id = home AND 'webhooks:manage' = ANY (c.scopes)
          AND s.is_active AND s.institution_id = home)
$$;

-- BEFORE trigger: at most 20 of an institution are active. Runs as its invoker, who sees all endpoints of its own.
CREATE OR REPLACE FUNCTION network.webhook_endpoints_are_few() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT NEW.active OR (TG_OP = 'UPDATE' AND OLD.active) THEN
        RETURN NEW;
    END IF;
    -- Of two that race the second counts the first.
    PERFORM pg_advisory_xact_lock(hashtextextended(concat_ws(' ', 'webhook endpoints', NEW.owner_id), 0));
    IF (SELECT count(*) FROM network_webhookendpoint WHERE owner_id = NEW.owner_id AND active AND id <> NEW.id) >= 20 THEN
        RAISE EXCEPTION 'an institution has 20 active webhook endpoints at most'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'webhook_endpoints_are_few';
    END IF;
    RETURN NEW;
END $$;

-- The lanes that have something to do, those that waited longest first, and at most `most` of one institution at a time,
-- so that nobody's receivers take up all workers. Whether any of it is to be told is asked as the institution, later.
CREATE OR REPLACE FUNCTION network.webhooks_due(most int, at_ timestamptz)
RETURNS TABLE (endpoint_id uuid, institution_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH lanes AS (
        SELECT l.*, e.owner_id, coalesce(l.leased_until > at_, false) AS busy,
               e.active AND l.stopped = '' AND coalesce(l.rests_until <= at_, true)
                   AND network.webhook_speaks(e.client_id, e.owner_id) AS awake
        FROM network_webhooklane l JOIN network_webhookendpoint e ON e.id = l.endpoint_id
    ), waiting AS (
        SELECT l.endpoint_id, l.owner_id, l.taken_at,
               row_number() OVER (PARTITION BY l.owner_id ORDER BY l.taken_at NULLS FIRST, l.endpoint_id)
               + (SELECT count(*) FROM lanes o WHERE o.busy AND o.owner_id = l.owner_id) AS turn
        FROM lanes l
        WHERE NOT l.busy AND (
            (l.awake AND (
                EXISTS (SELECT FROM institutions_event v
                        WHERE (v.xact, v.seq) > (l.read_xact, l.read_seq) AND v.xact < journal.horizon())
                OR l.read_xact > journal.horizon()
                OR EXISTS (SELECT FROM network_webhookreplay r
                           WHERE r.endpoint_id = l.endpoint_id AND r.done_at IS NULL)
                OR EXISTS (SELECT FROM network_webhookdelivery d
                           WHERE d.endpoint_id = l.endpoint_id AND d.status = 'pending' AND d.not_before <= at_)))
            -- A test and a warning come through whatever the lane's state.
            OR EXISTS (SELECT FROM network_webhookdelivery d
                       WHERE d.endpoint_id = l.endpoint_id AND d.status = 'pending' AND d.xact IS NULL)
            OR EXISTS (SELECT FROM network_webhooknotice n
                       WHERE n.endpoint_id = l.endpoint_id AND n.done_at IS NULL AND n.not_before <= at_))
    )
    SELECT w.endpoint_id, w.owner_id FROM waiting w WHERE w.turn <= most ORDER BY w.taken_at NULLS FIRST, w.endpoint_id
$$;

-- What was sent, given up or withdrawn is kept for 90 days, with its attempts; so are a replay that is done and a notice
-- that was mailed. The log stays, so that a range is told once more whenever somebody asks. At most `most` deliveries in
-- a transaction; how many went.
CREATE OR REPLACE FUNCTION network.forget_deliveries(most int) RETURNS integer
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    DELETE FROM network_webhookreplay WHERE done_at < now() - interval '90 days';
    DELETE FROM network_webhooknotice WHERE done_at < now() - interval '90 days';
    -- One that a replay takes up at this moment is left to it.
    WITH old AS (
        SELECT id FROM network_webhookdelivery WHERE settled_at < now() - interval '90 days'
        ORDER BY settled_at LIMIT most FOR UPDATE SKIP LOCKED
    ), calls AS (
        DELETE FROM network_webhookattempt a USING old WHERE a.delivery_id = old.id
    ), gone AS (
        DELETE FROM network_webhookdelivery d USING old WHERE d.id = old.id RETURNING 1
    )
    SELECT count(*)::integer FROM gone
$$;
