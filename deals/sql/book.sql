-- The book status: what the lead tells parties of money whose rows they may not open (docs/decisions/0016). Everything
-- here runs as its invoker: the lead's policies decide what there is to count, and nobody types a figure in.

-- The firm money of a deal's base as the asker sees it, one entry per figure: whose it is, whether parties may open it
-- themselves, and what it is worth in the target's currency (null where that is not known).
CREATE OR REPLACE FUNCTION deals.firm_book(deal uuid, reporting text, day date) RETURNS jsonb
LANGUAGE sql STABLE AS $$
    SELECT coalesce(jsonb_agg(jsonb_build_object(
               'by', m.institutions[1], 'among', m.institutions, 'open', m.open, 'currency', s.currency,
               'amount', s.amount, 'worth', s.converted) ORDER BY s.key), '[]')
    FROM deals.stack(ARRAY(SELECT f FROM deals_deal d, unnest(ARRAY[d.id, d.supersedes_id]) f
                           WHERE d.id = deal AND f IS NOT NULL), NULL, reporting, day) s,
         LATERAL (SELECT array_agg(DISTINCT c.institution_id) AS institutions,
                         bool_and(wall.rank(c.level) >= wall.rank('parties')
                                  AND coalesce(wall.rank(coalesce(j.level, z.level)), 0) >= wall.rank('parties')) AS open
                  FROM deals_commitment c LEFT JOIN deals_size z ON z.commitment_id = c.id
                  LEFT JOIN deals_jointamount j ON j.id = z.joint_id
                  WHERE c.id = ANY (s.members)) m
    WHERE s.class = 'firm' AND s.side = 'money' AND s.purpose = 'base'
$$;

-- What the others than `reader` have together in a book; null where no (new) figure may be told. The one small-group rule,
-- of book statuses and of annual returns. `before` is the book from which a figure told to this reader before was counted,
-- null where none was.
--
-- What the reader can open hides nothing and protects nobody, so the rules look at the closed money alone: three others
-- at least, none above 85 % of theirs; and since the last figure, three of them changed, none above 85 % of the change.
-- Whoever opened or closed a part, or whose closed money the reader may know (`known`: it could open it once), protects
-- nobody, and is protected all the same: it is not above 85 % of itself with what does protect it.
--
-- `grain`: who protects counts rounded down to it, so that whoever turns an amount of its own until a figure comes and goes
-- learns no more of the others than that.
CREATE OR REPLACE FUNCTION deals.others_have(book jsonb, before jsonb, reader uuid, grain numeric) RETURNS numeric
LANGUAGE sql IMMUTABLE AS $$
    WITH entry AS (
        SELECT x.now, e.by, e.open, e.known, e.worth, e.currency || ' ' || trim_scale(e.amount) AS held
        FROM (VALUES (true, book), (false, before)) x (now, entries),
             jsonb_to_recordset(coalesce(x.entries, '[]')) e (by uuid, among uuid[], open boolean, known boolean,
                                                              currency text, amount numeric, worth numeric)
        WHERE NOT reader = ANY (e.among)
    ),
    other AS (
        SELECT e.by, coalesce(bool_or(e.known), false) AS known,
               coalesce(sum(e.worth) FILTER (WHERE e.now AND NOT e.open), 0) AS worth,
               coalesce(sum(e.worth) FILTER (WHERE e.now AND NOT e.open), 0)
                   - coalesce(sum(e.worth) FILTER (WHERE NOT e.now AND NOT e.open), 0) AS change,
               string_agg(e.held, ',' ORDER BY e.held) FILTER (WHERE e.now AND NOT e.open)
                   IS DISTINCT FROM string_agg(e.held, ',' ORDER BY e.held) FILTER (WHERE NOT e.now AND NOT e.open)
               -- Of whoever opened or closed a part, the reader may know the change.
               AND string_agg(e.held, ',' ORDER BY e.held) FILTER (WHERE e.now AND e.open)
                   IS NOT DISTINCT FROM string_agg(e.held, ',' ORDER BY e.held) FILTER (WHERE NOT e.now AND e.open)
                   AS changed
        FROM entry e GROUP BY e.by
    ),
    -- What of each stands before the others. Both may be below zero, where more was handed over than signed.
    shield AS (
        SELECT o.worth, o.change,
               CASE WHEN o.known THEN 0 ELSE abs(CASE WHEN grain > 0 THEN trunc(o.worth / grain) * grain
                                                      ELSE o.worth END) END AS amount,
               CASE WHEN o.known OR NOT o.changed THEN 0
                    ELSE abs(CASE WHEN grain > 0 THEN trunc(o.change / grain) * grain ELSE o.change END) END AS moved
        FROM other o
    ),
    rule AS (
        SELECT count(*) FILTER (WHERE c.amount > 0) >= 3
               AND bool_and(abs(c.worth) <= 0.85 * (t.amount + CASE WHEN c.amount > 0 THEN 0 ELSE abs(c.worth) END)) AS enough,
               count(*) FILTER (WHERE c.moved > 0) >= 3
               AND bool_and(abs(c.change) <= 0.85 * (t.moved + CASE WHEN c.moved > 0 THEN 0 ELSE abs(c.change) END)) AS moved
        FROM shield c, (SELECT sum(x.amount) AS amount, sum(x.moved) AS moved FROM shield x) t
    )
    SELECT CASE WHEN r.enough AND (before IS NULL OR r.moved)
                     AND NOT EXISTS (SELECT FROM entry e WHERE e.now AND e.worth IS NULL)
                THEN (SELECT sum(e.worth) FROM entry e WHERE e.now) END
    FROM rule r
$$;

