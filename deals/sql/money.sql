-- Money in the database: exact, in a currency that exists.

-- Amounts have no more decimals than their currency, which must be one of ISO 4217. Arguments: amount, currency, …
CREATE OR REPLACE FUNCTION deals.exact_money() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    r jsonb := to_jsonb(NEW);
    code text;
    places int;
BEGIN
    FOR i IN 0 .. TG_NARGS / 2 - 1 LOOP
        code := r ->> TG_ARGV[2 * i + 1];
        IF coalesce(code, '') = '' THEN
            CONTINUE;
        END IF;
        SELECT digits INTO places FROM deals_currency c WHERE c.code = r ->> TG_ARGV[2 * i + 1];
        IF places IS NULL THEN
            RAISE EXCEPTION '% is not a currency', code
                USING ERRCODE = 'check_violation', CONSTRAINT = 'currency_is_iso4217';
        END IF;
        IF (r ->> TG_ARGV[2 * i])::numeric = 'NaN' THEN
            RAISE EXCEPTION 'money is a number' USING ERRCODE = 'check_violation', CONSTRAINT = 'money_in_minor_units';
        END IF;
        IF scale(trim_scale((r ->> TG_ARGV[2 * i])::numeric)) > places THEN
            RAISE EXCEPTION '% has % decimals', code, places
                USING ERRCODE = 'check_violation', CONSTRAINT = 'money_in_minor_units';
        END IF;
    END LOOP;
    RETURN NEW;
END $$;
