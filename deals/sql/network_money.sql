-- What the network knows of money: from rows that are told to the network or to everyone, and from nothing else that the
-- asker may see besides, so that every member reads the same. As its invoker: who is in no network reads what is public.
--
-- One row per deal, class and side. A joint amount counts once, for the least firm of its commitments; a funded
-- participation is in its lender's loan already, a risk participation is never money, and a loan to a sponsor is none of
-- the project's. What has no amount is counted as unknown, what no rate converts as such.
CREATE OR REPLACE FUNCTION deals.network_money(reporting text, day date)
RETURNS TABLE (deal_id uuid, class text, cover boolean, amount numeric, counted int, unknown int, unconverted int)
LANGUAGE sql STABLE AS $$
    WITH told AS MATERIALIZED (
        SELECT c.id, c.deal_id, deals.class_of(c.stage) AS class, deals.is_cover(c.instrument) AS cover, s.joint_id,
               CASE WHEN s.joint_id IS NULL THEN s.amount ELSE j.amount END AS amount,
               CASE WHEN s.joint_id IS NULL THEN s.currency ELSE j.currency END AS currency
        FROM deals_commitment c
        LEFT JOIN deals_size s ON s.commitment_id = c.id AND s.level IN ('network', 'public')
        LEFT JOIN deals_jointamount j ON j.id = s.joint_id AND j.level IN ('network', 'public')
        WHERE c.level IN ('network', 'public') AND c.borrower_level <> 'sponsor'
          AND NOT EXISTS (SELECT FROM deals_commitment r
                          WHERE r.supersedes_id = c.id AND r.level IN ('network', 'public'))
          AND NOT EXISTS (SELECT FROM deals_participation p
                          WHERE p.commitment_id = c.id AND p.level IN ('network', 'public'))
    ),
    once AS (
        SELECT DISTINCT ON (coalesce(t.joint_id, t.id)) t.*
        FROM told t WHERE t.class <> 'ended'
        ORDER BY coalesce(t.joint_id, t.id), array_position(ARRAY['indicative', 'conditional', 'firm'], t.class), t.id
    )
    SELECT o.deal_id, o.class, o.cover, coalesce(sum(v.converted), 0), count(*)::int,
           count(*) FILTER (WHERE o.amount IS NULL)::int,
           count(*) FILTER (WHERE o.amount IS NOT NULL AND v.converted IS NULL)::int
    FROM once o LEFT JOIN LATERAL deals.convert(o.amount, o.currency, reporting, day) v ON o.amount IS NOT NULL
    GROUP BY o.deal_id, o.class, o.cover
$$;
