-- The ledger of digests: made, leased, marked. The application gets ids, times and states from here and nothing else.

CREATE OR REPLACE FUNCTION network.due(at_ timestamptz) RETURNS SETOF uuid
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT id FROM network_digest
    WHERE network.nobody_acts() AND status = 'pending' AND not_before <= at_
      AND coalesce(leased_until, '-infinity') <= at_
    ORDER BY not_before, id
$$;

-- Makes the digests whose period has come, and returns everything that is due, also what an earlier call made.
-- Safe to call at any time and by several at once: a person has one row per period, and one open row. What is told weekly
-- comes with the first row of its week, so that nobody gets two mails on one morning.
CREATE OR REPLACE FUNCTION network.make_due(at_ timestamptz) RETURNS SETOF uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO network_digest (id, person_id, period, week, made_at, not_before)
    SELECT gen_random_uuid(), p.person_id, coalesce(p.day, fresh.week), coalesce(fresh.week, ''), at_, at_
    FROM network.periods(at_) p
    CROSS JOIN LATERAL (
        SELECT CASE WHEN NOT EXISTS (SELECT FROM network_digest d WHERE d.person_id = p.person_id AND d.week = p.week)
                    THEN p.week END AS week) fresh
    WHERE network.nobody_acts() AND (p.day IS NOT NULL OR fresh.week IS NOT NULL)
    ON CONFLICT DO NOTHING;
    RETURN QUERY SELECT network.due(at_);
END $$;

-- These digests by the domain of their recipients' addresses, each lane in its order: where one bank's server hangs, the
-- mail of the others goes on.
CREATE OR REPLACE FUNCTION network.lanes(digests uuid[]) RETURNS SETOF uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT array_agg(d.id ORDER BY d.not_before, d.id)
    FROM network_digest d JOIN institutions_staff s ON s.id = d.person_id
    WHERE network.nobody_acts() AND d.id = ANY (digests)
    GROUP BY lower(split_part(s.email, '@', 2)) ORDER BY min(d.not_before), min(d.id::text)
$$;

-- A digest now for everyone who wants to hear of anything, and all that are open, also those that somebody is sending. Its
-- name leaves the day's own row free. Who has an open one gets that, without its pause.
CREATE OR REPLACE FUNCTION network.make_now(at_ timestamptz) RETURNS SETOF uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO network_digest (id, person_id, period, made_at, not_before)
    SELECT gen_random_uuid(), s.id, 'now:' || to_char(at_ AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), at_, at_
    FROM network.reached() s
    WHERE network.nobody_acts() AND EXISTS (SELECT FROM network.cadences(s.id) c WHERE c.cadence <> 'nothing')
    ON CONFLICT DO NOTHING;
    UPDATE network_digest SET not_before = at_ WHERE network.nobody_acts() AND status = 'pending' AND not_before > at_;
    RETURN QUERY SELECT id FROM network_digest WHERE network.nobody_acts() AND status = 'pending' ORDER BY not_before, id;
END $$;

-- Whom to look for news for at once: who wants that of some topic and has no open mail. After a mail that was given up
-- nothing is tried at once for a day.
CREATE OR REPLACE FUNCTION network.alerted(at_ timestamptz) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT s.id FROM network.reached() s
    WHERE network.nobody_acts()
      AND EXISTS (SELECT FROM network_topicpreference t WHERE t.person_id = s.id AND t.cadence = 'at_once')
      AND NOT EXISTS (SELECT FROM network_digest d WHERE d.person_id = s.id
                      AND (d.status = 'pending' OR d.status = 'parked' AND d.made_at > at_ - interval '1 day'))
    ORDER BY s.id
$$;

-- A mail at once for whoever acts, who has found that there is news; null where another is open.
CREATE OR REPLACE FUNCTION network.make_once(at_ timestamptz) RETURNS uuid
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    INSERT INTO network_digest (id, person_id, period, made_at, not_before)
    SELECT gen_random_uuid(), s.id, 'once:' || to_char(at_ AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), at_, at_
    FROM network.reached() s WHERE s.id = network.person()
    ON CONFLICT DO NOTHING RETURNING id
