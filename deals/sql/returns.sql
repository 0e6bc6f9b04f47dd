-- Annual returns (docs/decisions/0027): what an institution signed in a year, from its own ledgers; and what the network is
-- told of all returns together, which contains rows that no reader may open.

-- Whether a commitment of the asker's stands in a tranche for refinancing. Its purpose never changes, and its owner saw it
-- when it chose the tranche: that its lead shows it less now adds nothing to what was signed.
CREATE OR REPLACE FUNCTION deals.only_refinances(commitment uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM deals_commitment c JOIN deals_tranche t ON t.id = c.tranche_id
                   WHERE c.id = commitment AND c.owner_id = wall.me() AND deals.sees(c.audience_id)
                     AND t.purpose = 'refinancing')
$$;

-- What the asker's ledgers hold for a year, by side and currency; runs as its invoker, so that nobody learns from a return
-- of a deal that its own institution walled off from it. All colleagues read a return: what is of a walled deal is in it
-- only where somebody of its team took it in (`with_walled`). A movement counts in the year in which it took effect.
--
-- side         money, cover, or what is never summed: `within` (a funded share in another's loan, counted by its lender of
--              record) and `risk` (a risk participation).
-- refinancing  money that only repays: all that was signed in a tranche for it, else what was drawn to repay another.
CREATE OR REPLACE FUNCTION deals.signed_in(owner uuid, of_year int, with_walled boolean)
RETURNS TABLE (side text, currency text, signed numeric, transferred_in numeric,
               transferred_out numeric, refinancing numeric)
LANGUAGE sql STABLE AS $$
    WITH line AS (
        SELECT m.currency, coalesce(w.kind, m.kind) AS kind,
               CASE WHEN m.kind = 'reversal' THEN -m.amount ELSE m.amount END AS amount,
               coalesce(w.repays_id, m.repays_id) IS NOT NULL AS repays, deals.only_refinances(c.id) AS refinances,
               CASE WHEN p.kind = 'risk' THEN 'risk' WHEN p.kind IS NOT NULL THEN 'within'
                    WHEN deals.is_cover(c.instrument) THEN 'cover' ELSE 'money' END AS side
        FROM deals_movement m
        JOIN deals_commitment c ON c.id = m.commitment_id AND c.origin = 'registered'
        LEFT JOIN deals_movement w ON w.id = m.reverses_id
        LEFT JOIN deals_participation p ON p.commitment_id = c.id
        WHERE m.owner_id = signed_in.owner AND m.state = 'confirmed'
          AND m.effective_on >= make_date(of_year, 1, 1) AND m.effective_on < make_date(of_year + 1, 1, 1)
          AND (with_walled OR NOT EXISTS (SELECT FROM institutions_dealteam d WHERE d.deal_id = m.deal_id
                                          AND d.owner_id = signed_in.owner AND d.ended_at IS NULL))
    )
    SELECT l.side, l.currency,
           coalesce(sum(l.amount) FILTER (WHERE l.kind IN ('initial', 'increase')), 0),
           coalesce(sum(l.amount) FILTER (WHERE l.kind = 'transfer_in'), 0),
           coalesce(sum(l.amount) FILTER (WHERE l.kind = 'transfer_out'), 0),
           coalesce(sum(CASE WHEN l.kind = 'transfer_out' THEN -l.amount ELSE l.amount END) FILTER (
               WHERE CASE WHEN l.refinances THEN l.kind IN ('initial', 'increase', 'transfer_in', 'transfer_out')
                          ELSE l.repays END), 0)
    FROM line l
    WHERE l.kind IN ('initial', 'increase', 'transfer_in', 'transfer_out') OR l.repays
    GROUP BY l.side, l.currency
$$;

-- The figures of a return: what the ledgers hold, with what the institution adjusts. Amounts are text, in the minor units
-- of their currency.
CREATE OR REPLACE FUNCTION deals.return_figures(owner uuid, of_year int, with_walled boolean, adjustments jsonb)
RETURNS jsonb
LANGUAGE sql STABLE AS $$
    SELECT coalesce(jsonb_agg(jsonb_build_object(
               'side', side, 'currency', currency,
               'signed', round(coalesce(s.signed, 0), c.digits)::text,
               'transferred_in', round(coalesce(s.transferred_in, 0), c.digits)::text,
               'transferred_out', round(coalesce(s.transferred_out, 0), c.digits)::text,
               'refinancing', round(coalesce(s.refinancing, 0), c.digits)::text,
               'adjustment', round(coalesce(a.amount, 0), c.digits)::text, 'reason', coalesce(a.reason, ''),
               'net', round(coalesce(s.signed + s.transferred_in - s.transferred_out - s.refinancing, 0)
                            + coalesce(a.amount, 0), c.digits)::text)
               ORDER BY array_position(ARRAY['money', 'cover', 'within', 'risk'], side), currency), '[]')
    FROM deals.signed_in(return_figures.owner, of_year, with_walled) s
    FULL JOIN jsonb_to_recordset(adjustments) a (side text, currency text, amount numeric, reason text)
         USING (side, currency)
    JOIN deals_currency c ON c.code = currency
