-- What is kept for a time and then let go.

-- Idempotency keys stand for 30 days; after them a repeat is a request of its own. Nobody may take a younger one away.
CREATE OR REPLACE FUNCTION wall.forget_keys() RETURNS integer
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH gone AS (DELETE FROM institutions_idempotencykey WHERE made_at < now() - interval '30 days' RETURNING 1)
    SELECT count(*)::integer FROM gone
$$;
