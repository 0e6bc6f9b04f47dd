-- What runs out: warnings made by the clock, each once, each the row of whom it concerns.

-- Whether an institution, or one of its deal team, is in an audience now.
CREATE OR REPLACE FUNCTION deals.tells(which uuid, home uuid, deal uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM institutions_audiencemember m
        WHERE m.audience_id = which AND m.starts <= now() AND m.ends > now()
          AND (m.principal IN (home, wall.everyone()) OR m.principal = ANY (wall.networks_of(home))
               OR m.principal IN (SELECT t.person_id FROM institutions_teammember t
                                  WHERE t.owner_id = home AND t.deal_id = deal)))
$$;

-- The warning that is due when so many days are left: the last that has come, 0 once it has happened.
CREATE OR REPLACE FUNCTION deals.warned(days_left int) RETURNS int LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT CASE WHEN days_left < 0 THEN 0 WHEN days_left <= 1 THEN 1 WHEN days_left <= 7 THEN 7
               WHEN days_left <= 30 THEN 30 END $$;

-- Makes the warnings that are due and not there yet. Returns how many. Safe to run twice: each is there once.
-- When a letter or approval has lapsed, deals.lapse() is there first and its own trigger says so.
CREATE OR REPLACE FUNCTION deals.warn() RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    n int;
    actor text := current_setting('orebook.actor', true);
    home text := current_setting('orebook.institution', true);
BEGIN
    PERFORM set_config('orebook.actor', 'system:warn', true), set_config('orebook.institution', '', true);
    INSERT INTO deals_expirynotice (id, owner_id, level, demo, deal_id, commitment_id, condition_id, kind, due_on, days)
    SELECT gen_random_uuid(), r.owner_id, 'own', r.demo, r.deal_id, r.commitment_id, r.condition_id, r.kind, r.due_on,
           deals.warned(r.due_on - current_date)
    FROM (
        SELECT c.owner_id, c.demo, c.deal_id, c.id AS commitment_id, NULL::uuid AS condition_id, 'validity' AS kind,
               c.valid_until AS due_on
        FROM deals_commitment c
        WHERE c.origin = 'registered' AND c.valid_until >= current_date
          AND deals.lapses(c.stage)
        UNION ALL
        -- Of a tranche only whom it is told to hears.
        SELECT c.owner_id, c.demo, c.deal_id, c.id, NULL, 'availability', t.availability_ends_on
        FROM deals_commitment c JOIN deals_tranche t ON t.id = c.tranche_id
        WHERE c.origin = 'registered' AND deals.class_of(c.stage) IN ('conditional', 'firm')
          AND deals.tells(t.audience_id, c.owner_id, c.deal_id)
        UNION ALL
        SELECT p.owner_id, p.demo, p.deal_id, p.commitment_id, p.id, 'condition', p.due_on
        FROM deals_condition p
        WHERE p.origin = 'registered' AND p.state = 'open'
    ) AS r
    WHERE r.due_on <= current_date + 30
    ORDER BY r.owner_id, r.commitment_id, r.condition_id
    ON CONFLICT DO NOTHING;
    GET DIAGNOSTICS n = ROW_COUNT;
    PERFORM set_config('orebook.actor', coalesce(actor, ''), true),
            set_config('orebook.institution', coalesce(home, ''), true);
    RETURN n;
END $$;

-- BEFORE an insert: no person writes a warning, which would keep the clock from making it.
CREATE OR REPLACE FUNCTION deals.by_the_clock() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_user = 'orebook_app' THEN
        RAISE EXCEPTION 'warnings are made by the clock'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'expiry_notice_by_the_clock';
    END IF;
    RETURN NEW;
END $$;
