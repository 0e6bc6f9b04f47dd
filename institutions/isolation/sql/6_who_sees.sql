-- 'Who sees this', for the owner of a row alone, within its deal team: nobody else is told anything by these.

-- Whom a member of an audience stands for: people of the asker's own institution for themselves, another's for their
-- institution, since whether that walled the deal off, and with whom, is its own.
CREATE OR REPLACE FUNCTION wall.stands_for(deal uuid, principal uuid, starts timestamptz) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce((
        SELECT CASE WHEN m.owner_id = wall.me() THEN principal ELSE m.owner_id END
        FROM institutions_teammember m
        WHERE m.deal_id = deal AND m.person_id = principal AND m.starts <= stands_for.starts
        ORDER BY m.starts DESC LIMIT 1), principal)
$$;

-- Who sees a row of the asker's, saw it, or will, each time without a gap as one line; without an end where none is set.
-- A row stood in one audience after another, as the log has it.
CREATE OR REPLACE FUNCTION wall.who_saw(row_ uuid)
RETURNS TABLE (principal uuid, starts timestamptz, ends timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH placed AS (
        SELECT (e.after ->> 'audience_id')::uuid AS audience, e.recorded_at AS since,
               lead(e.recorded_at, 1, 'infinity') OVER (ORDER BY e.xact, e.seq) AS until
        FROM institutions_standing s
        JOIN institutions_event e ON e.row_id = s.row_id AND e.action IN ('created', 'updated')
        WHERE s.row_id = row_ AND s.owner_id = wall.me() AND s.audience_id IN (SELECT wall.own_audiences())
    ),
    seen AS (
        SELECT wall.stands_for(a.deal_id, m.principal, m.starts) AS who,
               greatest(m.starts, p.since) AS since, least(m.ends, p.until) AS until
        FROM placed p
        JOIN institutions_audience a ON a.id = p.audience
        JOIN institutions_audiencemember m ON m.audience_id = a.id
        WHERE least(m.ends, p.until) > greatest(m.starts, p.since)
    ),
    marked AS (
        SELECT who, since, until,
               since > max(until) OVER (PARTITION BY who ORDER BY since, until
                                        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS anew
        FROM seen
    ),
    runs AS (
        SELECT who, since, until, count(*) FILTER (WHERE anew) OVER (PARTITION BY who ORDER BY since, until) AS run
        FROM marked
    )
    SELECT who, nullif(min(since), '-infinity'), nullif(max(until), 'infinity') FROM runs GROUP BY who, run
$$;

-- Coordinators that came after something of the asker's was told to the lead, which they do not see without its consent.
CREATE OR REPLACE FUNCTION wall.later_leads(deal uuid) RETURNS TABLE (institution uuid, since timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH leads AS (
        SELECT r.institution_id, min(r.generation) AS generation, max(r.starts) AS since
        FROM institutions_reach r
        WHERE r.deal_id = deal AND r.level = 'lead' AND r.starts <= now() AND r.ends > now()
          AND r.institution_id <> wall.me()
        GROUP BY r.institution_id
    )
    SELECT l.institution_id, nullif(l.since, '-infinity') FROM leads l
    WHERE EXISTS (
        SELECT FROM institutions_audience a
        WHERE a.owner_id = wall.me() AND a.deal_id = deal AND a.generation < l.generation
          AND wall.rank(a.level) >= wall.rank('lead') AND a.id IN (SELECT wall.own_audiences())
          AND EXISTS (SELECT FROM institutions_standing s WHERE s.audience_id = a.id)
          -- What it sees as a party needs no consent.
          AND NOT EXISTS (SELECT FROM institutions_reach o
                          WHERE o.deal_id = deal AND o.institution_id = l.institution_id AND o.level <> 'lead'
                            AND o.starts <= now() AND o.ends > now() AND wall.rank(o.level) <= wall.rank(a.level)))
$$;

-- Until the savepoint before it is rolled back, the transaction reads no more than what everyone, and the asker's networks,
-- are told: an identity that was there already, without the asker itself. It writes nothing more.
CREATE OR REPLACE FUNCTION wall.see_as_network() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    seen uuid[] := ARRAY[wall.everyone()] || wall.networks_of(wall.me());
BEGIN
    PERFORM set_config('orebook.principals', seen::text, true),
            set_config('orebook.institution', '', true), set_config('orebook.actor', '', true),
            set_config('orebook.curator', '', true), set_config('transaction_read_only', 'on', true);
END $$;

-- 'See as': until the savepoint before it is rolled back, the transaction reads what `whom` (an institution, a network or
-- everyone) is told of what the asker owns in the same deal as `row_`, or beside it where that is of no deal; and of
-- others' rows only what both are told, as members of one network or as everyone. By the policies themselves: for that
-- time a principal that nobody is stands in those audiences of the asker's that `whom` is in. It writes nothing more, and
-- can't be committed: the foreign keys of what it wrote are checked then, which a transaction that only reads may not.
-- Of an institution any of its people counts, so that whether it walled the deal off is not told.
CREATE OR REPLACE FUNCTION wall.see_as(whom uuid, row_ uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    home uuid := wall.me();
    place uuid;
    stand_in uuid := gen_random_uuid();
    seen uuid[] := ARRAY[wall.everyone()];
BEGIN
    SELECT a.deal_id INTO place FROM institutions_standing s JOIN institutions_audience a ON a.id = s.audience_id
    WHERE s.row_id = row_ AND s.owner_id = home AND s.audience_id IN (SELECT wall.own_audiences());
    IF NOT FOUND THEN
        RAISE EXCEPTION 'only the owner of a row sees it as others do' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF EXISTS (SELECT FROM institutions_institution WHERE id = whom) THEN
        seen := seen || ARRAY(SELECT unnest(wall.networks_of(whom)) INTERSECT SELECT unnest(wall.networks_of(home)));
    ELSIF whom = ANY (wall.networks_of(home)) THEN
        seen := seen || whom;
    ELSIF whom <> wall.everyone() THEN
        RAISE EXCEPTION 'nobody sees anything as that' USING ERRCODE = 'insufficient_privilege';
    END IF;
    INSERT INTO institutions_audiencemember (audience_id, owner_id, principal, starts, ends, phase)
    SELECT DISTINCT a.id, home, stand_in, '-infinity'::timestamptz, 'infinity'::timestamptz, 'in'
    FROM institutions_audience a JOIN institutions_audiencemember m ON m.audience_id = a.id
    WHERE a.owner_id = home AND a.deal_id IS NOT DISTINCT FROM place AND a.id IN (SELECT wall.own_audiences())
      AND m.starts <= statement_timestamp() AND m.ends > statement_timestamp()
      AND (m.principal = ANY (seen) OR m.principal = whom OR m.principal = ANY (wall.networks_of(whom))
           OR m.principal IN (SELECT id FROM institutions_staff WHERE institution_id = whom
                              UNION ALL SELECT id FROM institutions_client WHERE institution_id = whom));
    PERFORM set_config('orebook.principals', (seen || stand_in)::text, true),
            set_config('orebook.institution', '', true), set_config('orebook.actor', '', true),
            set_config('orebook.curator', '', true), set_config('transaction_read_only', 'on', true);
END $$;