$$;

-- Until where a person was told of a topic; no row where never.
CREATE OR REPLACE FUNCTION network.told_until(who uuid, about text) RETURNS TABLE (xact bigint, seq bigint)
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT d.to_xact, d.to_seq FROM network_digest d
    WHERE d.person_id = who AND d.status IN ('done', 'empty')
      AND EXISTS (SELECT FROM network_digesttopic t WHERE t.digest_id = d.id AND t.topic = about)
    ORDER BY d.to_xact DESC, d.to_seq DESC LIMIT 1
$$;

-- Takes due digests for some seconds. The first taking fixes what a digest covers, and which topics, so that a repeat
-- covers the same.
CREATE OR REPLACE FUNCTION network.lease_due(most int, seconds int, at_ timestamptz, which uuid)
RETURNS TABLE (digest_id uuid, person_id uuid, attempt int, to_xact bigint, to_seq bigint, at_once boolean)
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH taken AS (
        SELECT d.id FROM network_digest d
        WHERE network.nobody_acts() AND d.status = 'pending' AND d.not_before <= at_
          AND coalesce(d.leased_until, '-infinity') <= at_ AND (which IS NULL OR d.id = which)
        ORDER BY d.not_before, d.id LIMIT most FOR UPDATE SKIP LOCKED
    ), leased AS (
        UPDATE network_digest d
        SET leased_until = at_ + make_interval(secs => seconds), attempts = d.attempts + 1,
            to_xact = coalesce(d.to_xact, h.horizon), to_seq = coalesce(d.to_seq, 0)
        FROM taken t, journal.horizon() h (horizon) WHERE d.id = t.id
        RETURNING d.id, d.person_id, d.period, d.week, d.attempts, d.to_xact, d.to_seq
    ), covered AS (
        INSERT INTO network_digesttopic (id, digest_id, person_id, topic, from_xact, from_seq)
        -- After a restore, transaction ids may begin lower than where the last one ended.
        SELECT gen_random_uuid(), l.id, l.person_id, c.topic,
               least(greatest(coalesce(told.xact, 0), m.xact), l.to_xact),
               CASE WHEN m.xact > coalesce(told.xact, 0) THEN 0 ELSE coalesce(told.seq, 0) END
        FROM leased l
        CROSS JOIN LATERAL network.cadences(l.person_id) c
        LEFT JOIN LATERAL network.told_until(l.person_id, c.topic) told ON true
        -- What was looked through, and nothing found, need not be read again.
        LEFT JOIN network_alertmark m ON m.person_id = l.person_id AND m.topic = c.topic AND l.period LIKE 'once:%'
        WHERE l.attempts = 1
          AND CASE split_part(l.period, ':', 1)
                  WHEN 'now' THEN c.cadence <> 'nothing'
                  WHEN 'once' THEN c.cadence = 'at_once'
                  WHEN 'day' THEN c.cadence = 'daily' OR l.week <> '' AND c.cadence = 'weekly'
                  ELSE c.cadence = 'weekly' END
    )
    SELECT l.id, l.person_id, l.attempts, l.to_xact, l.to_seq, l.period LIKE 'once:%' FROM leased l
$$;

-- What a person wants to hear of, asked as that person: each topic in the order in which it is told, and from where in the
-- log on it was not told yet.
CREATE OR REPLACE FUNCTION network.wished(who uuid, which uuid)
RETURNS TABLE (place int, topic text, cadence text, covered boolean, from_xact bigint, from_seq bigint, since bigint)
LANGUAGE sql STABLE AS $$
    -- `since`: what happened while it was wanted never is not told, which is not the same as having been told.
    SELECT c.place, c.topic, c.cadence, part.id IS NOT NULL, coalesce(part.from_xact, told.xact, 0),
           coalesce(part.from_seq, told.seq, 0), coalesce(c.since_xact, 0)
    FROM network.cadences(who) c
    LEFT JOIN network_digesttopic part ON part.digest_id = which AND part.topic = c.topic
    LEFT JOIN LATERAL network.told_until(who, c.topic) told ON true
