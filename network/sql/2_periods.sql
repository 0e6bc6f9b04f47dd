-- Who is due. Beat ticks in UTC; each person's calendar is asked here, so that clock changes neither skip nor double.

-- A zone that PostgreSQL knows; a wrong name at one person must not stop all the others.
CREATE OR REPLACE FUNCTION network.zone(name text) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM now() AT TIME ZONE name;
    RETURN name;
EXCEPTION WHEN invalid_parameter_value THEN
    RETURN 'UTC';
END $$;

-- The period that each person is in: from the chosen local hour to the same hour of the next day or week. Its name is the
-- local date (or ISO week) of its beginning, so it comes once, however the clock is put.
CREATE OR REPLACE FUNCTION network.periods(at_ timestamptz)
RETURNS TABLE (person_id uuid, period text)
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT s.id, present.name
    FROM institutions_staff s
    JOIN (SELECT f.person_id, min(f.since) AS since FROM network_follow f
          WHERE f.ended_at IS NULL GROUP BY f.person_id) follows ON follows.person_id = s.id
    LEFT JOIN network_digestpreference p ON p.person_id = s.id
    CROSS JOIN LATERAL (SELECT network.zone(s.time_zone) AS zone, make_interval(hours => coalesce(p.hour, 7)) AS hour,
                               coalesce(p.cadence, 'daily') AS cadence, coalesce(p.weekday, 1) - 1 AS days) chosen
    CROSS JOIN LATERAL (SELECT (at_ AT TIME ZONE chosen.zone) - chosen.hour AS local) shifted
    CROSS JOIN LATERAL (
        SELECT shifted.local::date AS day, 'day:' || to_char(shifted.local, 'YYYY-MM-DD') AS name
        WHERE chosen.cadence = 'daily'
        UNION ALL
        SELECT week.starts + chosen.days, 'week:' || to_char(week.starts, 'IYYY-"W"IW')
        FROM date(date_trunc('week', shifted.local - make_interval(days => chosen.days))) week (starts)
        WHERE chosen.cadence = 'weekly') present
    WHERE s.is_active
      -- Who began to follow after the hour, or chose another cadence since, waits for the next period.
      AND (present.day + chosen.hour) AT TIME ZONE chosen.zone
          >= greatest(follows.since, coalesce(p.cadence_since, '-infinity'))
$$;
