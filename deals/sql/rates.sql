-- Converting money: by the rates that were published on the last day, not more than ten days back, on which both sides
-- were. The invoker reads the rates, which everybody may. Both legs come along, so that a figure can be recomputed.

-- The euro legs of one `from_` in `to_`, and their day; no day where it is one currency. No row without a rate.
CREATE OR REPLACE FUNCTION deals.rate(from_ text, to_ text, day date)
RETURNS TABLE (from_leg numeric, to_leg numeric, on_day date) LANGUAGE sql STABLE AS $$
    SELECT 1, 1, NULL WHERE from_ = to_
    UNION ALL
    (SELECT coalesce(f.rate, 1), coalesce(t.rate, 1), date
     FROM (SELECT x.date, x.rate FROM deals_fxrate x
           WHERE x.quote = from_ AND x.base = 'EUR' AND x.source = 'ecb' AND x.date > day - 10 AND x.date <= day) f
     FULL JOIN (SELECT x.date, x.rate FROM deals_fxrate x
                WHERE x.quote = to_ AND x.base = 'EUR' AND x.source = 'ecb' AND x.date > day - 10 AND x.date <= day) t
         USING (date)
     WHERE from_ <> to_ AND (f.rate IS NOT NULL OR from_ = 'EUR') AND (t.rate IS NOT NULL OR to_ = 'EUR')
     ORDER BY date DESC LIMIT 1)
$$;

-- `amount` in `to_`, rounded half away from zero to the minor units of `to_`; as it is where it is one currency.
-- Multiplied before it is divided, so that nothing is rounded but the result. No row without a rate.
CREATE OR REPLACE FUNCTION deals.convert(amount numeric, from_ text, to_ text, day date)
RETURNS TABLE (converted numeric, from_leg numeric, to_leg numeric, on_day date) LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN from_ = to_ THEN amount ELSE round(amount * r.to_leg / r.from_leg, c.digits) END,
           r.from_leg, r.to_leg, r.on_day
    FROM deals.rate(from_, to_, day) r, deals_currency c WHERE c.code = to_
$$;