$$;

-- What a digest tells of: which of its reader's topics it covers.
CREATE OR REPLACE FUNCTION network.scope(which uuid)
RETURNS TABLE (topic text, cadence text, covered boolean, from_xact bigint, from_seq bigint, since bigint)
LANGUAGE sql STABLE AS $$
    SELECT w.topic, w.cadence, w.covered, w.from_xact, w.from_seq, w.since
    FROM network_digest d CROSS JOIN LATERAL network.wished(d.person_id, d.id) w
    WHERE d.id = which ORDER BY w.place
$$;

-- What a person would be told of now: everything that is wanted at all.
CREATE OR REPLACE FUNCTION network.scope_now(who uuid)
RETURNS TABLE (topic text, cadence text, covered boolean, from_xact bigint, from_seq bigint, since bigint)
LANGUAGE sql STABLE AS $$
    SELECT w.topic, w.cadence, w.cadence <> 'nothing', w.from_xact, w.from_seq, w.since
    FROM network.wished(who, NULL) w ORDER BY w.place
$$;

-- What a person is to be told of at once: from where it was told or looked through last.
CREATE OR REPLACE FUNCTION network.scope_once(who uuid)
RETURNS TABLE (topic text, cadence text, covered boolean, from_xact bigint, from_seq bigint, since bigint)
LANGUAGE sql STABLE AS $$
    SELECT w.topic, w.cadence, w.cadence = 'at_once', w.from_xact, w.from_seq, greatest(w.since, m.xact)
    FROM network.wished(who, NULL) w
    LEFT JOIN network_alertmark m ON m.person_id = who AND m.topic = w.topic AND w.cadence = 'at_once'
    ORDER BY w.place
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
    WHERE network.nobody_acts() AND id = which AND attempts = attempt AND status = 'pending';
    RETURN FOUND;
END $$;

-- How a digest stands: its state, whose it is, the last error, and whether it is being sent or could be sent now.
CREATE OR REPLACE FUNCTION network.standing(which uuid, at_ timestamptz)
RETURNS TABLE (status text, person_id uuid, error text, goes_on boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT d.status, d.person_id, d.error, d.status = 'pending' AND d.not_before <= at_
    FROM network_digest d WHERE network.nobody_acts() AND d.id = which
$$;

-- Notes that the address of a digest's person takes no mail. A report of a mail that was not just sent, or to another
-- address than the present one, says nothing. An institution's mailbox goes on: whoever reads it knows the ids of its
-- mails, and could end the warnings with a made-up report. False where nothing was noted.
CREATE OR REPLACE FUNCTION network.refuse_address(which uuid, sent_to text, code_ text, at_ timestamptz) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO network_refusedaddress (person_id, address, refused_at, code)
    SELECT s.id, s.email, at_, code_
    FROM network_digest d JOIN institutions_staff s ON s.id = d.person_id
    WHERE network.nobody_acts() AND d.id = which AND lower(s.email) = lower(sent_to) AND NOT s.mailbox
      AND (d.status = 'pending' OR d.sent_at > at_ - interval '7 days')
    ON CONFLICT (person_id) DO UPDATE
    SET address = excluded.address, refused_at = excluded.refused_at, code = excluded.code;
    RETURN FOUND;
END $$;

-- Has an address tried again that took no mail, by the person or the institution's admin: a server may have been wrong.
CREATE OR REPLACE FUNCTION network.try_address(who uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    DELETE FROM network_refusedaddress r WHERE r.person_id = who AND who IN (SELECT network.kept_accounts());
    RETURN FOUND;
END $$;