$$;

-- BEFORE trigger: the figures are what the preparing person sees now; nobody types them in.
CREATE OR REPLACE FUNCTION deals.fill_return() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    sound boolean;
BEGIN
    IF NEW.year >= extract(year FROM current_date) THEN
        RAISE EXCEPTION 'a return is of a year that has ended'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'annual_return_year_has_ended';
    END IF;
    SELECT jsonb_typeof(NEW.adjustments) = 'array' INTO sound;
    IF sound THEN
        SELECT count(*) <= 20 AND count(*) = count(DISTINCT (a ->> 'side', a ->> 'currency'))
               AND coalesce(bool_and(coalesce(
                   a ->> 'side' IN ('money', 'cover') AND length(btrim(a ->> 'reason')) BETWEEN 1 AND 300
                   AND CASE WHEN a ->> 'amount' ~ '^-?[0-9]{1,15}(\.[0-9]{1,4})?$'
                            THEN (a ->> 'amount')::numeric <> 0
                                 AND scale(trim_scale((a ->> 'amount')::numeric)) <= c.digits END, false)), true)
        INTO sound
        FROM jsonb_array_elements(NEW.adjustments) a LEFT JOIN deals_currency c ON c.code = a ->> 'currency';
    END IF;
    IF NOT sound THEN
        RAISE EXCEPTION 'an adjustment has a side, a currency, an amount and a reason'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'annual_return_adjustments_are_sound';
    END IF;
    -- As it was checked, and nothing beside it.
    SELECT coalesce(jsonb_agg(jsonb_build_object('side', a ->> 'side', 'currency', a ->> 'currency',
                                                 'amount', a ->> 'amount', 'reason', btrim(a ->> 'reason'))), '[]')
    INTO NEW.adjustments FROM jsonb_array_elements(NEW.adjustments) a;
    NEW.prepared_at := clock_timestamp();
    NEW.figures := deals.return_figures(NEW.owner_id, NEW.year, NEW.with_walled, NEW.adjustments);
    IF EXISTS (SELECT FROM jsonb_array_elements(NEW.figures) f WHERE abs((f ->> 'net')::numeric) >= 1e15) THEN
        RAISE EXCEPTION 'nobody signs so much in a year'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'annual_return_is_no_slip';
    END IF;
    RETURN NEW;
END $$;

-- BEFORE trigger of a sum: of a year that has ended, in a network that is alive; and it stays as it was published.
CREATE OR REPLACE FUNCTION deals.sum_is_sound() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        RAISE EXCEPTION 'what was published stays'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'return_sum_stays';
    END IF;
    IF NEW.year >= extract(year FROM current_date) OR NEW.year < 2000 THEN
        RAISE EXCEPTION 'returns are summed of a year that has ended'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'return_sum_year_has_ended';
    END IF;
    IF EXISTS (SELECT FROM institutions_network n WHERE n.id = NEW.network_id AND n.ended_on <= current_date) THEN
        RAISE EXCEPTION 'the network has ended'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'return_sum_of_a_present_network';
    END IF;
    -- One at a time, in the order of their times: the next one must find what this one told.
    PERFORM pg_advisory_xact_lock(hashtext('deals.sum_returns'));
    NEW.on_day := current_date;
    NEW.published_at := clock_timestamp();
    RETURN NEW;
END $$;

-- Whom a sum is told to: the network's members and observers of today, each with what it is told things as.
CREATE OR REPLACE FUNCTION deals.return_readers(net uuid) RETURNS TABLE (reader uuid, principals uuid[])
LANGUAGE sql STABLE AS $$
    SELECT m.institution_id, ARRAY[m.institution_id, wall.everyone()] || n.networks
    FROM (SELECT DISTINCT institution_id FROM institutions_membership) m,
         LATERAL (SELECT wall.networks_of(m.institution_id)) n (networks)
    WHERE net = ANY (n.networks)
$$;

-- The step that a sum is told in, and that counts of whoever stands before others in it: USD 10 million.
CREATE OR REPLACE FUNCTION deals.sum_step() RETURNS numeric LANGUAGE sql IMMUTABLE AS $$ SELECT 10000000::numeric $$;

-- What a sum counted of one side, as `others_have` reads a book: one entry per institution and currency.
CREATE OR REPLACE FUNCTION deals.return_book(which uuid, of_side text, reader uuid) RETURNS jsonb
LANGUAGE sql STABLE AS $$
    SELECT coalesce(jsonb_agg(jsonb_build_object(
               'by', c.institution_id, 'among', jsonb_build_array(c.institution_id), 'open', c.open_to ? reader::text,
               'known', c.known_to ? reader::text, 'currency', c.currency, 'amount', c.amount, 'worth', c.worth)), '[]')
    FROM deals_returncount c WHERE c.sum_id = which AND c.side = of_side
