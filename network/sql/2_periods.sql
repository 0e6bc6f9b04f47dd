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

-- What a person hears of and how often, who chose nothing else; in the order in which a change that is of several is told.
CREATE OR REPLACE FUNCTION network.usual_cadences() RETURNS TABLE (place int, topic text, cadence text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    VALUES (1, 'waits', 'daily'), (2, 'expires', 'daily'), (3, 'commitments', 'daily'), (4, 'deals', 'daily'),
           (5, 'watched', 'daily'), (6, 'matching', 'weekly')
$$;

-- What a person hears of and how often. Without a search path of its own, so that it becomes part of what asks. An
-- institution's mailbox gets its warnings each day, whatever anybody chose.
CREATE OR REPLACE FUNCTION network.cadences(who uuid)
RETURNS TABLE (place int, topic text, cadence text, since timestamptz, since_xact bigint)
LANGUAGE sql STABLE AS $$
    SELECT u.place, u.topic,
           CASE WHEN NOT s.mailbox THEN coalesce(t.cadence, u.cadence)
                WHEN u.topic IN ('waits', 'expires') THEN 'daily' ELSE 'nothing' END, t.since, t.since_xact
    FROM institutions_staff s
    CROSS JOIN network.usual_cadences() u
    LEFT JOIN network_topicpreference t ON t.person_id = s.id AND t.topic = u.topic
    WHERE s.id = who
$$;

-- BEFORE trigger: the moment of a choice is the database's.
CREATE OR REPLACE FUNCTION network.choose_cadence() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM institutions_staff WHERE id = NEW.person_id AND mailbox) THEN
        RAISE EXCEPTION 'warnings to a mailbox are not switched off'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'mailbox_gets_warnings';
    END IF;
    IF TG_OP = 'INSERT' THEN
        NEW.since := now();
        NEW.since_xact := 0;
    ELSIF NEW.cadence = OLD.cadence THEN
        NEW.since := OLD.since;
        NEW.since_xact := OLD.since_xact;
    ELSE
        NEW.since := now();
        NEW.since_xact := CASE WHEN OLD.cadence = 'nothing' THEN journal.horizon() ELSE OLD.since_xact END;
    END IF;
    RETURN NEW;
END $$;

-- Who can be sent mail: an address that refused it gets none until the person has another.
CREATE OR REPLACE FUNCTION network.reached() RETURNS SETOF institutions_staff
LANGUAGE sql STABLE AS $$
    SELECT s.* FROM institutions_staff s
    WHERE s.is_active AND NOT EXISTS (
        SELECT FROM network_refusedaddress r WHERE r.person_id = s.id AND lower(r.address) = lower(s.email))
$$;

-- The period that each person is in: from the chosen local hour to the same hour of the next day or week. Its name is the
-- local date (or ISO week) of its beginning, so it comes once, however the clock is put. `day` or `week` is null where
-- nothing is wanted by the day or by the week.
CREATE OR REPLACE FUNCTION network.periods(at_ timestamptz)
RETURNS TABLE (person_id uuid, day text, week text)
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT s.id, present.day, present.week
    FROM network.reached() s
    LEFT JOIN network_digestpreference p ON p.person_id = s.id
    CROSS JOIN LATERAL (
        SELECT min(coalesce(c.since, '-infinity')) FILTER (WHERE c.cadence = 'daily') AS daily,
               min(coalesce(c.since, '-infinity')) FILTER (WHERE c.cadence = 'weekly') AS weekly
        FROM network.cadences(s.id) c) wanted
    CROSS JOIN LATERAL (SELECT network.zone(s.time_zone) AS zone, make_interval(hours => coalesce(p.hour, 7)) AS hour,
                               coalesce(p.weekday, 1) - 1 AS days) chosen
    CROSS JOIN LATERAL (SELECT (at_ AT TIME ZONE chosen.zone) - chosen.hour AS local) shifted
    CROSS JOIN LATERAL (
        SELECT shifted.local::date AS day, date(date_trunc('week', shifted.local - make_interval(days => chosen.days))) AS week
    ) begun
    CROSS JOIN LATERAL (
        -- Who joined after the hour, or chose the cadence since, waits for the next period.
        SELECT CASE WHEN (begun.day + chosen.hour) AT TIME ZONE chosen.zone >= greatest(s.joined_at, wanted.daily)
                         AND wanted.daily IS NOT NULL
                    THEN 'day:' || to_char(begun.day, 'YYYY-MM-DD') END AS day,
               CASE WHEN (begun.week + chosen.days + chosen.hour) AT TIME ZONE chosen.zone
                         >= greatest(s.joined_at, wanted.weekly)
                         AND wanted.weekly IS NOT NULL
                    THEN 'week:' || to_char(begun.week, 'IYYY-"W"IW') END AS week) present
    WHERE present.day IS NOT NULL OR present.week IS NOT NULL
$$;
