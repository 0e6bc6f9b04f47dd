-- The capital stack, as the asker may see it: every function here runs as its invoker, so that the policies decide which
-- rows there are. How it is counted is told in docs/reference/stack.md; who changes one changes the other.

-- What a commitment amounts to now. The one place in which the stack's amounts are read; asked commitment by commitment,
-- since how many of them a deal has is not known when the question is planned.
-- A joint amount comes with each of its commitments; it is unknown to whoever sees a commitment but not the figure.
CREATE OR REPLACE FUNCTION deals.committed(commitment uuid)
RETURNS TABLE (amount numeric, currency text, qualifier text, joint_id uuid)
LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN s.joint_id IS NULL THEN s.amount ELSE j.amount END,
           CASE WHEN s.joint_id IS NULL THEN s.currency ELSE j.currency END,
           CASE WHEN s.joint_id IS NULL THEN s.qualifier ELSE j.qualifier END, s.joint_id
    FROM deals_size s LEFT JOIN deals_jointamount j ON j.id = s.joint_id
    WHERE s.commitment_id = commitment
$$;

-- The commitments that stand: not ended, and not replaced as far as the asker sees the replacement.
-- `stands_in` is the row that counts in the place of a replaced one, to which its links lead on.
CREATE OR REPLACE FUNCTION deals.standing(deals_ uuid[])
RETURNS TABLE (id uuid, stands_in uuid, stands boolean, institution_id uuid, tranche_id uuid, class text, signed boolean,
               cover boolean, purpose text, seniority text, instrument text, amount numeric, currency text,
               qualifier text, joint_id uuid)
LANGUAGE sql STABLE AS $$
    WITH seen AS MATERIALIZED (
        SELECT c.id, c.institution_id, c.tranche_id, c.instrument, deals.class_of(c.stage) AS class, c.supersedes_id,
               c.stage IN ('signed', 'effective', 'disbursing') AS signed, c.borrower_level, c.deal_id,
               deals.is_cover(c.instrument) AS cover
        FROM deals_commitment c WHERE c.deal_id = ANY (deals_)
    )
    SELECT c.id, coalesce(r.id, c.id), r.id IS NULL AND c.class <> 'ended', c.institution_id, c.tranche_id, c.class,
           c.signed, c.cover,
           CASE WHEN c.borrower_level = 'sponsor' THEN 'sponsor' ELSE coalesce(t.purpose, 'base') END,
           CASE WHEN c.cover THEN '' ELSE coalesce(t.seniority, deals.seniority_of(c.instrument)) END,
           c.instrument, m.amount, coalesce(m.currency, ''), coalesce(m.qualifier, 'unknown'), m.joint_id
    FROM seen c
    LEFT JOIN deals_tranche t ON t.id = c.tranche_id
    LEFT JOIN LATERAL deals.committed(c.id) m ON true
    LEFT JOIN LATERAL (
        -- Of several that replace one row, a loan leads on to a loan and a cover to a cover.
        SELECT x.id FROM deals_commitment x WHERE x.supersedes_id = c.id
        ORDER BY (deals.is_cover(x.instrument) = c.cover) DESC, x.id LIMIT 1) r ON true
$$;