$$;

-- AFTER trigger of a sum: counts the returns, and tells each member its line. It spans institutions, so it returns nothing:
-- what it counted is told to whose return it is, what it tells to whom it tells it.
CREATE OR REPLACE FUNCTION deals.sum_returns() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    family_ uuid[];
BEGIN
    WITH RECURSIVE family AS (
        SELECT NEW.network_id AS id
        UNION
        SELECT p.id FROM family f JOIN institutions_network n ON n.id = f.id
        JOIN institutions_network p ON p.id = n.predecessor_id AND p.ended_on <= current_date
    )
    SELECT array_agg(id) INTO family_ FROM family;
    INSERT INTO deals_returncount (id, sum_id, counted_id, institution_id, side, currency, amount, worth, open_to, known_to)
    WITH latest AS (
        SELECT DISTINCT ON (r.owner_id) r.* FROM deals_annualreturn r
        WHERE r.year = NEW.year AND r.state = 'confirmed'
        ORDER BY r.owner_id, r.prepared_at DESC, r.id
    ),
    readers AS MATERIALIZED (SELECT * FROM deals.return_readers(NEW.network_id)),
    -- Whoever could once open a return of the year knows about it, even where what stands is closed to it.
    opened AS (
        SELECT DISTINCT r.owner_id, m.principal
        FROM deals_annualreturn r
        JOIN institutions_event e ON e.row_id = r.id AND e.action IN ('created', 'updated')
        JOIN institutions_audiencemember m ON m.audience_id = (e.after ->> 'audience_id')::uuid AND m.starts <= now()
        WHERE r.year = NEW.year
    )
    SELECT gen_random_uuid(), NEW.id, r.id, r.owner_id, f.side, f.currency, f.net, c.converted,
           (SELECT coalesce(jsonb_agg(x.reader), '[]') FROM readers x
            WHERE EXISTS (SELECT FROM institutions_audiencemember m
                          WHERE m.audience_id = r.audience_id AND m.principal = ANY (x.principals)
                            AND m.starts <= now() AND m.ends > now())),
           (SELECT coalesce(jsonb_agg(x.reader), '[]') FROM readers x
            WHERE EXISTS (SELECT FROM opened o WHERE o.owner_id = r.owner_id AND o.principal = ANY (x.principals)))
    FROM latest r, jsonb_to_recordset(r.figures) f (side text, currency text, net numeric),
         -- What has no rate on the year's last day is not counted.
         deals.convert(f.net, f.currency, 'USD', make_date(NEW.year, 12, 31)) c
    -- Where the last version was made in another network, an earlier one of this network stands no more.
    WHERE r.network_id = ANY (family_) AND f.side IN ('money', 'cover') AND f.net <> 0;

    INSERT INTO deals_returnline (id, sum_id, institution_id, year, side, least, as_of, counted_in_id)
    SELECT gen_random_uuid(), NEW.id, x.reader, NEW.year, s.side, coalesce(f.least, l.least),
           CASE WHEN f.least IS NULL THEN l.as_of ELSE NEW.on_day END,
           CASE WHEN f.least IS NULL THEN l.counted_in_id ELSE NEW.id END
    FROM deals.return_readers(NEW.network_id) x
    CROSS JOIN unnest(ARRAY['money', 'cover']) s (side)
    LEFT JOIN LATERAL (
        SELECT l.least, l.as_of, l.counted_in_id FROM deals_returnline l JOIN deals_returnsum u ON u.id = l.sum_id
        WHERE l.institution_id = x.reader AND l.year = NEW.year AND l.side = s.side AND u.network_id = ANY (family_)
        ORDER BY u.published_at DESC LIMIT 1) l ON true
    -- A figure is told beside each that this reader was told before: what changed by one and back again would else stand
    -- between two that are not neighbours. Of a year it is told of one network, with those that ended before it: sums over
    -- several that overlap are equations.
    CROSS JOIN LATERAL (
        SELECT CASE WHEN count(beside.told) = count(*) THEN floor(min(beside.told) / deals.sum_step()) * deals.sum_step() END AS least
        FROM (SELECT deals.others_have(deals.return_book(NEW.id, s.side, x.reader), NULL, x.reader, deals.sum_step()) AS told
              UNION ALL
              SELECT CASE WHEN e.network_id = ANY (family_) THEN
                         deals.others_have(deals.return_book(NEW.id, s.side, x.reader),
                                           deals.return_book(e.id, s.side, x.reader), x.reader, deals.sum_step()) END
              FROM (SELECT DISTINCT u.id, u.network_id
                    FROM deals_returnline b JOIN deals_returnsum u ON u.id = b.counted_in_id
                    WHERE b.institution_id = x.reader AND b.year = NEW.year AND b.side = s.side) e) beside) f;
    RETURN NULL;
END $$;
