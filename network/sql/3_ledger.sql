-- The ledger of digests: made, leased, marked. The application gets ids, times and states from here and nothing else.

CREATE OR REPLACE FUNCTION network.due(at_ timestamptz) RETURNS SETOF uuid
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT id FROM network_digest
    WHERE status = 'pending' AND not_before <= at_ AND coalesce(leased_until, '-infinity') <= at_
    ORDER BY not_before, id
$$;

-- Makes the digests whose period has come, and returns everything that is due, also what an earlier call made.
-- Safe to call at any time and by several at once: a person has one row per period, and one open row.
CREATE OR REPLACE FUNCTION network.make_due(at_ timestamptz) RETURNS SETOF uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO network_digest (id, person_id, period, made_at, not_before)
    SELECT gen_random_uuid(), p.person_id, p.period, at_, at_ FROM network.periods(at_) p
    ON CONFLICT DO NOTHING;
    RETURN QUERY SELECT network.due(at_);
END $$;

-- A digest at once for everyone who follows something. Its name leaves the day's own row free. Who has an open one gets
-- that, without its pause.
CREATE OR REPLACE FUNCTION network.make_now(at_ timestamptz) RETURNS SETOF uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO network_digest (id, person_id, period, made_at, not_before)
    SELECT gen_random_uuid(), s.id, 'now:' || to_char(at_ AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), at_, at_
    FROM institutions_staff s
    WHERE s.is_active AND EXISTS (SELECT FROM network_follow f WHERE f.person_id = s.id AND f.ended_at IS NULL)
    ON CONFLICT DO NOTHING;
    UPDATE network_digest SET not_before = at_ WHERE status = 'pending' AND not_before > at_;
    RETURN QUERY SELECT network.due(at_);
END $$;

-- Takes due digests for some seconds. The first taking fixes what a digest covers, so that a repeat covers the same.
CREATE OR REPLACE FUNCTION network.lease_due(most int, seconds int, at_ timestamptz, which uuid)
RETURNS TABLE (digest_id uuid, person_id uuid, attempt int,
               from_xact bigint, from_seq bigint, to_xact bigint, to_seq bigint)
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH taken AS (
        SELECT d.id FROM network_digest d
        WHERE d.status = 'pending' AND d.not_before <= at_ AND coalesce(d.leased_until, '-infinity') <= at_
          AND (which IS NULL OR d.id = which)
        ORDER BY d.not_before, d.id LIMIT most FOR UPDATE SKIP LOCKED
    ), framed AS (
        SELECT t.id, coalesce(d.to_xact, h.horizon) AS to_xact, coalesce(d.to_seq, 0) AS to_seq,
               -- After a restore, transaction ids may begin lower than where the last one ended.
               least(coalesce(d.from_xact, last.to_xact, 0), h.horizon) AS from_xact, coalesce(d.from_seq, last.to_seq, 0) AS from_seq
        FROM taken t JOIN network_digest d ON d.id = t.id
        CROSS JOIN (SELECT journal.horizon()) h (horizon)
        LEFT JOIN LATERAL (
            SELECT p.to_xact, p.to_seq FROM network_digest p
            WHERE p.person_id = d.person_id AND p.status IN ('done', 'empty')
            ORDER BY p.to_xact DESC, p.to_seq DESC LIMIT 1) last ON true
    )
    UPDATE network_digest d
    SET leased_until = at_ + make_interval(secs => seconds), attempts = d.attempts + 1,
        from_xact = f.from_xact, from_seq = f.from_seq, to_xact = f.to_xact, to_seq = f.to_seq
    FROM framed f WHERE d.id = f.id
    RETURNING d.id, d.person_id, d.attempts, d.from_xact, d.from_seq, d.to_xact, d.to_seq
$$;

-- Says what became of an attempt: done, empty, parked, or pending again not before `again`. False when the lease ran out
-- and another attempt began: then that one speaks.
CREATE OR REPLACE FUNCTION network.mark(
    which uuid, attempt int, outcome text, again timestamptz, at_ timestamptz, subject_ text, error_ text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    UPDATE network_digest
    SET status = outcome, leased_until = NULL, not_before = coalesce(again, not_before), subject = subject_,
        error = error_, sent_at = CASE WHEN outcome = 'done' THEN at_ END
    WHERE id = which AND attempts = attempt AND status = 'pending';
    RETURN FOUND;
END $$;
