-- What is in a file is its uploader's alone, so letting it go is nobody's. One that nobody went on with is emptied after
-- 30 days; that there was one stays. Returns how many.
CREATE OR REPLACE FUNCTION network.empty_files() RETURNS integer
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH emptied AS (
        UPDATE network_importfile SET content = '', name = '', answers = '{}', refused = '{}'
        WHERE uploaded_at < now() - interval '30 days' AND content <> '' RETURNING 1
    )
    SELECT count(*)::integer FROM emptied
$$;
