-- Who could see what of the asker's own in a time, deal by deal and kind by kind, from when to when within it: for an
-- incident pack. Another's deal team stands as its institution, as in wall.who_saw.
CREATE OR REPLACE FUNCTION journal.sight(from_ timestamptz, to_ timestamptz, deal uuid DEFAULT NULL)
RETURNS TABLE (deal_id uuid, "table" text, principal uuid, since timestamptz, until timestamptz, rows bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH mine AS MATERIALIZED (
        SELECT s.row_id, s."table", a.deal_id
        FROM institutions_standing s JOIN institutions_audience a ON a.id = s.audience_id
        WHERE s.owner_id = wall.me() AND s.audience_id IN (SELECT wall.own_audiences())
          AND (deal IS NULL OR deal IN (a.deal_id, s.row_id))
    ),
    placed AS MATERIALIZED (
        SELECT m.row_id, m."table", m.deal_id, (e.after ->> 'audience_id')::uuid AS audience, e.recorded_at AS since,
               lead(e.recorded_at, 1, 'infinity') OVER (PARTITION BY e.row_id ORDER BY e.xact, e.seq) AS until
        FROM mine m JOIN institutions_event e ON e.row_id = m.row_id
        WHERE e.action IN ('created', 'updated') AND e.recorded_at < to_
    ),
    member AS MATERIALIZED (
        SELECT m.audience_id, wall.stands_for(a.deal_id, m.principal, m.starts) AS who, m.starts, m.ends
        FROM institutions_audiencemember m JOIN institutions_audience a ON a.id = m.audience_id
        WHERE m.audience_id IN (SELECT p.audience FROM placed p WHERE p.until > from_)
          AND m.starts < to_ AND m.ends > from_
    )
    SELECT p.deal_id, p."table", m.who, greatest(min(greatest(m.starts, p.since)), from_),
           least(max(least(m.ends, p.until)), to_), count(DISTINCT p.row_id)
    FROM placed p JOIN member m ON m.audience_id = p.audience
    WHERE least(m.ends, p.until, to_) > greatest(m.starts, p.since, from_)
    GROUP BY 1, 2, 3
$$;
