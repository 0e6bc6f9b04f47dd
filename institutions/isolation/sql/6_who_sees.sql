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