CREATE OR REPLACE FUNCTION deals.seniority_of(instrument text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN instrument IN ('senior_loan', 'prepayment') THEN 'senior'
                WHEN instrument = 'subordinated_loan' THEN 'subordinated'
                WHEN instrument IN ('convertible', 'royalty_or_stream') THEN 'mezzanine'
                WHEN instrument = 'grant' THEN 'grant' ELSE 'equity' END
$$;

-- What is counted in these deals, or in one tranche of them: one row per figure, with what it is made of.
--
-- side    money: a source. cover: beside it. reinsurance: covers a cover. risk: a risk participation, never money.
--         within: a funded participation in a loan that is counted already.
-- members, institutions: the commitments that the figure is of, and whose they are, in one order.
-- parts   of money, per risk, in the reporting currency: what cover protects that is as firm as the money; `unclear`
--         where a cover protects it and the extent is not told.
CREATE OR REPLACE FUNCTION deals.stack(deals_ uuid[], in_tranche uuid, reporting text, day date)
RETURNS TABLE (key uuid, class text, signed boolean, side text, purpose text, seniority text, instrument text,
               amount numeric, currency text, qualifier text, converted numeric, from_leg numeric, to_leg numeric,
               rate_on date, political numeric, commercial numeric, unclear boolean, protected boolean,
               political_percent numeric, commercial_percent numeric, members uuid[], joint boolean, within uuid,
               institutions uuid[])
LANGUAGE sql STABLE AS $$
    WITH seen AS MATERIALIZED (SELECT * FROM deals.standing(deals_)),
    link AS MATERIALIZED (
        SELECT l.id, cover.id AS cover, cover.class, cover.instrument, loan.id AS loan, loan.cover AS again,
               -- Where a loan is named, the tranche only says where it stands.
               CASE WHEN l.covered_id IS NULL THEN l.covered_tranche_id END AS tranche, l.political_percent, l.commercial_percent, l.amount, l.currency
        FROM deals_coverlink l
        JOIN seen named ON named.id = l.cover_id
        JOIN seen cover ON cover.id = named.stands_in AND cover.stands AND cover.cover
        LEFT JOIN seen covered ON covered.id = l.covered_id
        LEFT JOIN seen loan ON loan.id = covered.stands_in AND loan.stands
        WHERE l.deal_id = ANY (deals_)
    ),
    inside AS MATERIALIZED (
        SELECT s.*, p.kind, lender.id AS lender,
               EXISTS (SELECT FROM link l WHERE l.cover = s.id AND l.again)
               AND NOT EXISTS (SELECT FROM link l WHERE l.cover = s.id AND l.again IS NOT TRUE) AS reinsures
        FROM seen s
        LEFT JOIN (
            SELECT DISTINCT ON (c.stands_in) c.stands_in, p.kind, l.stands_in AS lender FROM deals_participation p
            JOIN seen c ON c.id = p.commitment_id LEFT JOIN seen l ON l.id = p.lender_id
            WHERE p.deal_id = ANY (deals_) ORDER BY c.stands_in, p.id) p ON p.stands_in = s.id
        LEFT JOIN seen lender ON lender.id = p.lender AND lender.stands AND lender.amount IS NOT NULL
            AND (in_tranche IS NULL OR lender.tranche_id = in_tranche)
        WHERE s.stands AND (in_tranche IS NULL OR s.tranche_id = in_tranche OR EXISTS (
            SELECT FROM link l LEFT JOIN seen x ON x.id = l.loan
            WHERE l.cover = s.id AND in_tranche IN (l.tranche, x.tranche_id)))
    ),
    sided AS (
        SELECT i.*, CASE WHEN i.kind = 'risk' THEN 'risk' WHEN i.kind IS NOT NULL AND i.lender IS NOT NULL THEN 'within'
                         WHEN i.reinsures THEN 'reinsurance' WHEN i.cover THEN 'cover' ELSE 'money' END AS side
        FROM inside i
    ),
    figure AS MATERIALIZED (
        SELECT s.id AS key, s.class, s.signed, s.side, s.purpose, s.seniority, s.instrument, s.amount, s.currency,
               s.qualifier, ARRAY[s.id] AS members, s.tranche_id, false AS joint, s.lender,
               ARRAY[s.institution_id] AS institutions
        FROM sided s WHERE s.joint_id IS NULL
        UNION ALL
        -- A joint amount counts once and is never split: as firm as the least firm of its commitments, as cover if one
        -- of them is, outside the base if one is. Where one of them does not stand here, what is left is not known.
        SELECT s.joint_id,
               (array_agg(s.class ORDER BY array_position(ARRAY['indicative', 'conditional', 'firm'], s.class)))[1],
               bool_and(s.signed), min(s.side),
               CASE WHEN bool_and(s.purpose = 'base') THEN 'base'
                                                     ELSE min(s.purpose) FILTER (WHERE s.purpose <> 'base') END,
               CASE WHEN min(s.seniority) = max(s.seniority) THEN min(s.seniority) ELSE 'several' END,
               CASE WHEN min(s.instrument) = max(s.instrument) THEN min(s.instrument) ELSE 'several' END,
               CASE WHEN whole.count = count(*) THEN min(s.amount) END,
               CASE WHEN whole.count = count(*) THEN min(s.currency) ELSE '' END,
               CASE WHEN whole.count = count(*) THEN min(s.qualifier) ELSE 'unknown' END,
               array_agg(s.id ORDER BY s.id),
               CASE WHEN count(*) = count(s.tranche_id) AND min(s.tranche_id::text) = max(s.tranche_id::text)
                    THEN min(s.tranche_id::text)::uuid END, true, NULL, array_agg(s.institution_id ORDER BY s.id)
        FROM sided s
        JOIN (SELECT x.joint_id, count(*) FROM seen x GROUP BY 1) whole (joint_id, count) ON whole.joint_id = s.joint_id
        GROUP BY s.joint_id, whole.count
    ),
    rated AS MATERIALIZED (
        SELECT f.*, c.converted, c.from_leg, c.to_leg, c.on_day AS rate_on
        FROM figure f
        LEFT JOIN LATERAL deals.convert(f.amount, f.currency, reporting, day) c ON f.amount IS NOT NULL
    ),
    -- Each cover of each figure of money. One of a tranche protects every loan in it, an amount in proportion.
    extent AS (
        SELECT f.key, f.converted, f.class, l.class AS cover_class,
               coalesce(l.political_percent, CASE WHEN l.commercial_percent IS NULL THEN 100 ELSE 0 END) AS political,
               coalesce(l.commercial_percent, CASE WHEN l.political_percent IS NULL
                        AND l.instrument <> 'political_risk_insurance' THEN 100 ELSE 0 END) AS commercial,
               CASE WHEN l.amount IS NOT NULL AND l.tranche IS NOT NULL
                        THEN a.converted * f.converted / nullif(sum(f.converted) OVER (PARTITION BY l.id), 0)
                    WHEN l.amount IS NOT NULL THEN a.converted
                    -- What one loan's percentage is of a figure that it shares, is not known.
                    WHEN coalesce(l.political_percent, l.commercial_percent) IS NOT NULL
                         AND (l.tranche IS NOT NULL OR NOT f.joint) THEN f.converted
               END AS base
        FROM link l
        JOIN rated f ON f.side = 'money' AND l.again IS NOT TRUE
            AND (l.loan = ANY (f.members) OR l.tranche = f.tranche_id)
        LEFT JOIN LATERAL deals.convert(l.amount, l.currency, reporting, day) a ON l.amount IS NOT NULL
    ),
    protected AS (
        SELECT e.key, least(e.converted, coalesce(sum(e.base * e.political / 100) FILTER (WHERE firm_enough), 0)) AS political,
               least(e.converted, coalesce(sum(e.base * e.commercial / 100) FILTER (WHERE firm_enough), 0)) AS commercial,
               coalesce(bool_or(e.base IS NULL) FILTER (WHERE firm_enough), false) AS unclear,
               coalesce(bool_or(firm_enough), false) AS protected,
               sum(e.base * e.political) / nullif(e.converted, 0) AS political_percent,
               sum(e.base * e.commercial) / nullif(e.converted, 0) AS commercial_percent
        FROM extent e,
             LATERAL (SELECT array_position(ARRAY['indicative', 'conditional', 'firm'], e.cover_class)
                      >= array_position(ARRAY['indicative', 'conditional', 'firm'], e.class) AS firm_enough) f
        GROUP BY e.key, e.converted
    )
    SELECT r.key, r.class, r.signed, r.side, r.purpose, r.seniority, r.instrument, r.amount, r.currency, r.qualifier,
           r.converted, r.from_leg, r.to_leg, r.rate_on, round(coalesce(p.political, 0), c.digits),
           round(coalesce(p.commercial, 0), c.digits), coalesce(p.unclear, false), coalesce(p.protected, false),
           p.political_percent, p.commercial_percent, r.members, r.joint, r.lender,
           r.institutions
    FROM rated r LEFT JOIN protected p ON p.key = r.key
    LEFT JOIN deals_currency c ON c.code = reporting
$$;