-- The share of the target that the others than `reader` cover, rounded down; null where no (new) figure may be told.
CREATE OR REPLACE FUNCTION deals.book_share(book jsonb, before jsonb, reader uuid, target numeric, step int) RETURNS int
LANGUAGE sql IMMUTABLE AS
$$ SELECT (floor(deals.others_have(book, before, reader, 0) * 100 / target / step) * step)::int $$;

-- What a reader is told by a publication of this book: a new figure, or the last one again with its own day, or nothing.
-- New is what may be told beside each figure that it was told before: what changed by one and back again by the next would
-- leave a single other's change between two that are not neighbours.
CREATE OR REPLACE FUNCTION deals.book_line(deal uuid, lead uuid, reader uuid, book jsonb, target numeric, step int)
RETURNS TABLE (share int, is_new boolean, as_of date, counted_in uuid) LANGUAGE sql STABLE AS $$
    SELECT coalesce(f.share, l.share), f.share IS NOT NULL, CASE WHEN f.share IS NULL THEN l.as_of END,
           CASE WHEN f.share IS NULL THEN l.counted_in_id END
    FROM (SELECT) one
    LEFT JOIN LATERAL (
        SELECT l.share, l.as_of, l.counted_in_id FROM deals_bookline l JOIN deals_bookstatus s ON s.id = l.counted_in_id
        WHERE l.deal_id = deal AND l.owner_id = lead AND l.institution_id = reader
        ORDER BY s.published_at DESC LIMIT 1) l ON true,
    LATERAL (
        SELECT CASE WHEN count(beside.share) = count(*) THEN min(beside.share) END AS share
        FROM (SELECT deals.book_share(book_line.book, NULL, reader, target, step) AS share
              UNION ALL
              SELECT deals.book_share(book_line.book, s.book, reader, target, step) FROM deals_bookstatus s
              WHERE s.id IN (SELECT e.counted_in_id FROM deals_bookline e WHERE e.deal_id = deal
                             AND e.owner_id = lead AND e.institution_id = reader)) beside) f
$$;

-- The parties that a status is told to: under an NDA in force today, the lead itself apart.
CREATE OR REPLACE FUNCTION deals.book_readers(deal uuid) RETURNS SETOF uuid LANGUAGE sql STABLE AS $$
    SELECT p.institution_id FROM deals_party p
    WHERE p.deal_id = deal AND p.state = 'confirmed' AND p.institution_id <> p.owner_id
      AND p.nda_signed_on <= current_date AND (p.nda_expires_on IS NULL OR p.nda_expires_on > current_date)
      AND (p.left_on IS NULL OR p.left_on > current_date)
      AND NOT EXISTS (SELECT FROM deals_partyreply r WHERE r.party_id = p.id AND r.answer IN ('declined', 'left'))
$$;

-- Before a status: the day, the target and the book are what the lead sees now.
CREATE OR REPLACE FUNCTION deals.count_book() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    first_step int;
BEGIN
    -- One publication at a time: the next one must find what this one told. What the asker does not own, the policy
    -- refuses as it refuses a missing one.
    PERFORM FROM deals_deal d WHERE d.id = NEW.deal_id AND d.owner_id = NEW.owner_id FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN NEW;
    END IF;
    SELECT s.step INTO first_step FROM deals_bookstatus s
    WHERE s.deal_id = NEW.deal_id AND s.owner_id = NEW.owner_id LIMIT 1;
    IF first_step <> NEW.step THEN
        RAISE EXCEPTION 'a deal keeps the step of its first book status'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'book_keeps_its_step';
    END IF;
    NEW.on_day := current_date;
    NEW.published_at := clock_timestamp();
    SELECT d.target_amount, d.target_currency INTO NEW.target, NEW.currency FROM deals_deal d WHERE d.id = NEW.deal_id;
    IF NEW.target IS NULL THEN
        RAISE EXCEPTION 'a share needs a target'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'book_has_a_target';
    END IF;
    NEW.book := deals.firm_book(NEW.deal_id, NEW.currency, (SELECT max(r.date) FROM deals_fxrate r WHERE r.date <= current_date));
    RETURN NEW;
END $$;

-- Before a line: it belongs to the last publication, goes to a party, and says what the rules let it say.
CREATE OR REPLACE FUNCTION deals.fill_book_line() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    s deals_bookstatus;
    told record;
BEGIN
    PERFORM FROM deals_deal d WHERE d.id = NEW.deal_id AND d.owner_id = NEW.owner_id FOR NO KEY UPDATE;
    -- Out of its turn it would be compared with another figure than the one last told.
    SELECT * INTO s FROM deals_bookstatus x
    WHERE x.owner_id = NEW.owner_id AND x.deal_id = NEW.deal_id ORDER BY x.published_at DESC LIMIT 1;
    IF s.id IS DISTINCT FROM NEW.status_id THEN
        RAISE EXCEPTION 'a line belongs to the last book status'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'book_line_of_its_status';
    END IF;
    IF NEW.institution_id NOT IN (SELECT deals.book_readers(NEW.deal_id)) THEN
        RAISE EXCEPTION 'a book status is told to parties under an NDA in force'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'book_line_goes_to_a_party';
    END IF;
    SELECT * INTO told
    FROM deals.book_line(NEW.deal_id, NEW.owner_id, NEW.institution_id, s.book, s.target, s.step);
    NEW.published_at := s.published_at;
    NEW.step := s.step;
    NEW.share := told.share;
    NEW.as_of := CASE WHEN told.is_new THEN s.on_day ELSE told.as_of END;
    NEW.counted_in_id := CASE WHEN told.is_new THEN s.id ELSE told.counted_in END;
    RETURN NEW;
END $$;
